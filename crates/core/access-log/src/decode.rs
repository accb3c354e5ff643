//! The log's own layer of encoding.

use std::borrow::Cow;
use std::string::FromUtf8Error;

use memchr::memmem;
use percent_encoding::percent_decode_str;

/// Removes one layer: `%25E5` becomes `%E5`, and `,\x20` becomes a comma and a space.
///
/// CloudFront encodes each value once more than it arrived (page `standard-logs-reference`). X-Forwarded-For has spaces
/// as `\x20` in some logs. A backslash of the viewer is `%5C`, so that the two cannot be mixed up.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    let text = without_escapes(text);
    if !text.contains('%') {
        return text;
    }
    let mut bytes = Vec::with_capacity(text.len());
    bytes.extend(percent_decode_str(&text));
    let lossy = |error: FromUtf8Error| String::from_utf8_lossy(error.as_bytes()).into_owned();
    Cow::Owned(String::from_utf8(bytes).unwrap_or_else(lossy))
}

/// The User-Agent header as the viewer sent it.
///
/// Logs have it encoded once in some years and twice in others. Browsers have spaces in it: if the first layer leaves
/// `%20` and no space, there is a second one.
pub(crate) fn user_agent(text: &str) -> Cow<'_, str> {
    let once = decode(text);
    let is_encoded = !once.contains(' ') && once.contains("%20");
    if is_encoded { Cow::Owned(decode(&once).into_owned()) } else { once }
}

fn without_escapes(text: &str) -> Cow<'_, str> {
    let mut rest = text;
    let mut decoded = String::new();
    while let Some(at) = memmem::find(rest.as_bytes(), b"\\x") {
        let (before, escape) = rest.split_at(at);
        decoded.push_str(before);
        let byte = escape.get(2..4).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let length = match byte.filter(u8::is_ascii) {
            Some(byte) => {
                decoded.push(char::from(byte));
                4
            }
            None => {
                decoded.push_str("\\x");
                2
            }
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    if decoded.is_empty() && rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}
