use plan_change::{ChangeRefusal, Draining, InProgress};

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
        ChangeRefusal::TooLarge { removable, next, .. } => {
            return free_room(removable, next.as_ref());
        }
        ChangeRefusal::LastRevision => "write the plan with a smaller `revision` by hand",
        ChangeRefusal::Plan(_) => "correct the value",
    };
    words.into()
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
