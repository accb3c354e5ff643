use cookie::time::Duration;
use cookie::{Cookie, SameSite};

/// A `Set-Cookie` value with the attributes that all of our cookies have.
///
/// `max_age` is in seconds; `None` makes a session cookie, 0 deletes the cookie. `SameSite=Lax`, since
/// with `Strict` a viewer who comes from another site would arrive without its release.
#[must_use]
pub fn set_cookie(name: &str, value: &str, max_age: Option<u32>) -> String {
    let mut cookie = Cookie::build((name, value))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .build();
    cookie.set_max_age(max_age.map(|seconds| Duration::seconds(seconds.into())));
    cookie.to_string()
}
