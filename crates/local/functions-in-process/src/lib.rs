//! Runs the three functions inside the local CloudFront's process.
//!
//! Event and result are JSON, as in the packages, with the same `fail_open` and the same log line. Each edge
//! location and trigger has one execution environment. The caller provides clock, plan store and jitter seed,
//! so tests can run on virtual time.
//!
//! Start reading at [`InProcess`].

mod environment;
mod host;
mod simulated;

pub use environment::Environment;
pub use host::InProcess;
pub use simulated::SimulatedParameter;
