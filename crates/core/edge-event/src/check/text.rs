//! The characters that the parts of a result may have.

use std::net::Ipv4Addr;

/// Whether `name` is a token of HTTP, as header names are.
pub(super) fn is_token(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed)
}

/// Whether a header value has no control character other than tabs.
pub(super) fn is_header_value(value: &str) -> bool {
    value.chars().all(|c| c == '\t' || !c.is_control())
}

/// The first character that a path or a query string must not have: a space, a control character
/// or `#`.
pub(super) fn unfit_for_url(text: &str) -> Option<char> {
    text.chars().find(|&c| c == ' ' || c == '#' || c.is_control())
}

/// Whether `text` is base64 with the standard alphabet and padding.
pub(super) fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    text.len().is_multiple_of(4) && text.len() - digits.len() <= 2 && digits.bytes().all(digit)
}

/// Whether `domain` is a host name of at most `max_chars`, and not an IPv4 address.
pub(super) fn is_domain(domain: &str, max_chars: usize) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    (1..=max_chars).contains(&domain.len())
        && domain.bytes().all(allowed)
        && domain.parse::<Ipv4Addr>().is_err()
}

/// Whether CloudFront can put `path` before the path of a request to the origin.
pub(super) fn is_origin_path(path: &str, max_chars: usize) -> bool {
    let framed = path.is_empty() || path.starts_with('/') && !path.ends_with('/');
    framed && path.len() <= max_chars && path.is_ascii() && unfit_for_url(path).is_none()
}
