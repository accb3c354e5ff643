use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use routing_core::Embedding;

/// A `Set-Cookie` value with the attributes that our cookies have.
///
/// `max_age` is in seconds; `None` makes a session cookie, 0 deletes the cookie. `SameSite=Lax`, because
/// with `Strict` a viewer who comes from another site would arrive without its release. An application
/// that other sites embed needs `SameSite=None; Partitioned`.
#[must_use]
pub fn set_cookie(name: &str, value: &str, max_age: Option<u32>, embedding: Embedding) -> String {
    let (same_site, is_partitioned) = match embedding {
        Embedding::SameSite => (SameSite::Lax, false),
        Embedding::Anywhere => (SameSite::None, true),
    };
    let cookie = attributes(name, value, max_age).same_site(same_site).secure(true);
    if is_partitioned { cookie.partitioned(true) } else { cookie }.build().to_string()
}

/// The same without `Secure`: browsers keep it on plain HTTP too.
#[must_use]
pub fn set_insecure_cookie(name: &str, value: &str, max_age: Option<u32>) -> String {
    attributes(name, value, max_age).same_site(SameSite::Lax).build().to_string()
}

fn attributes<'c>(
    name: &'c str,
    value: &'c str,
    max_age: Option<u32>,
) -> cookie::CookieBuilder<'c> {
    let mut cookie = Cookie::build((name, value)).path("/").http_only(true).build();
    cookie.set_max_age(max_age.map(|seconds| Duration::seconds(seconds.into())));
    cookie.into()
}
