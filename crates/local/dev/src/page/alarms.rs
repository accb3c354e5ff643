use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use cloudwatch_sim::{Alarm, AlarmState};
use edge_time::Timestamp;
use plan_change::Moment;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::json::{Answer, ApiError, JsonBody};
use super::page_state::PageState;

/// An alarm, to be switched on or off.
#[derive(Deserialize)]
pub(super) struct SwitchedAlarm {
    name: String,
    on: bool,
}

/// An alarm, for the page.
#[derive(Debug, Serialize)]
pub(super) struct AlarmOverview {
    name: String,
    state: AlarmState,
    since: String,
    reason: String,
}

/// Switches an alarm on or off, for every Region.
pub(super) async fn switch(
    State(page): State<Arc<PageState>>,
    JsonBody(SwitchedAlarm { name, on }): JsonBody<SwitchedAlarm>,
) -> Answer<Value> {
    let (state, reason) = if on {
        (AlarmState::Alarm, "switched on, on the page of edgeswitch dev")
    } else {
        (AlarmState::Ok, "switched off, on the page of edgeswitch dev")
    };
    page.alarms.set(&name, state, reason).map_err(|error| ApiError {
        hint: Some("name it in `alarms` of [dev]".into()),
        ..ApiError::new(StatusCode::NOT_FOUND, error.to_string())
    })?;
    Ok(Json(json!({ "alarms": page.alarms(page.clock.now()) })))
}

impl PageState {
    pub(super) fn alarms(&self, now: Timestamp) -> Vec<AlarmOverview> {
        let overview = |Alarm { name, state, reason, since }| {
            let since = Moment { at: since, now }.to_string();
            AlarmOverview { name, state, since, reason }
        };
        self.alarms.all().into_iter().map(overview).collect()
    }
}
