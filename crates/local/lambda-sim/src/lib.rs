//! Runs functions for the local CloudFront.
//!
//! [`Packages`] runs the zips that are deployed to Lambda@Edge: it starts their `bootstrap` in processes and
//! serves them a Lambda Runtime API. [`Regional`] runs a function of a Region in the same way. [`InvokeApi`] calls a
//! server with Lambda's Invoke API, such as `cargo lambda watch`. None of them reads events or results; the CloudFront
//! simulator checks those of the edge.
//!
//! Differences from Lambda: a process is not frozen between two events, its memory is not limited, its task
//! folder is writable, and `bootstrap` starts without the managed runtime.
//!
//! The processes are real, so timeouts use real time, even if the simulator's clock is virtual.

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
mod placed;
mod process;
mod regional;
mod report;
mod runtime_api;
mod unhandled;

pub use invoke_api::{EndpointError, InvokeApi};
pub use options::Options;
pub use package::{PackageError, PackageProblem};
pub use packages::Packages;
pub use regional::Regional;
