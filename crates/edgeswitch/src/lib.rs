//! Blue/green and canary releases at the CloudFront edge: the control program.
//!
//! The commands as functions: [`Cli`] is the command line, [`run`] carries one out. Data goes to
//! the writer it is given, everything else is in the error. It routes no request itself: the
//! functions at the edge do.

mod cli;
mod dev;
mod explain;
mod package;

pub use cli::{Cli, Command, Output, run};
pub use dev::{DevArgs, DevError, LocalCloudFront};
pub use explain::{
    Difference, Draw, ExplainArgs, ExplainError, Explanation, Ran, Sent, Tried, Weight, explain,
};
pub use package::{Built, Fault, Function, PackageError, Packaging, package};
