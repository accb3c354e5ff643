use std::time::Duration;

use routing_core::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment that somebody named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// A time of day of a date.
    Moment(Timestamp),
    /// So much later than now.
    Later(Duration),
}

impl At {
    /// Reads `2026-11-22T10:30:00Z` or `+5m`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if let Some(later) = text.strip_prefix('+') {
            return duration(later).map(Self::Later);
        }
        let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| {
            format!("`{text}` is no moment: allowed are `2026-11-22T10:30:00Z` and `+5m`")
        })?;
        Ok(Self::Moment(Timestamp(time.unix_timestamp() * 1000)))
    }

    pub(crate) fn from(self, Timestamp(now): Timestamp) -> Timestamp {
        match self {
            Self::Moment(at) => at,
            Self::Later(by) => {
                Timestamp(now.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
            }
        }
    }
}

/// Reads `90s`, `10m`, `1h 30m`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let problem =
        |_| format!("`{text}` is no duration: allowed are such as `90s`, `10m`, `1h 30m`");
    humantime::parse_duration(text).map_err(problem)
}
