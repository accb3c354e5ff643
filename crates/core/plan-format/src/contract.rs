use std::fmt;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};
use thiserror::Error;

/// The longest name of a state.
const MAX_NAME_LEN: usize = 64;

/// The name of something that releases share and that has a version: a database, or the API of a service.
///
/// The edge does not read states. They are in the plan for the programs that change it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateName(String);

/// A text that is not the name of a state.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "`{0}` is not the name of a state: allowed are 1 to {MAX_NAME_LEN} letters, digits, `.`, `_` and `-`, the first \
     one a letter or a digit"
)]
pub struct StateNameError(String);

impl StateName {
    /// Reads a name such as `orders-db`.
    ///
    /// # Errors
    /// [`StateNameError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, StateNameError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let starts_well = text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric());
        if starts_well && text.len() <= MAX_NAME_LEN && text.bytes().all(is_plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(StateNameError(text.to_owned()))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The versions of a state that a release can run on: from the first to the last, both included.
///
/// As text `3..5`, `4` or `3..`; in the plan `[3, 5]`, `[4, 4]` or `[3, null]`.
///
/// ```
/// use plan_format::Versions;
///
/// let versions = Versions::parse("3..5")?;
/// assert!(versions.contains(5) && !versions.contains(6));
/// # Ok::<(), plan_format::VersionsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Versions {
    first: u64,
    last: Option<u64>,
}

/// A text or a JSON value that is not a range of versions.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a range of versions: allowed are for example `3..5`, `4` and `3..`")]
pub struct VersionsError(String);

impl Versions {
    /// The versions from `first` to `last`; without `last`, all from `first` on. `None` if `last` is below `first`.
    #[must_use]
    pub fn new(first: u64, last: Option<u64>) -> Option<Self> {
        last.is_none_or(|last| last >= first).then_some(Self { first, last })
    }

    /// Reads `3..5`, `4` (this version only), `3..` (this version and all newer ones) or `..5`.
    ///
    /// # Errors
    /// [`VersionsError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, VersionsError> {
        read(text.trim()).ok_or_else(|| VersionsError(text.to_owned()))
    }

    /// The oldest version.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The newest version; `None` if there is no end.
    #[must_use]
    pub fn last(&self) -> Option<u64> {
        self.last
    }

    /// Whether the release can run on this version.
    #[must_use]
    pub fn contains(&self, version: u64) -> bool {
        version >= self.first && self.last.is_none_or(|last| version <= last)
    }

    /// The versions that are in both ranges.
    #[must_use]
    pub fn and(&self, other: Self) -> Option<Self> {
        let last = match (self.last, other.last) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        Self::new(self.first.max(other.first), last)
    }
}

fn read(text: &str) -> Option<Versions> {
    let number = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
    };
    match text.split_once("..") {
        None => Versions::new(number(text)?, Some(number(text)?)),
        Some(("", "")) => None,
        Some(("", last)) => Versions::new(0, Some(number(last)?)),
        Some((first, "")) => Versions::new(number(first)?, None),
        Some((first, last)) => Versions::new(number(first)?, Some(number(last)?)),
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.last {
            Some(last) if last == self.first => write!(f, "{last}"),
            Some(last) => write!(f, "{}..{last}", self.first),
            None => write!(f, "{}..", self.first),
        }
    }
}

impl Serialize for Versions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.first, self.last).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Versions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (first, last) = <(u64, Option<u64>)>::deserialize(deserializer)?;
        let backwards = || de::Error::custom("the last version is older than the first one");
        Self::new(first, last).ok_or_else(backwards)
    }
}
