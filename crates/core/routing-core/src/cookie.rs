use std::fmt;

use memchr::memmem::Finder;

use crate::request::Request;

/// The name of a cookie, and the search for it in a header.
///
/// The search is built once, with the name, because that takes 300 instructions.
#[derive(Debug, Clone)]
pub struct CookieName {
    text: String,
    search: Finder<'static>,
}

impl CookieName {
    /// The name as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<String> for CookieName {
    fn from(text: String) -> Self {
        let search = Finder::new(&text).into_owned();
        Self { text, search }
    }
}

impl From<&str> for CookieName {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl PartialEq for CookieName {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for CookieName {}

impl fmt::Display for CookieName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Visits every value of the cookie `name`, in the order received, from every `Cookie` header.
///
/// Spaces around a value and one pair of quotes are not part of it. A value may contain `=`.
pub fn each_cookie(request: &Request<'_>, name: &CookieName, visit: &mut dyn FnMut(&str)) {
    request.each_value("cookie", &mut |header| values_in(header, name).for_each(&mut *visit));
}

/// The values of the cookie `name` in `header`. Other cookies are not parsed.
fn values_in<'h>(header: &'h str, name: &CookieName) -> impl Iterator<Item = &'h str> {
    name.search.find_iter(header.as_bytes()).filter_map(move |at| {
        let before = header.get(..at)?.trim_ascii_end();
        let begins_a_pair = before.is_empty() || before.ends_with(';');
        // Only such a pair is searched for its end, so the time stays linear however often the name
        // occurs.
        if begins_a_pair { value(header.get(at + name.text.len()..)?) } else { None }
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
