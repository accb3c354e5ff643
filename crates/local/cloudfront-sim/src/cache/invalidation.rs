use std::fmt;

use thiserror::Error;

/// The longest invalidation path, in characters (page `invalidation-specifying-objects`).
const MAX_CHARS: usize = 4_000;

/// A path to invalidate. With a `*` at its end, it matches all paths that begin with the text before it (page
/// `invalidation-specifying-objects`).
///
/// Case matters. A `*` elsewhere is an ordinary character. Query strings that are in the cache key belong to the
/// path: `/a` does not match `/a?x=1`, `/a*` matches both. All variants of a path by header or cookie are removed
/// together.
///
/// ```
/// use cloudfront_sim::InvalidationPath;
///
/// let images = InvalidationPath::parse("/images/*")?;
/// assert!(images.matches("/images/logo.png?size=large"));
/// assert!(!images.matches("/Images/logo.png"));
/// # Ok::<(), cloudfront_sim::InvalidationPathError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidationPath(String);

impl InvalidationPath {
    /// Checks `path`.
    ///
    /// # Errors
    /// The variant names the rule of CloudFront that `path` breaks.
    pub fn parse(path: &str) -> Result<InvalidationPath, InvalidationPathError> {
        let chars = path.chars().count();
        if !path.starts_with('/') {
            Err(InvalidationPathError::NoSlash(path.into()))
        } else if chars > MAX_CHARS {
            Err(InvalidationPathError::TooLong(chars))
        } else if path.contains('~') || path.to_ascii_lowercase().contains("%7e") {
            Err(InvalidationPathError::Tilde(path.into()))
        } else if !path.bytes().all(|byte| byte.is_ascii_graphic()) {
            Err(InvalidationPathError::NotEncoded(path.into()))
        } else {
            Ok(InvalidationPath(path.into()))
        }
    }

    /// Whether it matches an object's path, which includes the query strings in the cache key.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == self.0,
        }
    }
}

impl fmt::Display for InvalidationPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why CloudFront refuses an invalidation path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidationPathError {
    /// The path does not begin with `/`.
    #[error("invalidation path `{0}` must begin with `/`")]
    NoSlash(String),
    /// The path has too many characters; the number.
    #[error(
        "the invalidation path has {0} characters: at most {MAX_CHARS} are allowed, a `*` shortens it"
    )]
    TooLong(usize),
    /// The path has a `~`, which may be percent-encoded.
    #[error("invalidation path `{0}` must not contain `~` or `%7E`: put `*` in its place")]
    Tilde(String),
    /// The path has a space, a control character or a non-ASCII character.
    #[error("invalidation path `{0}` has characters that a URL cannot have: percent-encode them")]
    NotEncoded(String),
}
