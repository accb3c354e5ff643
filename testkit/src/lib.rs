//! The surroundings of a function, for the tests in `tests/` and the benchmarks in `benches/`.
//!
//! - [`World`](world::World) is a whole distribution with its viewers, in this process, on virtual time.
//! - [`Sandbox`] runs a function's process and plays Lambda's side of the Runtime API.
//! - [`RuntimeClient`] loads a package as Lambda's managed runtimes do; [`TaskRoot`] is the unpacked package.
//! - [`Ministack`] plays AWS's APIs, and [`Moto`] load balancers. [`Enforced`] is an account that enforces policies.
//!   [`Microburst`] adds errors and latency, and [`Gateway`] a Lambda that runs the functions.
//!
//! All servers listen on loopback, and all processes end when the value that started them is dropped.

mod deadline;
mod enforced;
mod foreign;
mod gateway;
mod http;
mod local_service;
mod microburst;
mod ministack;
mod moto;
mod process;
mod runtime_api;
mod runtime_client;
mod sandbox;
mod task_root;
mod tools;
#[allow(clippy::panic, reason = "a test fails by panicking")]
pub mod world;

pub use enforced::{AccessKey, Asked, Enforced};
pub use foreign::differences;
pub use gateway::{Call, Fault, Gateway, Paused};
pub use http::{Connection, HttpRequest};
pub use microburst::Microburst;
pub use ministack::Ministack;
pub use moto::Moto;
pub use process::{Pipes, Process};
pub use runtime_api::{Answer, RuntimeError};
pub use runtime_client::RuntimeClient;
pub use sandbox::Sandbox;
pub use task_root::{TaskRoot, built, packages};
pub use tools::{Tools, program, repository};
