//! Lines that are no rows.

use std::fmt;

/// Lines that are no rows: counted, with the first of them as an example.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// How many lines were skipped.
    pub lines: u64,
    /// The number of the first skipped line, and why it was skipped.
    pub first: Option<(u64, Skip)>,
}

/// Why a line is no row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Skip {
    /// No `#Fields` line came before.
    NoFields,
    /// The `#Fields` line, or the JSON object, has no field of an access log.
    NotAnAccessLog,
    /// The line has another number of columns than `#Fields`: it was cut, or two lines were joined.
    Columns {
        /// The columns of the line.
        found: usize,
        /// The columns of `#Fields`.
        expected: usize,
    },
    /// The date, the time or the timestamp is none.
    Time,
    /// The line starts like a JSON object, but is none.
    Json,
    /// The line is longer than [`LONGEST_LINE`](crate::LONGEST_LINE).
    TooLong,
}

impl Skipped {
    pub(crate) fn add(&mut self, line: u64, why: Skip) {
        self.lines += 1;
        self.first.get_or_insert((line, why));
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Skip::NoFields => write!(f, "there is no `#Fields` line before"),
            Skip::NotAnAccessLog => write!(f, "it has no field of an access log"),
            Skip::Columns { found, expected } => {
                write!(f, "it has {found} columns: `#Fields` has {expected}")
            }
            Skip::Time => write!(f, "its time is invalid"),
            Skip::Json => write!(f, "it is not a JSON object"),
            Skip::TooLong => write!(f, "it is longer than {} bytes", crate::LONGEST_LINE),
        }
    }
}
