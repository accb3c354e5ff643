//! CloudFront's path patterns, which select paths for a cache behavior, a route or an invalidation.
//!
//! [`PathPattern`] checks a pattern once and then matches any number of paths against it. This crate
//! does no I/O and knows nothing of requests: the caller passes the path.

use std::fmt;

use thiserror::Error;

/// The longest path pattern, in characters (page `distribution-web-values-specify`).
pub const MAX_PATTERN_LEN: usize = 255;

/// A path pattern with CloudFront's meaning (page `distribution-web-values-specify`).
///
/// `*` matches any run of characters, including `/` and the empty one. `?` matches exactly one
/// character. Case matters and the leading `/` is optional. A pattern has to match the whole path, as
/// the viewer sent it: percent-encoded.
///
/// ```
/// use path_pattern::PathPattern;
///
/// let api = PathPattern::parse("/api/v?/*")?;
/// assert!(api.matches("/api/v2/carts/7"));
/// assert!(!api.matches("/api/v10/carts/7"));
/// # Ok::<(), path_pattern::PatternError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathPattern(String);

impl PathPattern {
    /// Checks the length and the characters of `text`.
    ///
    /// # Errors
    /// [`PatternError`] if `text` is empty, is longer than [`MAX_PATTERN_LEN`], or contains a space, a
    /// control character or a character outside ASCII. No path on the wire contains one of these.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let length = 1..=MAX_PATTERN_LEN;
        if length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.into()))
        } else {
            Err(PatternError(text.into()))
        }
    }

    /// Whether the pattern matches the whole of `path`.
    ///
    /// The matcher never backtracks over an earlier part of the pattern. Its time is at most the length
    /// of the path times the length of the longest part between two `*`.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let (pattern, path) = (without_slash(&self.0), without_slash(path).as_bytes());
        let alike = |(wanted, found): &(u8, &u8)| *wanted != b'*' && is_alike(*wanted, **found);
        let same = pattern.bytes().zip(path).take_while(alike).count();
        let (_, tail) = path.split_at(same);
        // Nearly every path that does not match already fails here.
        let Some(rest) = pattern.get(same..).and_then(|left| left.strip_prefix('*')) else {
            return pattern.len() == same && tail.is_empty();
        };
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        let Some(inner) = tail.len().checked_sub(last.len()) else { return false };
        let (body, tail) = tail.split_at(inner);
        starts(tail, last) && has_in_order(body, middle)
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text that [`PathPattern::parse`] refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{0}` is not a path pattern: expected 1 to {MAX_PATTERN_LEN} printable ASCII characters \
     without spaces, where `*` matches any run of characters and `?` exactly one"
)]
pub struct PatternError(pub String);

fn without_slash(text: &str) -> &str {
    text.strip_prefix('/').unwrap_or(text)
}

/// Whether `path` begins with `part`, where `?` stands for any byte.
fn starts(path: &[u8], part: &str) -> bool {
    path.len() >= part.len()
        && part.bytes().zip(path).all(|(wanted, found)| is_alike(wanted, *found))
}

fn is_alike(wanted: u8, found: u8) -> bool {
    wanted == b'?' || wanted == found
}

/// Whether `path` contains the parts of `middle`, which `*` separates, one after the other.
///
/// Each part takes its leftmost place: that leaves the longest rest for the parts after it.
fn has_in_order(path: &[u8], middle: &str) -> bool {
    let mut left = path;
    middle.split('*').filter(|part| !part.is_empty()).all(|part| {
        let found = left.windows(part.len()).position(|window| starts(window, part));
        let after = found.and_then(|at| left.get(at + part.len()..));
        left = after.unwrap_or_default();
        after.is_some()
    })
}
