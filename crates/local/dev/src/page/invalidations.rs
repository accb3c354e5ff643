use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloudfront_sim::InvalidationPath;
use edge_time::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::json::{Answer, ApiError, JsonBody};
use super::page_state::PageState;

#[derive(Deserialize)]
pub(super) struct Invalidation {
    path: String,
}

/// Removes matching objects from all caches at once.
pub(super) async fn invalidate(
    State(page): State<Arc<PageState>>,
    JsonBody(Invalidation { path }): JsonBody<Invalidation>,
) -> Answer<Value> {
    let path = InvalidationPath::parse(&path)
        .map_err(|error| ApiError::new(StatusCode::BAD_REQUEST, error.to_string()))?;
    Ok(Json(json!({ "removed": page.running().cloudfront.invalidate(&path) })))
}

impl PageState {
    /// Empties the caches at `at`, when every edge location has the new plan. Any sooner, an edge location
    /// with the old plan could fill its cache with old documents again.
    pub(super) async fn invalidate_at(self: Arc<Self>, at: Timestamp) {
        self.set_invalidates(|_| Some(at));
        let left = u64::try_from(at.0 - self.clock.now().0).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(left)).await;
        let everything = InvalidationPath::parse("/*").expect("it begins with `/`");
        self.running().cloudfront.invalidate(&everything);
        self.set_invalidates(|next| next.filter(|next| *next != at));
    }

    /// When a change of the plan will empty the caches.
    pub(super) fn invalidates(&self) -> Option<Timestamp> {
        *self.history.invalidates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_invalidates(&self, change: impl FnOnce(Option<Timestamp>) -> Option<Timestamp>) {
        let mut next = self.history.invalidates.lock().unwrap_or_else(PoisonError::into_inner);
        *next = change(*next);
    }
}
