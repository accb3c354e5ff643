//! Which types get a label, and which stay.

use edge_routing::labelled;

#[test]
fn pages_styles_scripts_images_and_fonts_get_the_release() {
    let table = [
        ("text/html", "text/html; release=41ab03d"),
        ("text/html; charset=utf-8", "text/html; charset=utf-8; release=41ab03d"),
        ("text/html;charset=utf-8", "text/html;charset=utf-8; release=41ab03d"),
        ("text/html; charset=\"utf-8\"", "text/html; charset=\"utf-8\"; release=41ab03d"),
        ("Text/HTML; Charset=UTF-8", "Text/HTML; Charset=UTF-8; release=41ab03d"),
        ("application/xhtml+xml", "application/xhtml+xml; release=41ab03d"),
        ("text/css", "text/css; release=41ab03d"),
        ("text/javascript", "text/javascript; release=41ab03d"),
        ("application/javascript", "application/javascript; release=41ab03d"),
        ("application/x-javascript", "application/x-javascript; release=41ab03d"),
        ("image/png", "image/png; release=41ab03d"),
        ("image/svg+xml", "image/svg+xml; release=41ab03d"),
        ("image/vnd.microsoft.icon", "image/vnd.microsoft.icon; release=41ab03d"),
        ("font/woff2", "font/woff2; release=41ab03d"),
        ("application/font-woff", "application/font-woff; release=41ab03d"),
        ("application/vnd.ms-fontobject", "application/vnd.ms-fontobject; release=41ab03d"),
        ("text/html; release-date=2026", "text/html; release-date=2026; release=41ab03d"),
    ];
    for (before, after) in table {
        assert_eq!(labelled(before, "41ab03d").as_deref(), Some(after), "{before}");
    }
}

#[test]
fn all_else_stays() {
    let table = [
        ("JSON", "application/json"),
        ("JSON with a charset", "application/json; charset=utf-8"),
        ("linked data", "application/ld+json"),
        ("a web application's manifest", "application/manifest+json"),
        ("an older manifest", "text/cache-manifest"),
        ("wasm", "application/wasm"),
        ("an event stream", "text/event-stream"),
        ("XML", "application/xml"),
        ("a feed", "application/rss+xml"),
        ("text", "text/plain; charset=utf-8"),
        ("subtitles", "text/vtt"),
        ("a film", "video/mp4"),
        ("bytes", "application/octet-stream"),
        ("parts", "multipart/byteranges; boundary=x"),
        ("a form", "application/x-www-form-urlencoded"),
        ("a label", "text/html; charset=utf-8; release=9f2c1e7"),
        ("a label in quotes", "text/html; release=\"9f2c1e7\""),
        ("a label in capitals", "text/html; RELEASE=9f2c1e7"),
        ("the same label", "text/html; release=41ab03d"),
        ("a label without a value", "text/html; release="),
        ("nothing", ""),
        ("a space", " "),
        ("half a type", "text"),
        ("half a type and a slash", "text/"),
        ("two types", "text/html, text/css"),
        ("a parameter without a value", "text/html; charset"),
        ("an open quote", "text/html; charset=\"utf-8"),
        ("a longer name", "text/html5"),
        ("not ASCII", "text/html; charset=\u{fc}tf-8"),
        ("a line break", "text/html\r\nSet-Cookie: a=1"),
    ];
    for (name, before) in table {
        assert_eq!(labelled(before, "41ab03d"), None, "{name}");
    }
}
