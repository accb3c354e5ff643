use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{COOKIE, HOST};
use axum::http::{HeaderMap, StatusCode};
use edge_event::Request;
use edge_routing::decide_event;
use edge_time::Timestamp;
use override_token::Claims;
use routing_core::{At, OverrideState, ReleaseId, Source};
use serde::Deserialize;
use serde_json::{Value, json};

use super::json::{Answer, ApiError, JsonBody};
use super::page_state::PageState;
use crate::project::Previews;

/// A preview link of the page is valid for two hours, in milliseconds.
const LASTS: i64 = 7_200_000;

#[derive(Deserialize)]
pub(super) struct PreviewOf {
    release: String,
}

/// Makes a signed link.
pub(super) async fn link(
    State(page): State<Arc<PageState>>,
    JsonBody(PreviewOf { release }): JsonBody<PreviewOf>,
) -> Answer<Value> {
    let refused = |error: &dyn ToString| ApiError::new(StatusCode::BAD_REQUEST, error.to_string());
    let release = ReleaseId::parse(&release).map_err(|error| refused(&error))?;
    if page.document()?.0.plan().servable(release.as_str()).is_none() {
        let error = format!("the plan does not serve release `{release}`");
        return Err(ApiError::new(StatusCode::CONFLICT, error));
    }
    let expires = Timestamp(page.clock.now().0 + LASTS);
    match &page.running().previews {
        Previews::Signed(key) => {
            let token = key.sign(&Claims { release, expires, host: None, not_before: None });
            Ok(Json(json!({ "link": format!("/?__release={token}") })))
        }
        Previews::Off => Err(refused(&"there are no preview links: `override.policy` is `off`")),
    }
}

/// The release that this browser previews. The page's script cannot read the `HttpOnly` cookie itself.
pub(super) async fn current(State(page): State<Arc<PageState>>, headers: HeaderMap) -> Json<Value> {
    let mut request = Request::get("/");
    for (name, value) in headers.iter().filter(|(name, _)| [COOKIE, HOST].contains(name)) {
        request = request.header(name.as_str(), value.to_str().unwrap_or_default());
    }
    Json(json!({ "release": page.previewed(&request) }))
}

impl PageState {
    fn previewed(&self, request: &Request) -> Option<String> {
        let (document, _) = self.document().ok()?;
        let now = self.clock.now();
        match decide_event(
            request,
            Some(Source::Stored(document.plan())),
            &self.running().config,
            At::Viewer,
            now,
        )
        .forced
        {
            OverrideState::InForce(preview) => Some(preview.release.id.to_string()),
            OverrideState::None | OverrideState::Invalid(_) => None,
        }
    }
}
