//! What access logs say of each release, asked in SQL.
//!
//! For logs that are too many for one machine: [`sources`] makes tables of the folders in which the logs are, [`Query`]
//! is the question, and [`Answer`] makes the same [`Observation`](observation::Observation) of its rows that reading the
//! logs makes.
//!
//! A table has one column, the line. The query cuts the lines itself, by the [`Form`] of one log, so that it decides as
//! `access-log` does which lines are rows. The text is in the part of SQL in which Athena and DuckDB agree.
//!
//! Pure: names and texts in, texts and counts out.

mod answer;
mod form;
mod layout;
mod pattern;
mod price;
mod query;
mod rules;
mod table;
mod text;

pub use answer::{Answer, AnswerError};
pub use form::{Form, FormError};
pub use layout::{LayoutError, Source, sources};
pub use price::{DOLLARS_PER_TERABYTE, dollars};
pub use query::{COLUMNS, LONGEST, Query};
pub use table::Table;
