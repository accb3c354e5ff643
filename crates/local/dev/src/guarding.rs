use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cloudwatch_sim::Alarms;
use edge_time::Clock;
use futures_util::future::LocalBoxFuture;
use plan_change::Moment;
use serde_json::json;
use terminal_text::Lines;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{MissedTickBehavior, interval};

use crate::page::PageState;
use crate::plan_parameter::PlanParameter;
use crate::report::line;

/// The time between two runs on a schedule, as the deployed guard's.
const MINUTE: Duration = Duration::from_secs(60);

/// The guard of a project: the code that a Lambda function runs on AWS. It is on a floor above this crate.
pub trait Guard {
    /// Carries out what is due after an event of EventBridge.
    fn invoke<'a>(&'a self, event: &'a str) -> LocalBoxFuture<'a, GuardRun>;
}

/// What a guard beside the local CloudFront needs.
pub struct GuardSite<'a> {
    /// The project's configuration.
    pub config: &'a Path,
    /// The URL of the Parameter Store and of the services beside it.
    pub endpoint: String,
    /// The clock of the local CloudFront.
    pub clock: Arc<dyn Clock>,
}

/// What a run of the guard did, and what it could not do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuardRun {
    /// The release of the ramp that the guard holds.
    pub holds: Option<String>,
    /// What was done.
    pub did: Vec<String>,
    /// What a person should look at.
    pub trouble: Vec<String>,
}

impl GuardRun {
    /// Everything in one line; empty if nothing was done.
    pub(crate) fn text(&self) -> String {
        let trouble = self.trouble.iter().map(|problem| format!("trouble: {problem}"));
        self.did.iter().cloned().chain(trouble).collect::<Vec<_>>().join("; ")
    }
}

/// Wakes the guard as EventBridge does: every minute, when the plan's parameter is written, and when an alarm changes.
pub(crate) struct Guarding {
    pub(crate) guard: Box<dyn Guard>,
    pub(crate) parameter: PlanParameter,
    pub(crate) alarms: Alarms,
    pub(crate) page: Arc<PageState>,
}

impl Guarding {
    /// Runs the guard again and again. Each run that did something, or that has other trouble than the one before, is a
    /// line for the console.
    pub(crate) async fn run(self, console: UnboundedSender<Lines>) -> Infallible {
        let mut minute = interval(MINUTE);
        minute.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut writes, mut transitions) = (self.parameter.writes(), self.alarms.changes());
        let mut version = self.version();
        if version.is_none() {
            // Before the first plan there is nothing to watch.
            while self.version().is_none() && writes.changed().await.is_ok() {}
            writes.mark_changed();
        }
        let mut trouble = Vec::new();
        loop {
            let event = tokio::select! {
                biased;
                transition = transitions.recv() => match transition {
                    Ok(transition) => transition.event(),
                    // The guard asks for the states of alarms in every run.
                    Err(_) => scheduled(),
                },
                Ok(()) = writes.changed() => {
                    // The guard's own note is a write too.
                    let newest = self.version();
                    if newest == version {
                        continue;
                    }
                    version = newest;
                    written(&self.parameter.place().name)
                }
                _ = minute.tick() => scheduled(),
            };
            let run = self.guard.invoke(&event).await;
            let at = self.page.clock.now();
            if !run.did.is_empty() || run.trouble != trouble {
                let text = format!("{}  {}", Moment { at, now: at }, run.text());
                // Without a console nobody reads it.
                let _ = console.send(Lines::new([line("guard", &text)]));
            }
            trouble.clone_from(&run.trouble);
            self.page.history.guard.record(at, run);
        }
    }

    fn version(&self) -> Option<u64> {
        self.parameter.current().map(|current| current.version)
    }
}

/// The event of the schedule (page `eb-create-rule-schedule` of EventBridge's guide).
fn scheduled() -> String {
    let event = json!({ "detail-type": "Scheduled Event", "source": "aws.events", "detail": {} });
    event.to_string()
}

/// The event of Parameter Store (page `sysman-paramstore-cwe` of the Systems Manager guide).
fn written(parameter: &str) -> String {
    let event = json!({
        "detail-type": "Parameter Store Change",
        "source": "aws.ssm",
        "detail": { "operation": "Update", "name": parameter, "type": "String" },
    });
    event.to_string()
}
