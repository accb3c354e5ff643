use edge_config::{Follower, LoadBalancer, Records, Resource};
use followers::{
    Difference, ObservedBalancer, ObservedRecord, Problem, Shares, Standing, check_records,
    compare_balancer, compare_records,
};
use routing_core::Plan;

use crate::command::word;
use crate::field::Field;
use crate::followed::{self, DELAY};
use crate::notes::{Notes, Words};
use crate::report::Why;
use crate::source::Source;
use crate::view::View;

/// A follower compared with the plan: the values that differ. `None` if an answer is not known, or another check
/// reports what is wrong with it.
type Compared = Option<Result<Standing<Vec<Difference>>, Problem>>;

/// Each follower has the shares of the stage in force.
pub(crate) fn shares(view: &View<'_>, notes: &mut Notes) {
    let Some(project) = view.project() else {
        return notes.skip(&Source::Moment, Why::NoConfiguration);
    };
    let home = Source::Plan(project.parameter.home_region.clone());
    let parameter = notes.read(view, &home);
    let moment = notes.read(view, &Source::Moment);
    let (Some(parameter), Some(_), Some(plan)) = (parameter, moment, view.plan()) else { return };
    let Some(now) = view.now() else {
        return notes.skip(&Source::Moment, Why::NoField("time `Now`"));
    };
    let shares = match Shares::at(&plan, now) {
        Ok(shares) => shares,
        Err(problem) => {
            let words = Words::new(
                format!("{problem}; the followers stay as they are"),
                "give the release a slot",
                "edgeswitch status",
            );
            return notes.error(&parameter.at("Parameter.Value"), words);
        }
    };
    for follower in &view.snapshot.followers {
        if let Some(field) = answers(view, notes, follower) {
            one(view, notes, &plan, &shares, follower, &field);
        }
    }
}

/// Whether a follower has shares that the plan does not have: an earlier version may have had them.
pub(crate) fn has_drift(view: &View<'_>) -> bool {
    let (Some(plan), Some(shares)) = (view.plan(), view.shares()) else { return false };
    let known: Vec<Shares> = Shares::every(&plan).collect();
    view.snapshot.followers.iter().any(|follower| {
        matches!(compare(view, follower, &shares, &known), Some(Ok(Standing::Drifted(_))))
    })
}

/// Reads what a comparison needs. Returns the weights that it is about, or `None` after noting what is missing.
fn answers<'a>(view: &View<'a>, notes: &mut Notes, follower: &'a Follower) -> Option<Field<'a>> {
    match &follower.resource {
        Resource::LoadBalancer(one) => {
            let known = notes.read(view, &followed::place(one))?;
            if one.deregistration_delay.is_some() {
                for (_, group) in &one.target_groups {
                    notes.read(view, &Source::TargetGroup(group.clone()))?;
                    notes.read(view, &Source::TargetGroupAttributes(group.clone()))?;
                }
            }
            Some(followed::forward_action(&known, one)?.get("ForwardConfig"))
        }
        Resource::Records(one) => {
            Some(notes.read(view, &followed::records(one))?.get("ResourceRecordSets"))
        }
    }
}

fn one(
    view: &View<'_>,
    notes: &mut Notes,
    plan: &Plan,
    shares: &Shares,
    follower: &Follower,
    field: &Field<'_>,
) {
    let name = &follower.name;
    let mut known: Vec<Shares> = Shares::every(plan).collect();
    let mut compared = compare(view, follower, shares, &known);
    if let Some(Ok(Standing::Drifted(_))) = compared {
        let Some(project) = view.project() else { return };
        let source = Source::PlanHistory(project.parameter.home_region.clone());
        let Some(history) = notes.read(view, &source) else { return };
        for version in history.get("Parameters").list() {
            // Edge locations do not use a version that does not parse either.
            let plan = plan_format::parse(version.get("Value").text(), &project.release_defaults);
            known.extend(plan.iter().flat_map(Shares::every));
        }
        compared = compare(view, follower, shares, &known);
    }
    match compared {
        None | Some(Ok(Standing::InLine)) => {}
        Some(Ok(Standing::Behind(differences))) => {
            let words = Words::new(
                format!(
                    "follower `{name}` is behind the plan: it should have {}",
                    listed(&differences)
                ),
                "bring it in line with the plan",
                format!("edgeswitch follow {}", word(name)),
            );
            notes.warning(field, words);
        }
        Some(Ok(Standing::Drifted(differences))) => {
            let words = Words::new(
                format!(
                    "somebody else has changed follower `{name}`: it should have {}; commands leave it as it is",
                    listed(&differences)
                ),
                "find the other writer, then give the follower the shares of the plan",
                format!("edgeswitch follow {} --force", word(name)),
            );
            notes.warning(field, words);
        }
        Some(Err(problem)) => {
            let words = Words::new(
                format!("follower `{name}` cannot get the shares of the plan: {problem}"),
                format!("correct the plan, the resource, or follower `{name}` in edgeswitch.toml"),
                format!("edgeswitch follow {} --dry-run", word(name)),
            );
            notes.error(field, words);
        }
    }
}

fn listed(differences: &[Difference]) -> String {
    differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn compare(view: &View<'_>, follower: &Follower, shares: &Shares, known: &[Shares]) -> Compared {
    match &follower.resource {
        Resource::LoadBalancer(one) => {
            let observed = balancer(view, one)?;
            let compared = compare_balancer(one, shares, &observed, known);
            Some(compared.map(|standing| differences(standing, |update| update.differences)))
        }
        Resource::Records(one) => {
            let observed = records(view, one)?;
            // These problems are of another check.
            check_records(one, &observed).ok()?;
            let compared = compare_records(one, shares, &observed, known);
            Some(compared.map(|standing| differences(standing, |update| update.differences)))
        }
    }
}

fn balancer(view: &View<'_>, one: &LoadBalancer) -> Option<ObservedBalancer> {
    let known = view.known(&followed::place(one))?;
    let forward = followed::forward(&followed::forward_action(&known, one)?);
    let delay = |(_, group): &(String, String)| {
        let attributes = view.known(&Source::TargetGroupAttributes(group.clone()))?;
        Some((group.clone(), followed::seconds(&attributes, DELAY)?.1))
    };
    let groups = one.target_groups.iter().filter(|_| one.deregistration_delay.is_some());
    Some(ObservedBalancer { forward, delays: groups.filter_map(delay).collect() })
}

fn records(view: &View<'_>, one: &Records) -> Option<Vec<ObservedRecord>> {
    let known = view.known(&followed::records(one))?;
    Some(followed::observed(&known, one).into_iter().map(|(_, record)| record).collect())
}

fn differences<U>(
    standing: Standing<U>,
    of: impl FnOnce(U) -> Vec<Difference>,
) -> Standing<Vec<Difference>> {
    match standing {
        Standing::InLine => Standing::InLine,
        Standing::Behind(update) => Standing::Behind(of(update)),
        Standing::Drifted(update) => Standing::Drifted(of(update)),
    }
}
