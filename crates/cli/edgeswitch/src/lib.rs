//! Blue/green and canary releases at the CloudFront edge: the control program.
//!
//! [`Cli`] is the command line, and [`run`] carries out one command. Results go to the given writer; an
//! error is a [`Failure`] with its exit code and hint. The program routes no requests: the functions at
//! the edge do.

#![allow(missing_docs, reason = "not published: a name that says everything needs no sentence")]

mod aws;
mod cli;
mod commands;
mod completion;
mod control;
mod exit;
mod failure;
mod failure_report;
mod files;
mod following;
mod gate;
mod guard;
mod hooks;
mod logs;
mod package;
mod report_page;
mod signals;
mod usage;

pub use aws::{
    Account, Alarm, AlarmState, Alarms, Answer, Answers, AwsError, AwsErrorKind, Balancer, Bucket,
    Bus, Cloud, Configuration, Configured, Deployer, Deployment, Distribution, DistributionState,
    Invalidation, Invoked as FunctionAnswer, Label, ParameterClient, Stored, WeightedRecords,
};
pub use cli::{Cli, Color, Command, Output, run};
pub use commands::{
    Capacity, CapacityArgs, CompletionsArgs, Control, Demand, EDGE_REGIONS, ExplainArgs, Functions,
    ManualArgs, RegionLoad, Throughput, carry_out, estimate,
};
pub use completion::answer_shell;
pub use control::{Console, Input, Outcome, Partial, Session, Target, WaitDisplay, Writing};
pub use exit::Exit;
pub use failure::{Advice, Failure};
pub use failure_report::{Paint, report};
pub use files::FileError;
pub use guard::{GuardRun, Invoked, Unattended};
pub use logs::ReadLimits;
pub use package::{
    BinaryProblem, Built, Fallback, Function, PackageError, Packages, Packaging, package,
};
pub use terminal_text::{Lines, escaped};
pub use usage::{UsageError, asks_for_json};
