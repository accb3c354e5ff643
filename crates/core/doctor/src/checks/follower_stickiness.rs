use edge_config::{LoadBalancer, Stickiness};
use forecast::{CANARY_STICKINESS, Group, Sessions, balancer};

use crate::field::Field;
use crate::followed;
use crate::notes::{Notes, Words};
use crate::source::Source;
use crate::view::View;

/// The time after a change for which the forecast is given, in seconds.
const AN_HOUR: f64 = 3600.0;

/// Group stickiness is within the advice, and on where ELB demands it.
pub(crate) fn stickiness(view: &View<'_>, notes: &mut Notes) {
    for (name, one) in view.balancers() {
        let Some(known) = notes.read(view, &followed::place(one)) else { continue };
        let Some(action) = followed::forward_action(&known, one) else { continue };
        let field = action.at("ForwardConfig.TargetGroupStickinessConfig");
        let sticky = match one.stickiness {
            Some(Stickiness::Off) => None,
            Some(Stickiness::Seconds(seconds)) => Some(seconds),
            None => followed::forward(&action).stickiness,
        };
        match sticky {
            Some(seconds) if seconds > CANARY_STICKINESS => {
                notes.warning(&field, too_long(name, seconds));
            }
            Some(_) => {}
            None => demanded(view, notes, name, one, &field),
        }
    }
}

fn too_long(name: &str, seconds: u32) -> Words {
    let left = |seconds: u32| {
        let curve = balancer(Group::Seconds(seconds.into()), &Sessions::default());
        100.0 * (1.0 - curve.at(AN_HOUR))
    };
    Words::new(
        format!(
            "follower `{name}` has {seconds} s of group stickiness: an hour after the last step of a canary, or after a \
             rollback, {:.0} % of the requests still go where they went before; with {CANARY_STICKINESS} s it is {:.0} %",
            left(seconds),
            left(CANARY_STICKINESS)
        ),
        format!(
            "set `stickiness_seconds` to {CANARY_STICKINESS} or less before the last step; for blue/green to 60 or \"off\""
        ),
        "edgeswitch follow --dry-run",
    )
}

/// ELB refuses a weighted action without group stickiness if one of its target groups has stickiness of its own.
fn demanded(view: &View<'_>, notes: &mut Notes, name: &str, one: &LoadBalancer, field: &Field<'_>) {
    if one.target_groups.len() < 2 {
        return;
    }
    for (slot, group) in &one.target_groups {
        if notes.read(view, &Source::TargetGroup(group.clone())).is_none() {
            continue;
        }
        let source = Source::TargetGroupAttributes(group.clone());
        let Some(known) = notes.read(view, &source) else { continue };
        let own = followed::attribute(&known, "stickiness.enabled");
        if own.is_some_and(|own| own.text() == "true") {
            let words = Words::new(
                format!(
                    "the target group of slot `{slot}` has stickiness, and follower `{name}` has none for the groups: \
                     ELB refuses the weights of the plan"
                ),
                format!(
                    "set `stickiness_seconds` of follower `{name}` in edgeswitch.toml, to 60 for example"
                ),
                "edgeswitch follow --dry-run",
            );
            return notes.error(field, words);
        }
    }
}
