use plan_change::{ChangeRefusal, Draining, InProgress, Misfit, MissingStep, StepBeforeState};

use crate::failure::{Advice, Failure};

/// plan-change does not know the commands of this program, so the hints are here.
impl Failure for ChangeRefusal {
    fn advice(&self) -> Advice {
        Advice::failed().hint(way_out(self))
    }
}

fn way_out(refusal: &ChangeRefusal) -> String {
    let words = match refusal {
        ChangeRefusal::Unknown { id, .. } => {
            return format!("register it first: `edgeswitch release add {id}`");
        }
        ChangeRefusal::Withdrawn(id) => {
            return format!("`edgeswitch release remove {id}`, then register it again");
        }
        ChangeRefusal::Registered(id) => {
            return format!(
                "`edgeswitch release remove {id}` first, or give the release another id"
            );
        }
        ChangeRefusal::Already(_) => "`edgeswitch status` shows the plan in force",
        ChangeRefusal::UnderWay(at) => {
            return format!("wait for {at}, or end it: `edgeswitch rollback`");
        }
        ChangeRefusal::OnItsWay(_) => {
            "give it all traffic now: `edgeswitch ramp finish`; or take its traffic back: `edgeswitch rollback`"
        }
        ChangeRefusal::Leased(_) => {
            "take its traffic back: `edgeswitch ramp abort`; keep its steps without a lease: `edgeswitch ramp detach`; or if nobody renews the lease any more, take it over: `edgeswitch ramp --resume`"
        }
        ChangeRefusal::Paused => {
            "go on with it or end it first: `edgeswitch ramp resume` or `edgeswitch ramp abort`"
        }
        ChangeRefusal::OtherCandidate(id) => {
            return format!(
                "give it all viewers: `edgeswitch promote {id}`; or take its share back: `edgeswitch rollback`"
            );
        }
        ChangeRefusal::Active(_) => "name the release to share traffic with it",
        ChangeRefusal::Everybody(id) => {
            return format!("give it all viewers: `edgeswitch promote {id}`");
        }
        ChangeRefusal::NoShares => {
            "give it all viewers: `edgeswitch promote <id>`; or set `decide_at = \"viewer-request\"` and rebuild the packages"
        }
        ChangeRefusal::TooSoon { earliest, .. } => {
            return format!(
                "name a time from {earliest} on, or use `--now`: each edge location then switches when it reads the plan"
            );
        }
        ChangeRefusal::NoSteps => "for example `--steps 1,10,50,100 --every 10m`",
        ChangeRefusal::Steps { .. } => "name shares that grow, for example `--steps 1,10,50,100`",
        ChangeRefusal::PauseAt(_) => "for example `--steps 1,10,50,100 --pause-at 10`",
        ChangeRefusal::ShortLease { least, .. } => {
            return format!("use `--lease {least}s` or longer");
        }
        ChangeRefusal::NoLease => {
            "only a ramp without `--detach` has a lease; `edgeswitch status` shows the plan in force"
        }
        ChangeRefusal::NoRamp => {
            "`edgeswitch ramp` starts one, `edgeswitch rollback` ends a canary"
        }
        ChangeRefusal::TooLate(at) => {
            return format!("pause after {at}, or take it back: `edgeswitch rollback`");
        }
        ChangeRefusal::NoPrevious { known } | ChangeRefusal::Serving { to: None, known, .. } => {
            return name_one(known);
        }
        ChangeRefusal::Serving { to: Some(to), .. } => {
            return format!("take its traffic away first: `edgeswitch rollback {to}`");
        }
        ChangeRefusal::OnTrial { id, progress: InProgress::Canary } => {
            return format!(
                "take its share back: `edgeswitch rollback`; or give it all viewers: `edgeswitch promote {id}`"
            );
        }
        ChangeRefusal::OnTrial { progress: InProgress::Ramp, .. } => {
            "take its traffic back: `edgeswitch rollback`; or give it all viewers: `edgeswitch ramp finish`"
        }
        ChangeRefusal::NeverActive { id, to: Some(to) } => {
            return format!(
                "go back to `{to}`: `edgeswitch rollback`; or give `{id}` all viewers: `edgeswitch promote {id} --now`"
            );
        }
        ChangeRefusal::NeverActive { id, to: None } => {
            return format!("give it all viewers: `edgeswitch promote {id} --now`");
        }
        ChangeRefusal::Named(_) => "promote or roll back first",
        ChangeRefusal::Draining { id, until } => {
            return format!(
                "wait until {until}, or stop serving it to them first: `edgeswitch release withdraw {id}`"
            );
        }
        ChangeRefusal::SlotServes { .. } => {
            "`edgeswitch release list` shows the slots; `--slot idle` takes one without traffic"
        }
        ChangeRefusal::Unread { until, .. } | ChangeRefusal::CutsUnread { until, .. } => {
            return format!("repeat the command at {until}");
        }
        ChangeRefusal::CannotRun { id, misfits } => return missing(id, misfits),
        ChangeRefusal::CutOff { id, misfits, reaches } => {
            let ways = reaches.iter().map(|to| format!("`edgeswitch rollback {to}`, or "));
            return format!("{}{}", ways.collect::<String>(), missing(id, misfits));
        }
        ChangeRefusal::CutsTraffic { name, to, missing, .. } => {
            return before_state(name, *to, missing);
        }
        ChangeRefusal::CutsWayBack { release, .. } => {
            return format!(
                "keep the version until nobody wants to go back to `{release}`; or give up that rollback: `--cut-off-rollback`"
            );
        }
        ChangeRefusal::TooLarge { removable, next, .. } => {
            return free_room(removable, next.as_ref());
        }
        ChangeRefusal::LastRevision => "write the plan with a smaller `revision` by hand",
        ChangeRefusal::Plan(_) => "correct the value",
    };
    words.into()
}

/// The step that is missing before the release can run on the state.
fn missing(id: &str, misfits: &[Misfit]) -> String {
    let steps = misfits.iter().map(|misfit| {
        let Misfit { name, needs, is: _, missing } = misfit;
        let set = |to: u64| format!("`edgeswitch state set {name} {to}`");
        match missing {
            MissingStep::StateVersion => {
                let version = needs.filter(|needs| needs.last() == Some(needs.first()));
                let version = version.map_or("<version>".into(), |needs| needs.to_string());
                format!("say which version is there: `edgeswitch state set {name} {version}`")
            }
            MissingStep::ReadableNeeds => format!(
                "declare its needs again: `edgeswitch release add {id} --needs {name}=<first>..<last>`"
            ),
            MissingStep::Expand { to } => format!(
                "the expand step is missing: bring `{name}` to {to}, on which the releases with traffic can run too, then {}",
                set(*to)
            ),
            MissingStep::ReleaseBetween { release, needs } => format!(
                "the expand step is missing, and no version of `{name}` suits `{release}` ({needs}) too: release one in between that can run on both"
            ),
            MissingStep::UndoContract { back_to } => format!(
                "the contract step is done: bring `{name}` back to {back_to}, on which the releases with traffic can run too, then {}; or go forward with a repaired release",
                set(*back_to)
            ),
            MissingStep::NewerRelease => format!(
                "the contract step is done, and the releases with traffic cannot go back: go forward with a release that can run on the present `{name}`"
            ),
        }
    });
    steps.collect::<Vec<_>>().join("; ")
}

/// The step that is missing before a state can have a version.
fn before_state(name: &str, to: Option<u64>, missing: &StepBeforeState) -> String {
    let version = to.map_or_else(|| format!("without `{name}`"), |to| format!("on {to}"));
    match missing {
        StepBeforeState::Migrate { to } => {
            let ways = to.iter().map(|to| format!("`edgeswitch promote {to}`"));
            let ways = ways.collect::<Vec<_>>().join(" or ");
            format!(
                "the migrate step is missing: move the traffic to a release that can run {version}: {ways}"
            )
        }
        StepBeforeState::Expand { to, release } => format!(
            "the expand step is missing: `edgeswitch state set {name} {to}`, then the migrate step: `edgeswitch promote {release}`"
        ),
        StepBeforeState::NewRelease => format!(
            "the migrate step is missing, and no registered release can run {version}: `edgeswitch release add <id> --needs {name}=<first>..<last>`"
        ),
    }
}

/// The hint to free room in a full plan. What no viewer can have any more is removed already.
fn free_room(removable: &[String], next: Option<&Draining>) -> String {
    let now = match (removable, next) {
        ([], None) => None,
        ([id], _) => Some(format!("no viewer gets `{id}`: `edgeswitch release remove {id}`")),
        ([id, rest @ ..], _) => {
            let count = rest.len();
            Some(format!(
                "no viewer gets `{id}` and {count} other releases that `edgeswitch release list` shows: `edgeswitch release remove {id}`"
            ))
        }
        ([], Some(Draining { release, .. })) => Some(format!(
            "stop serving `{release}`: `edgeswitch release withdraw {release}`, then `edgeswitch release remove {release}`"
        )),
    };
    let less = "shorter ids and a shorter `max_age_seconds` of [cookies] need less room";
    now.map_or_else(|| less.into(), |now| format!("{now}; {less}"))
}

/// The hint to name the release that a rollback goes to.
fn name_one(known: &[String]) -> String {
    match known {
        [] => "no other release had all traffic: `edgeswitch promote <id> --now` gives it to one"
            .into(),
        [id] => format!("name the release to go to: `edgeswitch rollback {id}`"),
        _ => {
            let known: Vec<String> = known.iter().map(|id| format!("`{id}`")).collect();
            let known = known.join(", ");
            format!("name the release to go to: `edgeswitch rollback <id>`, with one of {known}")
        }
    }
}
