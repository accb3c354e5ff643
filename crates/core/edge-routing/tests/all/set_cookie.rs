//! The attributes that a browser gets with a cookie.

use edge_routing::{set_cookie, set_insecure_cookie};
use routing_core::Embedding;

use Embedding::{Anywhere, SameSite};

#[test]
fn a_cookie_has_the_attributes_of_the_configuration() {
    let table = [
        (
            "a week",
            Some(604_800),
            SameSite,
            "release=a.r-0; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=604800",
        ),
        ("a session", None, SameSite, "release=a.r-0; HttpOnly; SameSite=Lax; Secure; Path=/"),
        (
            "deleted",
            Some(0),
            SameSite,
            "release=a.r-0; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0",
        ),
        (
            "in a frame of another site",
            Some(60),
            Anywhere,
            "release=a.r-0; HttpOnly; SameSite=None; Partitioned; Secure; Path=/; Max-Age=60",
        ),
        (
            "in a frame of another site, a session",
            None,
            Anywhere,
            "release=a.r-0; HttpOnly; SameSite=None; Partitioned; Secure; Path=/",
        ),
    ];
    for (name, max_age, embedding, expected) in table {
        assert_eq!(set_cookie("release", "a.r-0", max_age, embedding), expected, "{name}");
    }
}

/// The cookie that ends a loop of redirects must be kept on plain HTTP too.
#[test]
fn a_cookie_for_plain_http_is_not_secure() {
    let cookie = set_insecure_cookie("release-override-cleared", "1", Some(60));
    assert_eq!(cookie, "release-override-cleared=1; HttpOnly; SameSite=Lax; Path=/; Max-Age=60");
}
