//! The gate: whether the viewers of a candidate are worse off, by the access logs.
//!
//! `gate` prints the answer, and `ramp --gate` and the guard act on it. All ask here, and `observe --report` compares by the
//! same terms. Nothing is kept between two questions.

mod answer;
mod ask;
mod error;
mod options;
mod planned;
mod sightings;
mod terms;

pub(crate) use answer::{Answer, Logs};
pub(crate) use ask::{Asked, Conclusion, Detail, Question, words};
pub(crate) use error::GateError;
pub(crate) use options::{GateOptions, GateSettings, PrintedSettings};
pub(crate) use terms::Terms;
