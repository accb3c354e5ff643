use plan_change::Refusal;

use crate::failure::{Advice, Failure};

/// The rules of plan-change know no commands; the commands that help are named here.
impl Failure for Refusal {
    fn advice(&self) -> Advice {
        Advice::failed().hint(way_out(self))
    }
}

fn way_out(refusal: &Refusal) -> String {
    let words = match refusal {
        Refusal::Unknown { id, .. } => {
            return format!("register it first: `edgeswitch release add {id}`");
        }
        Refusal::Withdrawn(id) => {
            return format!("`edgeswitch release remove {id}`, then register it again");
        }
        Refusal::Registered(id) => {
            return format!(
                "`edgeswitch release remove {id}` first, or give the release another id"
            );
        }
        Refusal::Already(_) => "`edgeswitch status` shows what is in force",
        Refusal::UnderWay(at) => {
            return format!("wait for {at}, or end it: `edgeswitch rollback`");
        }
        Refusal::Leased(_) => {
            "end it: `edgeswitch ramp abort`, or if nobody renews its lease any more, take it over: `edgeswitch ramp --resume`"
        }
        Refusal::Paused => "`edgeswitch ramp resume` or `edgeswitch ramp abort` first",
        Refusal::OtherCandidate(id) => {
            return format!(
                "`edgeswitch promote {id}`, or take its share back: `edgeswitch rollback`"
            );
        }
        Refusal::Active(_) => "name the release to share traffic with it",
        Refusal::Everybody(id) => return format!("`edgeswitch promote {id}`"),
        Refusal::NoShares => {
            "`edgeswitch promote`, or set `decide_at = \"viewer-request\"` and rebuild the packages"
        }
        Refusal::TooSoon { earliest, .. } => {
            return format!(
                "name a time from {earliest} on, or use `--now`: each edge location then switches when it reads the plan"
            );
        }
        Refusal::NoSteps => "`--steps 1,10,50,100 --every 10m`",
        Refusal::Steps { .. } => "steps such as `1,10,50,100`, in percent",
        Refusal::PauseAt(_) => "`--steps 1,10,50,100 --pause-at 10`",
        Refusal::ShortLease { least, .. } => return format!("`--lease {least}s` or longer"),
        Refusal::NoLease => {
            "only a ramp without `--detach` has a lease; `edgeswitch status` shows the plan in force"
        }
        Refusal::NoRamp => "`edgeswitch ramp` starts one, `edgeswitch rollback` ends a canary",
        Refusal::TooLate(at) => {
            return format!("pause after {at}, or take it back: `edgeswitch rollback`");
        }
        Refusal::NoPrevious { known } | Refusal::Serving { to: None, known, .. } => {
            return name_one(known);
        }
        Refusal::Serving { to: Some(to), .. } => {
            return format!("take its traffic away first: `edgeswitch rollback {to}`");
        }
        Refusal::Named(_) => "promote or roll back first",
        Refusal::Draining { id, until } => {
            return format!(
                "wait until {until}, or stop serving it to them first: `edgeswitch release withdraw {id}`"
            );
        }
        Refusal::TooLarge { .. } => {
            "`edgeswitch release remove` an old release, or promote or roll back first: that removes stages of the past"
        }
        Refusal::LastRevision => "write the plan with a smaller `revision` by hand",
        Refusal::Plan(_) => "correct the value",
    };
    words.into()
}

/// How a rollback names its release.
fn name_one(known: &[String]) -> String {
    match known {
        [] => "register another release first: `edgeswitch release add <id>`".into(),
        [id] => format!("name the release to go to: `edgeswitch rollback {id}`"),
        _ => {
            let known: Vec<String> = known.iter().map(|id| format!("`{id}`")).collect();
            let known = known.join(", ");
            format!("name the release to go to: `edgeswitch rollback <id>`, with one of {known}")
        }
    }
}
