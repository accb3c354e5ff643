//! Checks a distribution with its functions, policies, bucket, roles and plan, and the followers of the plan.
//!
//! Pure: it looks only at a [`Snapshot`] of AWS's answers, in the JSON that `aws ... --output json` prints.
//! Whoever reads them asks [`Snapshot::wanted`] for the next ones, until nothing is wanted. A value that
//! could not be read makes its checks "not checked", never sound.
//!
//! Start reading at [`examine`]. [`Check`] lists the checks; `checks` has a file for each group of them.

#![allow(missing_docs, reason = "not published: a name that says everything needs no sentence")]

mod arguments;
mod arn;
mod behavior;
mod check;
mod checks;
mod command;
mod examine;
mod field;
mod followed;
mod notes;
mod passes;
mod policy_document;
mod reading;
mod report;
mod secrets;
mod snapshot;
mod source;
mod subject;
mod view;
mod wanted;

pub use arguments::{Call, Rights};
pub use check::{About, Check};
pub use examine::examine;
pub use report::{Evidence, Finding, Measured, NotChecked, Outcome, Report, Severity, Why};
pub use snapshot::{Read, Snapshot};
pub use source::{LOG_REGIONS, Source};
