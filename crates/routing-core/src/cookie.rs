use cookie::Cookie;

use crate::request::Request;

/// Visits every value of the cookie `name`, in the order received, from every `Cookie` header.
///
/// Spaces around a value and one pair of quotes are not part of it; what follows its first `=` is.
pub fn each_cookie(request: &Request<'_>, name: &str, visit: &mut dyn FnMut(&str)) {
    request.headers.each("cookie", &mut |header| {
        let named = header.split(';').filter(|pair| pair.trim_start().starts_with(name));
        for cookie in named.filter_map(|pair| Cookie::parse(pair).ok()) {
            if cookie.name() == name {
                visit(cookie.value_trimmed());
            }
        }
    });
}
