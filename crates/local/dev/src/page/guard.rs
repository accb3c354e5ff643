use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use edge_time::Timestamp;
use guard_rules::Memory;
use plan_change::Moment;
use serde::Serialize;

use super::page_state::PageState;
use crate::guarding::GuardRun;

/// How many runs that did something are shown.
const SHOWN: usize = 20;

/// The guard, wherever it runs.
#[derive(Debug, Serialize)]
pub(super) struct GuardState {
    /// When it last ran and what it holds, for people.
    text: String,
    /// The time of its last run.
    ran: Option<Moment>,
    /// The release of the ramp that it holds.
    holds: Option<String>,
    /// What its last run could not do.
    trouble: Vec<String>,
    /// What it has done, the newest first. Empty if it runs elsewhere.
    did: Vec<Done>,
}

/// A run that did something.
#[derive(Debug, Clone, Serialize)]
struct Done {
    at: Moment,
    time: String,
    what: String,
}

/// The runs of the guard in this process.
#[derive(Default)]
pub(crate) struct GuardLog(Mutex<Runs>);

#[derive(Default)]
struct Runs {
    last: Option<(Timestamp, GuardRun)>,
    did: VecDeque<(Timestamp, String)>,
}

impl GuardLog {
    pub(crate) fn record(&self, at: Timestamp, run: GuardRun) {
        let mut runs = self.lock();
        if !run.did.is_empty() {
            runs.did.push_front((at, run.did.join("; ")));
            runs.did.truncate(SHOWN);
        }
        runs.last = Some((at, run));
    }

    /// A poisoned lock still holds valid runs.
    fn lock(&self) -> MutexGuard<'_, Runs> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PageState {
    /// The guard of this process, or the one whose note is beside the plan.
    pub(super) fn guard(&self, now: Timestamp) -> GuardState {
        let runs = self.history.guard.lock();
        let here = runs.last.clone();
        let note = || {
            let memory = self.parameter.guard_memory()?;
            let ran = Timestamp::parse(&memory.ran).ok()?;
            let Memory { holds, trouble, .. } = memory;
            Some((ran, GuardRun { holds, trouble, did: Vec::new() }))
        };
        let last = here.or_else(note);
        let text = match &last {
            Some((at, run)) => in_words(*at, run, now),
            None => "No guard has run. A ramp with --guarded needs one: start edgeswitch dev with \
                     --guard."
                .into(),
        };
        let moment = |at: Timestamp| Moment { at, now };
        let done = |(at, what): &(Timestamp, String)| {
            let at = moment(*at);
            Done { at, time: at.to_string(), what: what.clone() }
        };
        let did = runs.did.iter().map(done).collect();
        let ran = last.as_ref().map(|(at, _)| moment(*at));
        let GuardRun { holds, trouble, .. } = last.map(|(_, run)| run).unwrap_or_default();
        GuardState { text, ran, holds, trouble, did }
    }
}

fn in_words(at: Timestamp, run: &GuardRun, now: Timestamp) -> String {
    let ran = Moment { at, now };
    if at.plus(Memory::LATE) < now {
        return format!("The guard ran at {ran}, and not since then.");
    }
    match &run.holds {
        Some(release) => format!("The guard ran at {ran}. It holds the ramp of {release}."),
        None => format!("The guard ran at {ran}. It holds no ramp."),
    }
}
