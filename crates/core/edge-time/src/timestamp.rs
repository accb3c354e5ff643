use std::fmt;
use std::time::Duration;

use thiserror::Error;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// The last second that RFC 3339 can write: the end of the year 9999, in milliseconds since 1970.
const LAST: i64 = 253_402_300_799_000;

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// The text is not an RFC 3339 time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not an RFC 3339 time, such as `2026-11-22T10:00:00Z`")]
pub struct TimeError(pub String);

impl Timestamp {
    /// Reads an RFC 3339 time, to the millisecond.
    ///
    /// ```
    /// use edge_time::Timestamp;
    ///
    /// let at = Timestamp::parse("2026-11-22T10:00:00.25Z")?;
    /// assert_eq!(at, Timestamp(1_795_341_600_250));
    /// # Ok::<(), edge_time::TimeError>(())
    /// ```
    ///
    /// # Errors
    /// [`TimeError`] with the text.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| TimeError(text.into()))?;
        Ok(Self(time.unix_timestamp() * 1000 + i64::from(time.millisecond())))
    }

    /// The moment `by` later, at most the last one that the type has.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The moment `by` earlier, at least the first one that the type has.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The whole second that contains this moment.
    #[must_use]
    pub fn floor_second(self) -> Self {
        Self(self.0 - self.0.rem_euclid(1000))
    }

    /// The first whole second that is not before this moment.
    #[must_use]
    pub fn ceil_second(self) -> Self {
        self.plus(Duration::from_millis(999)).floor_second()
    }

    /// The date and time in UTC, kept within the years 1970 to 9999.
    #[must_use]
    pub fn utc(self) -> OffsetDateTime {
        let nanoseconds = i128::from(self.0.clamp(0, LAST)) * 1_000_000;
        OffsetDateTime::from_unix_timestamp_nanos(nanoseconds)
            .expect("the years 1970 to 9999 are within the type's range")
    }
}

/// As RFC 3339: `2026-11-22T10:00:45Z`. A moment outside the years 1970 to 9999 becomes the nearest
/// one within them.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.utc().format(&Rfc3339);
        f.write_str(&text.expect("`utc` keeps to the years that RFC 3339 has"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_back_as_it_was_written() {
        let rows = [
            ("the beginning", 0, "1970-01-01T00:00:00Z"),
            ("milliseconds", 1_795_341_600_250, "2026-11-22T10:00:00.25Z"),
            ("29 February", 1_835_395_200_000, "2028-02-29T00:00:00Z"),
            ("the end", LAST, "9999-12-31T23:59:59Z"),
        ];
        for (name, at, text) in rows {
            assert_eq!(Timestamp(at).to_string(), text, "{name}");
            assert_eq!(Timestamp::parse(text), Ok(Timestamp(at)), "{name}");
        }
    }

    #[test]
    fn another_zone_is_the_same_moment() {
        let (utc, zone) = ("2026-11-22T10:00:00Z", "2026-11-22T12:00:00+02:00");
        assert_eq!(Timestamp::parse(utc), Timestamp::parse(zone));
    }

    #[test]
    fn an_impossible_time_names_itself() {
        for text in ["", "10:00", "2026-02-29T00:00:00Z", "2026-11-22 10:00:00"] {
            assert_eq!(Timestamp::parse(text), Err(TimeError(text.into())));
        }
    }

    #[test]
    fn moments_outside_the_calendar_are_written_as_its_ends() {
        assert_eq!(Timestamp(-1).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Timestamp(i64::MAX).to_string(), "9999-12-31T23:59:59Z");
        assert_eq!(Timestamp(i64::MAX).plus(Duration::MAX), Timestamp(i64::MAX));
    }

    #[test]
    fn seconds_are_rounded_to_their_own_side() {
        let rows = [(0, 0, 0), (1, 0, 1000), (999, 0, 1000), (1000, 1000, 1000), (-1, -1000, 0)];
        for (at, floor, ceil) in rows {
            assert_eq!(Timestamp(at).floor_second(), Timestamp(floor), "{at}");
            assert_eq!(Timestamp(at).ceil_second(), Timestamp(ceil), "{at}");
        }
    }
}
