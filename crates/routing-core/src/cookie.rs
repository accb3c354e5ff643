use cookie::Cookie;
use memchr::memmem;

use crate::request::Request;

/// Visits every value of the cookie `name`, in the order received, from every `Cookie` header.
///
/// Spaces around a value and one pair of quotes are not part of it; what follows its first `=` is.
pub fn each_cookie(request: &Request<'_>, name: &str, visit: &mut dyn FnMut(&str)) {
    request.headers.each("cookie", &mut |header| {
        for cookie in pairs_from(header, name).filter_map(|pair| Cookie::parse(pair).ok()) {
            if cookie.name() == name {
                visit(cookie.value_trimmed());
            }
        }
    });
}

/// The pairs of `header` that begin with `name`; no other is taken apart.
fn pairs_from<'h>(header: &'h str, name: &str) -> impl Iterator<Item = &'h str> {
    memmem::find_iter(header.as_bytes(), name).filter_map(|at| {
        let (before, from) = header.split_at_checked(at)?;
        let before = before.trim_ascii_end();
        // Looking for the end only then keeps the time linear, however often the name is there.
        let begins = before.is_empty() || before.ends_with(';');
        begins.then(|| from.split_once(';').map_or(from, |(pair, _)| pair))
    })
}
