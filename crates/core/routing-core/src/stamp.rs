use std::fmt;

use crate::release::is_id;

/// The release that a viewer got with a document, and the stage that gave it: `9f2c1e7.r12-1`.
///
/// This is the value of the release cookie and the stamp of a document. It does not identify the
/// viewer, so it may be cached with the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment<'a> {
    /// The release's id.
    pub release: &'a str,
    /// The rollout's id.
    pub rollout: &'a str,
    /// The index of the stage in that rollout.
    pub stage: usize,
}

impl<'a> Assignment<'a> {
    /// Reads untrusted text. Both ids must have the pattern of ids, and the stage must be a plain
    /// number.
    ///
    /// A rollout's id may contain `-`, so the last `-` separates the stage. An assignment prints
    /// exactly as it was written.
    ///
    /// ```
    /// use routing_core::Assignment;
    ///
    /// let given = Assignment::parse("9f2c1e7.r-12-1");
    /// assert_eq!(given, Some(Assignment { release: "9f2c1e7", rollout: "r-12", stage: 1 }));
    /// ```
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (release, tag) = text.split_once('.')?;
        let (rollout, stage) = tag.rsplit_once('-')?;
        let stage = plain_number(stage)?;
        (is_id(release) && is_id(rollout)).then_some(Self { release, rollout, stage })
    }
}

impl fmt::Display for Assignment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}-{}", self.release, self.rollout, self.stage)
    }
}

/// The value of `x-bluegreen-release`: the release that was decided for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp<'a> {
    /// A document that assigns a release to its viewer: its response sets the release cookie.
    Assigned(Assignment<'a>),
    /// A release id alone: the response sets no release cookie.
    Bare(&'a str),
}

impl<'a> Stamp<'a> {
    /// Reads untrusted text: an assignment or a release id.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        if is_id(text) {
            Some(Self::Bare(text))
        } else {
            Assignment::parse(text).map(Self::Assigned)
        }
    }

    /// The release's id.
    #[must_use]
    pub fn release(&self) -> &'a str {
        match self {
            Self::Assigned(assignment) => assignment.release,
            Self::Bare(release) => release,
        }
    }

    /// The assignment, if the stamp has one.
    #[must_use]
    pub fn assignment(&self) -> Option<Assignment<'a>> {
        match self {
            Self::Assigned(assignment) => Some(*assignment),
            Self::Bare(_) => None,
        }
    }
}

impl fmt::Display for Stamp<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Assigned(assignment) => assignment.fmt(f),
            Self::Bare(release) => f.write_str(release),
        }
    }
}

/// Reads a number without a sign or leading zeros, so that each assignment has only one spelling.
fn plain_number(text: &str) -> Option<usize> {
    let plain = text == "0" || !text.starts_with(['0', '+']);
    text.parse().ok().filter(|_| plain)
}
