//! CloudFront's path patterns: which paths a behavior, a route or an invalidation names.

use std::fmt;

use thiserror::Error;

/// The longest path pattern (page `distribution-web-values-specify`).
pub const MAX_PATTERN_LEN: usize = 255;

/// A path pattern with CloudFront's meaning (page `distribution-web-values-specify`).
///
/// `*` stands for any run of characters, `/` too; `?` for exactly one. Case matters, the leading `/`
/// is optional, and the whole path has to match. A path is compared as received, percent-encoded.
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
    /// Checks `text`.
    ///
    /// # Errors
    /// [`PatternError`] if it is empty, longer than [`MAX_PATTERN_LEN`], or has a space, a control
    /// character or anything beyond ASCII, which no path on the wire has.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let length = 1..=MAX_PATTERN_LEN;
        if length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.into()))
        } else {
            Err(PatternError(text.into()))
        }
    }

    /// Whether the whole of `path` matches.
    ///
    /// Never goes back over what an earlier part took: the time is at most the path's length times
    /// that of the longest part between two `*`.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        let (pattern, path) = (without_slash(&self.0), without_slash(path));
        let Some((first, rest)) = pattern.split_once('*') else {
            return pattern.len() == path.len() && starts(path.as_bytes(), pattern);
        };
        // Nearly every path that does not match fails here already.
        if !starts(path.as_bytes(), first) {
            return false;
        }
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        let Some(inner) = path.len().checked_sub(first.len() + last.len()) else { return false };
        let (_, tail) = path.as_bytes().split_at(first.len());
        let (body, tail) = tail.split_at(inner);
        starts(tail, last) && has_in_order(body, middle)
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no path pattern.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{0}` is not a path pattern: allowed are 1 to {MAX_PATTERN_LEN} printable ASCII characters \
     without spaces, `*` for any run of characters and `?` for one"
)]
pub struct PatternError(pub String);

fn without_slash(text: &str) -> &str {
    text.strip_prefix('/').unwrap_or(text)
}

/// Whether `path` begins with `part`, in which `?` is any byte.
fn starts(path: &[u8], part: &str) -> bool {
    path.len() >= part.len()
        && part.bytes().zip(path).all(|(wanted, found)| wanted == b'?' || wanted == *found)
}

/// Whether `path` has the parts of `middle`, which `*` separates, one after the other: the leftmost
/// place for each leaves the most for those that follow.
fn has_in_order(path: &[u8], middle: &str) -> bool {
    let mut left = path;
    middle.split('*').filter(|part| !part.is_empty()).all(|part| {
        let found = left.windows(part.len()).position(|window| starts(window, part));
        let after = found.and_then(|at| left.get(at + part.len()..));
        left = after.unwrap_or_default();
        after.is_some()
    })
}
