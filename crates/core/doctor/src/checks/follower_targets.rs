use edge_config::LoadBalancer;

use crate::arn::{load_balancer, region};
use crate::command::word;
use crate::field::Field;
use crate::notes::{Notes, Words};
use crate::report::Why;
use crate::source::Source;
use crate::view::View;

/// A slot of a follower.
struct Slot<'a> {
    /// For people: ``slot `blue` of follower `api` ``.
    name: String,
    group: &'a str,
    /// Whether the stage in force gives it traffic.
    has_traffic: bool,
}

/// The target groups exist, are of this load balancer, and have a healthy target.
pub(crate) fn targets(view: &View<'_>, notes: &mut Notes) {
    let shares = view.shares();
    for (name, one) in view.balancers() {
        for (slot, group) in &one.target_groups {
            let has_traffic = shares
                .as_ref()
                .is_some_and(|shares| shares.by_slot().iter().any(|(known, _)| known == slot));
            let slot =
                Slot { name: format!("slot `{slot}` of follower `{name}`"), group, has_traffic };
            if exists(view, notes, one, &slot) {
                health(view, notes, &slot);
            }
        }
    }
}

fn exists(view: &View<'_>, notes: &mut Notes, one: &LoadBalancer, slot: &Slot<'_>) -> bool {
    let source = Source::TargetGroup(slot.group.into());
    let balancer = load_balancer(one.arn()).unwrap_or_default();
    let listing = format!(
        "aws elbv2 describe-target-groups --region {} --load-balancer-arn {}",
        word(region(slot.group)),
        word(&balancer)
    );
    let missing = |message: &str| {
        Words::new(
            format!(
                "the target group of {} does not exist ({message}): the slot cannot get traffic",
                slot.name
            ),
            "correct `target_groups` in edgeswitch.toml",
            listing.clone(),
        )
    };
    if let Some((gone, message)) = view.absent(&source) {
        notes.error(&gone, missing(message));
        return false;
    }
    let Some(known) = notes.read(view, &source) else { return false };
    let groups = known.get("TargetGroups");
    let list = groups.list();
    let Some(first) = list.first() else {
        notes.error(&groups, missing("the answer is empty"));
        return false;
    };
    let of = first.get("LoadBalancerArns");
    if of.is_set() && !of.texts().contains(&&*balancer) {
        let words = Words::new(
            format!(
                "the target group of {} belongs to another load balancer: ELB refuses it in this one",
                slot.name
            ),
            "give the slot a target group of this load balancer in edgeswitch.toml",
            listing,
        );
        notes.error(&of, words);
        return false;
    }
    true
}

fn health(view: &View<'_>, notes: &mut Notes, slot: &Slot<'_>) {
    let source = Source::TargetHealth(slot.group.into());
    let Some(known) = notes.read(view, &source) else { return };
    let targets = known.get("TargetHealthDescriptions");
    let list = targets.list();
    let states: Vec<&str> = list.iter().map(|one| one.at("TargetHealth.State").text()).collect();
    // A Lambda function without a health check is `unavailable`.
    if states.iter().any(|state| matches!(*state, "healthy" | "unavailable")) {
        return;
    }
    let is_unused = |one: &Field<'_>| one.at("TargetHealth.Reason").text() == "Target.NotInUse";
    if !list.is_empty() && list.iter().all(is_unused) {
        // ELB checks the health of targets only where a listener forwards to them.
        return notes.skip(&source, Why::NoField("health: no listener uses the target group yet"));
    }
    let problem = if list.is_empty() {
        "has no targets".into()
    } else {
        format!("has no healthy target (`{}`)", states.join("`, `"))
    };
    let consequence = if slot.has_traffic {
        "viewers of the slot get an error"
    } else {
        "after a promote or a rollback to the slot, viewers get an error"
    };
    let words = Words::new(
        format!("the target group of {} {problem}: {consequence}", slot.name),
        "start the release there, and wait until its targets are healthy",
        format!(
            "aws elbv2 describe-target-health --region {} --target-group-arn {}",
            word(region(slot.group)),
            word(slot.group)
        ),
    );
    if slot.has_traffic {
        notes.error(&targets, words);
    } else {
        notes.warning(&targets, words);
    }
}
