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

use super::api::{Answer, Refused, Told};
use super::desk::{Desk, Previews};

/// How long a preview link of the page lasts, in milliseconds: two hours.
const LASTS: i64 = 7_200_000;

#[derive(Deserialize)]
pub(super) struct PreviewOf {
    release: String,
}

/// A signed link for this browser.
pub(super) async fn link(
    State(desk): State<Arc<Desk>>,
    Told(PreviewOf { release }): Told<PreviewOf>,
) -> Answer<Value> {
    let refused = |error: &dyn ToString| Refused::new(StatusCode::BAD_REQUEST, error.to_string());
    let release = ReleaseId::parse(&release).map_err(|error| refused(&error))?;
    if desk.document()?.0.plan().servable(release.as_str()).is_none() {
        let error = format!("`{release}` is no release that the plan serves");
        return Err(Refused::new(StatusCode::CONFLICT, error));
    }
    let expires = Timestamp(desk.clock.now().0 + LASTS);
    match &desk.previews {
        Previews::Signed(key) => {
            let token = key.sign(&Claims { release, expires, host: None });
            Ok(Json(json!({ "link": format!("/?__release={token}") })))
        }
        Previews::Off => Err(refused(&"`override.policy` is `off`: there are no preview links")),
    }
}

/// The release that this browser has a preview of: the page's script cannot see that cookie.
pub(super) async fn current(State(desk): State<Arc<Desk>>, headers: HeaderMap) -> Json<Value> {
    let mut request = Request::get("/");
    for (name, value) in headers.iter().filter(|(name, _)| [COOKIE, HOST].contains(name)) {
        request = request.header(name.as_str(), value.to_str().unwrap_or_default());
    }
    Json(json!({ "release": desk.previewed(&request) }))
}

impl Desk {
    fn previewed(&self, request: &Request) -> Option<String> {
        let (document, _) = self.document().ok()?;
        let now = self.clock.now();
        match decide_event(
            request,
            Some(Source::Stored(document.plan())),
            &self.config,
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
