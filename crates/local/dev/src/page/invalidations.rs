use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloudfront_sim::InvalidationPath;
use edge_time::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::api::{Answer, Refused, Told};
use super::desk::Desk;

#[derive(Deserialize)]
pub(super) struct Invalidation {
    path: String,
}

/// Removes at once what is asked for.
pub(super) async fn invalidate(
    State(desk): State<Arc<Desk>>,
    Told(Invalidation { path }): Told<Invalidation>,
) -> Answer<Value> {
    let path = InvalidationPath::parse(&path)
        .map_err(|error| Refused::new(StatusCode::BAD_REQUEST, error.to_string()))?;
    Ok(Json(json!({ "removed": desk.cloudfront.invalidate(&path) })))
}

impl Desk {
    /// Empties the caches at `at`: sooner, an edge location without the new plan would fill them with what
    /// has to go.
    pub(super) async fn invalidate_at(self: Arc<Self>, at: Timestamp) {
        self.set_invalidates(|_| Some(at));
        let left = u64::try_from(at.0 - self.clock.now().0).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(left)).await;
        let everything = InvalidationPath::parse("/*").expect("it begins with `/`");
        self.cloudfront.invalidate(&everything);
        self.set_invalidates(|next| next.filter(|next| *next != at));
    }

    /// When the caches are emptied, if they are to be.
    pub(super) fn invalidates(&self) -> Option<Timestamp> {
        *self.history.invalidates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_invalidates(&self, change: impl FnOnce(Option<Timestamp>) -> Option<Timestamp>) {
        let mut next = self.history.invalidates.lock().unwrap_or_else(PoisonError::into_inner);
        *next = change(*next);
    }
}
