use cloudfront_sim::EdgeLocation;
use edge_event::Trigger;
use plan_store::Snapshot;
use serde::Serialize;

use super::desk::Desk;
use super::lasting::lasting;

/// The functions that read the plan.
const READERS: [Trigger; 2] = [Trigger::ViewerRequest, Trigger::OriginRequest];

/// What a function at an edge location knows of the plan.
#[derive(Debug, Serialize)]
pub(super) struct Known {
    function: String,
    plan: String,
    /// How its last read failed.
    problem: Option<String>,
}

impl Desk {
    /// What the functions at `edge` know of the plan; nothing of functions in other processes.
    pub(super) fn known(&self, edge: &EdgeLocation) -> Vec<Known> {
        let Some(functions) = &self.in_process else { return Vec::new() };
        let known = |trigger| Known::of(trigger, functions.known(edge, trigger));
        READERS.map(known).into()
    }
}

impl Known {
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
            format!("revision {revision}, read {} ago: {}", lasting(age.as_secs()), snapshot.rung)
        }
        None => format!("revision {revision}: {}", snapshot.rung),
    }
}
