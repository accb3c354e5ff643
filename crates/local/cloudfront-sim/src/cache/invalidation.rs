use std::fmt;

use thiserror::Error;

/// The longest invalidation path, in characters (page `invalidation-specifying-objects`).
const MAX_CHARS: usize = 4_000;

/// What an invalidation removes: one path, or with a `*` at its end all that begin so
/// (page `invalidation-specifying-objects`).
///
/// Case matters, and a `*` elsewhere is a character like any other. Query strings that are in the cache
/// key belong to the path: `/a` leaves `/a?x=1` alone, `/a*` removes both. All variants of a path by header
/// or cookie go at once.
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
    /// One variant for each rule of CloudFront that `path` breaks.
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

    /// Whether an object's path, with the query strings in its key, is meant.
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

/// What CloudFront refuses as an invalidation path.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidationPathError {
    /// It does not begin with `/`.
    #[error("invalidation path `{0}` must begin with `/`")]
    NoSlash(String),
    /// It is too long; how many characters it has.
    #[error(
        "the invalidation path has {0} characters: at most {MAX_CHARS} are allowed, a `*` shortens it"
    )]
    TooLong(usize),
    /// It has a `~`, percent-encoded or not.
    #[error(
        "invalidation path `{0}` has a `~` or `%7E`, which none may have: put `*` in its place"
    )]
    Tilde(String),
    /// It has a space, a control character or something beyond ASCII.
    #[error("invalidation path `{0}` has characters that no URL has: percent-encode them")]
    NotEncoded(String),
}
