//! Whole journeys and the packages under AWS's runtime clients.
//!
//! This library plays what surrounds a function: [`Sandbox`] is Lambda's side of the Runtime API
//! with the function's process, [`RuntimeClient`] loads a package as Lambda's managed runtimes do,
//! [`TaskRoot`] is an unpacked package, [`Ministack`] is AWS's APIs, [`Microburst`] their trouble. Everything is on loopback and
//! ends with the value that started it. [`World`](world::World) is a whole distribution with its viewers on
//! virtual time, in this process. The tests themselves are in `tests/tests`.

mod deadline;
mod foreign;
mod http;
mod microburst;
mod ministack;
mod process;
mod runtime_api;
mod runtime_client;
mod sandbox;
mod task_root;
mod tools;
#[allow(clippy::panic, reason = "a test fails by panicking")]
pub mod world;

pub use foreign::differences;
pub use http::{Connection, HttpRequest};
pub use microburst::Microburst;
pub use ministack::Ministack;
pub use process::{Pipes, Process};
pub use runtime_api::{Answer, RuntimeError};
pub use runtime_client::RuntimeClient;
pub use sandbox::Sandbox;
pub use task_root::{TaskRoot, built, packages};
pub use tools::{Tools, program, repository};
