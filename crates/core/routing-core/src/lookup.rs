use std::fmt;

use thiserror::Error;

use crate::{
    plan::Plan,
    release::{MAX_ID_LEN, Release, is_id},
};

/// A release id that a viewer sent, kept by value so that a decision does not borrow the request.
///
/// It has the pattern of an id, but no release with this id may be served.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ForeignId {
    bytes: [u8; MAX_ID_LEN],
    len: u8,
}

impl ForeignId {
    /// Copies `text` if it has the pattern of an id.
    fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; MAX_ID_LEN];
        bytes.get_mut(..text.len()).filter(|_| is_id(text))?.copy_from_slice(text.as_bytes());
        Some(Self { bytes, len: u8::try_from(text.len()).ok()? })
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let id =
            self.bytes.get(..usize::from(self.len)).and_then(|bytes| str::from_utf8(bytes).ok());
        id.expect("parse took as many bytes from an ASCII text")
    }
}

impl fmt::Display for ForeignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ForeignId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// Why a release that a request names cannot be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The text does not have the pattern of an id. It is not kept.
    #[error("malformed")]
    Malformed,
    /// The plan has no release with this id.
    #[error("`{0}` is not in the plan")]
    Unknown(ForeignId),
    /// The release is withdrawn.
    #[error("`{0}` is withdrawn")]
    Withdrawn(ForeignId),
}

impl Refusal {
    /// The id, or the word `malformed`: safe to print anywhere.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Malformed => "malformed",
            Self::Unknown(id) | Self::Withdrawn(id) => id.as_str(),
        }
    }
}

/// The index and the release that the untrusted `text` names in `plan`.
pub(crate) fn look_up<'p>(plan: &'p Plan, text: &str) -> Result<(usize, &'p Release), Refusal> {
    if let Some(found) = plan.servable(text) {
        return Ok(found);
    }
    match ForeignId::parse(text) {
        None => Err(Refusal::Malformed),
        Some(id) if plan.is_withdrawn(text) => Err(Refusal::Withdrawn(id)),
        Some(id) => Err(Refusal::Unknown(id)),
    }
}
