//! Runs functions for the local CloudFront.
//!
//! [`Packages`] runs the zips that are deployed to Lambda@Edge: each `bootstrap` in processes of its own,
//! behind a Lambda Runtime API. [`InvokeApi`] calls whatever serves Lambda's Invoke API, such as
//! `cargo lambda watch`. Neither looks into an event or a result: that is CloudFront's part.
//!
//! Other than in Lambda, a process is not frozen between two events, its memory is not limited, its task folder
//! can be written to, and `bootstrap` is started without the managed runtime around it.
//!
//! Processes are real, so timeouts are real time, whatever the simulator's clock says.

mod environment;
mod exit;
mod failure;
mod function;
mod instance;
mod invoke_api;
mod launch;
mod options;
mod package;
mod packages;
mod process;
mod report;
mod runtime_api;
mod unhandled;

pub use invoke_api::{EndpointError, InvokeApi};
pub use options::Options;
pub use package::{Fault, PackageError};
pub use packages::Packages;
