//! Blue/green and canary releases at the CloudFront edge: the control program.
//!
//! The commands as functions: [`Cli`] is the command line, [`run`] carries one out. Data goes to
//! the writer it is given, everything else is in the error. It routes no request itself: the
//! functions at the edge do.

mod aws;
mod cli;
mod commands;
mod control;
mod exit;
mod package;

pub use aws::{
    Account, Alarm, AlarmState, Alarms, Answer, AwsError, AwsErrorKind, Bucket, Cloud,
    Distribution, Invalidation, Parameter, Stored,
};
pub use cli::{Cli, Color, Command, Output, exit, hint, run};
pub use commands::{
    Capacity, CapacityArgs, CompletionsArgs, Control, Demand, EDGE_REGIONS, ExplainArgs,
    ExplainError, Functions, ManualArgs, PreviewError, RampError, RegionLoad, Throughput,
    carry_out, estimate,
};
pub use control::{
    Console, ControlError, Input, Outcome, Partial, Progress, Session, Target, Writing,
};
pub use exit::Exit;
pub use package::{Built, Fault, Function, PackageError, Packaging, package};
