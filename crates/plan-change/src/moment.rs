use std::fmt;
use std::time::Duration;

use routing_core::Timestamp;
use serde::ser::{Serialize, Serializer};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// The last second that RFC 3339 can write: the end of the year 9999, in milliseconds since 1970.
const LAST: i64 = 253_402_300_799_000;

/// A moment in words: `10:00:45 UTC`, with its date when that is not today's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub at: Timestamp,
    /// When the words are said.
    pub now: Timestamp,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, now) = (date_time(self.at), date_time(self.now));
        if at.date() != now.date() {
            let (year, month, day) = at.to_calendar_date();
            write!(f, "{year:04}-{:02}-{day:02} ", u8::from(month))?;
        }
        let (hour, minute, second) = at.to_hms();
        write!(f, "{hour:02}:{minute:02}:{second:02} UTC")
    }
}

/// As RFC 3339 has it: `2026-11-22T10:00:45Z`.
impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&write(self.at))
    }
}

/// A moment as a plan has it: `2026-11-22T10:00:45Z`. What RFC 3339 cannot write becomes its first or
/// last second.
pub(crate) fn write(at: Timestamp) -> String {
    let text = date_time(at).format(&Rfc3339);
    text.expect("date_time keeps to the years that RFC 3339 has")
}

/// Reads a moment of a plan.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Some(Timestamp(time.unix_timestamp() * 1000 + i64::from(time.millisecond())))
}

/// `by` after `at`.
pub(crate) fn after(Timestamp(at): Timestamp, by: Duration) -> Timestamp {
    Timestamp(at.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
}

/// The whole second that `at` lies in, so that a plan reads well.
pub(crate) fn second(Timestamp(at): Timestamp) -> Timestamp {
    Timestamp(at - at.rem_euclid(1000))
}

/// The first whole second that is not before `at`.
pub(crate) fn next_second(at: Timestamp) -> Timestamp {
    second(after(at, Duration::from_millis(999)))
}

fn date_time(Timestamp(at): Timestamp) -> OffsetDateTime {
    let nanoseconds = i128::from(at.clamp(0, LAST)) * 1_000_000;
    OffsetDateTime::from_unix_timestamp_nanos(nanoseconds)
        .expect("the years 1970 to 9999 are within what it takes")
}
