use std::fmt;

use serde::ser::{Serialize, Serializer};
use thiserror::Error;

/// All viewers, in tenths of a percent.
const ALL: u16 = 1000;

/// A candidate's share of the viewers: 0.1 % to 100 %, in tenths of a percent.
///
/// ```
/// use plan_change::Share;
///
/// assert_eq!(Share::parse("12.5")?.to_string(), "12.5 %");
/// assert!(Share::parse("0").is_err());
/// # Ok::<(), plan_change::ShareError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(u16);

/// A text or number that is not a share.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a share of viewers: allowed are 0.1 to 100 percent, in tenths")]
pub struct ShareError(String);

impl Share {
    /// All viewers.
    pub const ALL: Self = Self(ALL);

    /// A share in percent: from 0.1 to 100, in steps of 0.1.
    ///
    /// # Errors
    /// [`ShareError`] for any other number.
    pub fn from_percent(percent: f64) -> Result<Self, ShareError> {
        let tenths = (percent * 10.0).round();
        let is_share =
            (tenths / 10.0 - percent).abs() < 1e-9 && (1.0..=f64::from(ALL)).contains(&tenths);
        if is_share { Ok(Self(tenths as u16)) } else { Err(ShareError(percent.to_string())) }
    }

    /// Reads a percentage: `10`, `0.5`, `12.5%`.
    ///
    /// # Errors
    /// [`ShareError`] for any other text.
    pub fn parse(text: &str) -> Result<Self, ShareError> {
        let number = text.trim().trim_end_matches('%').trim_end();
        let percent = number.parse().map_err(|_| ShareError(text.to_owned()))?;
        Self::from_percent(percent).map_err(|_| ShareError(text.to_owned()))
    }

    /// The share in percent.
    #[must_use]
    pub fn percent(self) -> f64 {
        f64::from(self.0) / 10.0
    }

    /// The weights of the active release and of the candidate, each at most 999: in percent if the share is a whole
    /// number, else in tenths of a percent.
    pub(crate) fn weights(self) -> (u16, u16) {
        let unit = if self.0.is_multiple_of(10) { 10 } else { 1 };
        ((ALL - self.0) / unit, self.0 / unit)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.percent())
    }
}

/// In percent.
impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.percent())
    }
}
