use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use ssm_sim::{ActiveFault, Extent, Fault};

use super::json::JsonBody;
use super::page_state::PageState;

/// The value that reads return while the fault `malformed` is on.
const NOT_A_PLAN: &str = "this is { no plan";

/// A fault of reads, to be switched on or off.
#[derive(Deserialize)]
pub(super) struct SwitchedFault {
    #[serde(flatten)]
    fault: Fault,
    on: bool,
}

/// Switches a fault of reads on or off in all Regions.
pub(super) async fn switch(
    State(page): State<Arc<PageState>>,
    JsonBody(SwitchedFault { fault, on }): JsonBody<SwitchedFault>,
) -> Json<Value> {
    let fault = match fault {
        Fault::Malformed { .. } => Fault::Malformed { value: NOT_A_PLAN.into() },
        Fault::Latency { .. }
        | Fault::Throttled
        | Fault::Denied
        | Fault::Internal
        | Fault::Gone
        | Fault::Dropped
        | Fault::AnswerLost => fault,
    };
    let extent = if on { Extent::All } else { Extent::Next(0) };
    for switch in page.parameter.read_faults() {
        switch.switch_on(fault.clone(), extent);
    }
    Json(json!({ "faults": page.faults() }))
}

impl PageState {
    /// The kinds of the faults in force.
    pub(super) fn faults(&self) -> Vec<String> {
        let in_force = self.parameter.read_faults().next().map(|switch| switch.in_force());
        in_force
            .unwrap_or_default()
            .into_iter()
            .map(|ActiveFault { fault, .. }| kind(&fault))
            .collect()
    }
}

/// The fault's name in JSON.
fn kind(fault: &Fault) -> String {
    let json = serde_json::to_value(fault).unwrap_or_default();
    json.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned()
}
