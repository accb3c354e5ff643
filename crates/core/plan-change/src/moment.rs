use edge_time::Timestamp;
use serde::ser::{Serialize, Serializer};
use std::fmt;

/// A time for people: `10:00:45 UTC`, with its date unless it is today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The time.
    pub at: Timestamp,
    /// The current time.
    pub now: Timestamp,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, now) = (self.at.utc(), self.now.utc());
        if at.date() != now.date() {
            let (year, month, day) = at.to_calendar_date();
            write!(f, "{year:04}-{:02}-{day:02} ", u8::from(month))?;
        }
        let (hour, minute, second) = at.to_hms();
        write!(f, "{hour:02}:{minute:02}:{second:02} UTC")
    }
}

/// In RFC 3339: `2026-11-22T10:00:45Z`.
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.at)
    }
}
