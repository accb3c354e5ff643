//! Runs the three functions inside the local CloudFront's own process.
//!
//! Turns an event's JSON into a result's JSON as their packages do, `fail_open` and log line included, with one
//! execution environment for each edge location and trigger. Time, plan and jitter are whatever the host
//! gives, so that everything can be played under virtual time.
//!
//! Start reading at [`InProcess`].

mod environment;
mod host;
mod simulated;

pub use environment::Environment;
pub use host::InProcess;
pub use simulated::SimulatedParameter;
