//! Why a log cannot be read.

use std::io;

/// Why a log cannot be read.
///
/// A single line that is no row is not an error: see [`Skipped`](crate::Skipped).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The input failed: a gzip file that was cut is an [`io::ErrorKind::UnexpectedEof`]. All rows before were returned.
    #[error("cannot read the log after line {line}: {source}")]
    Read {
        /// The last line that was read in full.
        line: u64,
        /// The input's error.
        source: io::Error,
    },
    /// The fields are those of an RTMP distribution.
    #[error(
        "line {line}: this is a log of an RTMP distribution: expected a standard log of a web distribution"
    )]
    Rtmp {
        /// The `#Fields` line.
        line: u64,
    },
    /// The rows are real-time log records. They have no header, and their order is set in the real-time configuration.
    #[error(
        "line {line}: this is a real-time log record: expected a standard log, which has a `#Fields` line"
    )]
    RealTime {
        /// The first record.
        line: u64,
    },
    /// The input is a Parquet file, and the crate's feature `parquet` is off, or the input is an [`Input`](crate::Input).
    #[error(
        "this is a Parquet file, which needs the feature `parquet`: expected a log in the format w3c, plain, json or raw"
    )]
    Parquet,
}
