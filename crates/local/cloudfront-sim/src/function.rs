use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use edge_event::Trigger;
use thiserror::Error;

use crate::distribution::EdgeLocation;

/// An invocation that is under way: the result's JSON.
pub type Invocation<'a> = Pin<Box<dyn Future<Output = Result<Bytes, FunctionError>> + Send + 'a>>;

/// A Lambda@Edge function at one edge location: one or several execution environments.
pub trait Function: Send + Sync {
    /// Invokes it with an event's JSON. It keeps its own timeout.
    fn invoke(&self, event: Bytes) -> Invocation<'_>;
}

/// Where functions run.
pub trait FunctionHost: Send + Sync {
    /// The function of a trigger at an edge location; the same one every time. `None` when no function is
    /// associated.
    fn function(&self, edge: &EdgeLocation, trigger: Trigger) -> Option<Arc<dyn Function>>;
}

/// Why an invocation has no result: a 503 for the viewer (page `http-503-service-unavailable`).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FunctionError {
    /// The function failed or its process ended.
    #[error("the function failed: {0}")]
    Failed(String),
    /// It gave no result within its timeout.
    #[error("the function timed out after {} s", .0.as_secs())]
    TimedOut(Duration),
    /// All its environments are busy and no more are allowed.
    #[error("the function was throttled")]
    Throttled,
}
