use cloudfront_sim::EdgeLocation;
use edge_event::Trigger;
use plan_store::Snapshot;
use serde::Serialize;

use super::duration_text::duration_text;
use super::page_state::PageState;

/// The functions that read the plan.
const READERS: [Trigger; 2] = [Trigger::ViewerRequest, Trigger::OriginRequest];

/// The plan that a function at an edge location has cached.
#[derive(Debug, Serialize)]
pub(super) struct FunctionPlan {
    function: String,
    plan: String,
    /// Why its last read failed.
    problem: Option<String>,
}

impl PageState {
    /// The plan that each function at `edge` has. Empty if the functions run in other processes.
    pub(super) fn function_plans(&self, edge: &EdgeLocation) -> Vec<FunctionPlan> {
        let Some(functions) = &self.running().in_process else { return Vec::new() };
        let plan = |trigger| FunctionPlan::of(trigger, functions.known(edge, trigger));
        READERS.map(plan).into()
    }
}

impl FunctionPlan {
    fn of(trigger: Trigger, snapshot: Option<Snapshot>) -> Self {
        let function = trigger.to_string();
        let Some(snapshot) = snapshot else {
            return Self { function, plan: "not called yet".into(), problem: None };
        };
        let problem = snapshot.problem.map(|problem| format!("the last read failed: {problem}"));
        Self { function, plan: in_words(&snapshot), problem }
    }
}

/// `revision 3, read 12 s ago: fresh`
fn in_words(snapshot: &Snapshot) -> String {
    let Some(revision) = snapshot.revision() else { return "no plan".into() };
    match snapshot.age {
        Some(age) => {
            format!(
                "revision {revision}, read {} ago: {}",
                duration_text(age.as_secs()),
                snapshot.freshness
            )
        }
        None => format!("revision {revision}: {}", snapshot.freshness),
    }
}
