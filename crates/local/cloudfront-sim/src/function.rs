use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use edge_event::Trigger;
use thiserror::Error;

use crate::distribution::EdgeLocation;

/// An invocation. It returns the result's JSON.
pub type Invocation<'a> = Pin<Box<dyn Future<Output = Result<Bytes, FunctionError>> + Send + 'a>>;

/// A Lambda@Edge function at one edge location, with one or more execution environments.
pub trait Function: Send + Sync {
    /// Invokes the function with an event's JSON. The implementation enforces the timeout.
    fn invoke(&self, event: Bytes) -> Invocation<'_>;
}

/// Runs functions.
pub trait FunctionHost: Send + Sync {
    /// The function of a trigger at an edge location. Every call returns the same function. `None` if the
    /// trigger has none.
    fn function(&self, edge: &EdgeLocation, trigger: Trigger) -> Option<Arc<dyn Function>>;
}

/// Why an invocation failed. The viewer gets a 503 (page `http-503-service-unavailable`).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FunctionError {
    /// The function failed, or its process ended.
    #[error("the function failed: {0}")]
    Failed(String),
    /// It gave no result within its timeout.
    #[error("the function timed out after {} s", .0.as_secs())]
    TimedOut(Duration),
    /// All execution environments are busy, and no more may start.
    #[error("the function was throttled")]
    Throttled,
}
