//! Runs a handler, a function from one CloudFront event to one result, as a Lambda process.
//!
//! It loads the configuration and the plan before the first event, keeps our failures away from viewers,
//! and writes one log line for each invocation. It decides nothing: `edge-routing` does, and the handlers
//! translate.
//!
//! Start reading at [`run_with_plan`].

mod config_file;
mod deps;
mod fail_open;
mod log;
mod passed_on;
mod run;

pub use deps::Deps;
pub use fail_open::{NotAnEvent, Reply, fail_open};
pub use log::{Handled, Note};
pub use run::{run_with_plan, run_without_plan};
