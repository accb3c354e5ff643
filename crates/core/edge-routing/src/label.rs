use mime::Mime;

/// The parameter of a Content-Type that names the release.
const LABEL: &str = "release";

/// Files that browsers take by their type alone, and whose parameters they ignore. Programs compare the types of data,
/// such as JSON, wasm and event streams, as a whole, so these are not in the list.
const SCRIPTS: [&str; 4] =
    ["text/javascript", "application/javascript", "application/x-javascript", "text/ecmascript"];
const PAGES_AND_STYLES: [&str; 3] = ["text/html", "application/xhtml+xml", "text/css"];
const FONTS: [&str; 8] = [
    "application/font-sfnt",
    "application/font-woff",
    "application/font-woff2",
    "application/vnd.ms-fontobject",
    "application/x-font-opentype",
    "application/x-font-ttf",
    "application/x-font-woff",
    "application/x-font-truetype",
];

/// `content_type` with `release` as a parameter: `text/html; charset=utf-8; release=41ab03d`.
///
/// It is the one header of a response that access logs have, and that a cache keeps with the object. `None` if
/// the header must stay: it has the parameter already, it cannot take one, or it is not the type of a page, a style, a
/// script, an image or a font.
#[must_use]
pub fn labelled(content_type: &str, release: &str) -> Option<String> {
    let kind: Mime = content_type.parse().ok()?;
    let is_free = kind.get_param(LABEL).is_none();
    (is_free && takes_a_label(&kind)).then(|| format!("{content_type}; {LABEL}={release}"))
}

fn takes_a_label(kind: &Mime) -> bool {
    let is_medium = kind.type_() == mime::IMAGE || kind.type_() == mime::FONT;
    let mut others = PAGES_AND_STYLES.iter().chain(&SCRIPTS).chain(&FONTS);
    is_medium || others.any(|other| kind.essence_str().eq_ignore_ascii_case(other))
}
