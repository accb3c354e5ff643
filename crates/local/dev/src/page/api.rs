use std::sync::Arc;

use axum::extract::{FromRequest, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use ssm_sim::{Extent, Fault};

use super::desk::Desk;
use super::steps::Details;
use super::{changes, invalidations, previews, stream, viewers};

/// What the store answers instead of a plan.
const NO_PLAN: &str = "this is { no plan";

/// What every answer to a press of a button may be.
pub(super) type Answer<T> = Result<Json<T>, Refused>;

/// What was asked for is not done, and why.
#[derive(Debug, Serialize)]
pub(super) struct Refused {
    #[serde(skip)]
    pub(super) status: StatusCode,
    pub(super) error: String,
    pub(super) hint: Option<String>,
}

impl Refused {
    pub(super) fn new(status: StatusCode, error: impl Into<String>) -> Self {
        Self { status, error: error.into(), hint: None }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (self.status, Json(self)).into_response()
    }
}

/// What the page sends: JSON. Anything else is refused in JSON too.
pub(super) struct Told<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Told<T> {
    type Rejection = Refused;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refused> {
        let told = Json::from_request(request, state).await;
        let Json(told) = told.map_err(|no| Refused::new(no.status(), no.body_text()))?;
        Ok(Self(told))
    }
}

pub(super) fn routes() -> Router<Arc<Desk>> {
    Router::new()
        .route("/state", get(async |State(desk): State<Arc<Desk>>| Json(desk.state())))
        .route("/stream", get(stream::stream))
        .route("/exchanges/{id}", get(exchange))
        .route("/changes/check", post(changes::check))
        .route("/changes", post(changes::write))
        .route("/previews", get(previews::current).post(previews::link))
        .route("/invalidations", post(invalidations::invalidate))
        .route("/faults", post(switch_fault))
        .route("/viewers", post(viewers::send))
}

async fn exchange(State(desk): State<Arc<Desk>>, Path(id): Path<String>) -> Answer<Details> {
    match desk.history.journal.find(&id) {
        Some(entry) => Ok(Json(desk.details(&entry).await)),
        None => Err(Refused::new(StatusCode::NOT_FOUND, "this request is no longer kept")),
    }
}

/// A fault of reads as the page names it.
#[derive(Deserialize)]
struct FaultSwitched {
    #[serde(flatten)]
    fault: Fault,
    on: bool,
}

async fn switch_fault(
    State(desk): State<Arc<Desk>>,
    Told(FaultSwitched { fault, on }): Told<FaultSwitched>,
) -> Json<Value> {
    let fault = match fault {
        Fault::Malformed { .. } => Fault::Malformed { value: NO_PLAN.into() },
        Fault::Latency { .. }
        | Fault::Throttled
        | Fault::Denied
        | Fault::Internal
        | Fault::Gone
        | Fault::Dropped
        | Fault::AnswerLost => fault,
    };
    let extent = if on { Extent::All } else { Extent::Next(0) };
    for switch in desk.parameters.read_faults() {
        switch.switch_on(fault.clone(), extent);
    }
    Json(json!({ "faults": desk.state().faults }))
}
