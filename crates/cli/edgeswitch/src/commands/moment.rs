use std::time::Duration;

use edge_time::Timestamp;

/// A time on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// An absolute time.
    Moment(Timestamp),
    /// This long from now.
    Later(Duration),
}

impl At {
    /// Reads `2026-11-22T10:30:00Z` or `+5m`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if let Some(later) = text.strip_prefix('+') {
            return duration(later).map(Self::Later);
        }
        Timestamp::parse(text).map(|at| Self::Moment(at.floor_second())).map_err(|_| {
            format!("invalid time `{text}`: expected an RFC 3339 time, such as `2026-11-22T10:30:00Z`, or `+5m`")
        })
    }

    pub(crate) fn from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Moment(at) => at,
            Self::Later(by) => now.plus(by),
        }
    }
}

/// Reads `90s`, `10m`, `1h 30m`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let problem =
        |_| format!("invalid duration `{text}`: expected for example `90s`, `10m` or `1h 30m`");
    humantime::parse_duration(text).map_err(problem)
}
