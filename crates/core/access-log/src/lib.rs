//! CloudFront's standard access logs, row by row.
//!
//! [`Reader`] reads the logs of all generations: legacy logs with any number of fields, and standard logging v2 as
//! w3c, plain, JSON and raw, and with the feature `parquet` as Parquet. It follows the `#Fields` line, never a fixed number
//! of columns. [`Reader::open`] also takes gzip, with one member or several.
//!
//! - A [`Row`] borrows from the reader's line: nothing is allocated for a row, and memory does not grow with the file.
//! - Fields and result types that this crate does not know are kept.
//! - Joined files are read as they come: a header may stand anywhere, even after a row without a line break.
//! - A line that is no row is never guessed at. It is counted, with the reason: see [`Reader::skipped`].
//! - RTMP logs and real-time logs are refused by name, and Parquet files without the feature `parquet`: see [`Error`].
//! - [`Once`] tells rows that were seen before, for files that were delivered or copied twice.
//!
//! AWS's pages: `standard-logs-reference` (fields), `standard-logging` (v2) and `standard-logging-legacy-s3`, all in the
//! CloudFront Developer Guide.
//!
//! # Example
//!
//! ```
//! use access_log::{Field, Reader};
//!
//! let log = "#Version: 1.0\n\
//!            #Fields: date time cs-uri-stem sc-status cs(User-Agent) sc-content-type\n\
//!            2026-11-22\t10:10:00\t/a%2520b\t200\tMozilla/5.0%2520(X11)\ttext/html;%20release=41ab03d\n";
//! let mut reader = Reader::open(log.as_bytes())?;
//! while let Some(row) = reader.next_row()? {
//!     assert_eq!(row.status(), Some(200));
//!     assert_eq!(row.get(Field::UriStem), Some("/a%2520b"));
//!     assert_eq!(row.decoded(Field::UriStem).as_deref(), Some("/a%20b"));
//!     assert_eq!(row.user_agent().as_deref(), Some("Mozilla/5.0 (X11)"));
//!     assert_eq!(row.content_type_parameter("release"), Some("41ab03d"));
//! }
//! assert_eq!(reader.skipped().lines, 0);
//! # Ok::<(), access_log::Error>(())
//! ```

mod columns;
mod decode;
mod error;
mod field;
mod fields;
mod input;
mod json;
mod line;
mod once;
mod pairs;
mod reader;
mod result_type;
mod row;
mod skipped;
#[cfg(feature = "parquet")]
mod table;
mod time;

pub use error::Error;
pub use field::Field;
pub use fields::Fields;
pub use input::Input;
pub use line::LONGEST_LINE;
pub use once::{Once, Seen};
pub use pairs::Pairs;
pub use reader::Reader;
pub use result_type::ResultType;
pub use row::Row;
pub use skipped::{Skip, Skipped};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
