use memchr::memmem;

use crate::request::Request;

/// Visits every value of the cookie `name`, in the order received, from every `Cookie` header.
///
/// Spaces around a value and one pair of quotes are not part of it. A value may contain `=`.
pub fn each_cookie(request: &Request<'_>, name: &str, visit: &mut dyn FnMut(&str)) {
    request.each_value("cookie", &mut |header| values_in(header, name).for_each(&mut *visit));
}

/// The values of the cookie `name` in `header`. Other cookies are not parsed.
fn values_in<'h>(header: &'h str, name: &str) -> impl Iterator<Item = &'h str> {
    memmem::find_iter(header.as_bytes(), name).filter_map(move |at| {
        let before = header.get(..at)?.trim_ascii_end();
        let begins_a_pair = before.is_empty() || before.ends_with(';');
        // Only such a pair is searched for its end, so the time stays linear however often the name
        // occurs.
        if begins_a_pair { value(header.get(at + name.len()..)?) } else { None }
    })
}

/// The value of a cookie whose name ends where `text` begins.
fn value(text: &str) -> Option<&str> {
    let text = text.trim_ascii_start().strip_prefix('=')?;
    let end = memchr::memchr(b';', text.as_bytes()).unwrap_or(text.len());
    let value = text.get(..end)?.trim_ascii();
    let unquoted = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    Some(unquoted.unwrap_or(value))
}
