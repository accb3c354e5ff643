use alb_sim::{ActionOverview, GroupOverview};
use serde::Serialize;

use super::page_state::PageState;

/// The spans of [`GroupOverview::requests`] in a minute.
const MINUTE: usize = 6;

/// A follower whose load balancer runs here.
#[derive(Debug, Serialize)]
pub(super) struct BalancerState {
    name: String,
    url: String,
    /// The ARN of the listener or of the rule.
    arn: String,
    /// The seconds of group stickiness, if it is on.
    stickiness: Option<u32>,
    groups: Vec<GroupState>,
}

#[derive(Debug, Serialize)]
struct GroupState {
    /// The slot, if the follower names the group.
    slot: Option<String>,
    /// The share of the weights, 0 to 1.
    weighed: f64,
    /// The share of the requests of the last minute. `None` if there were none.
    minute: Option<f64>,
    #[serde(flatten)]
    group: GroupOverview,
}

impl PageState {
    pub(super) fn balancers(&self) -> Vec<BalancerState> {
        let Some(balancing) = &self.balancing else { return Vec::new() };
        let actions = balancing.load_balancer.overview();
        let local = balancing.listeners.iter();
        let followers = local.flat_map(|one| one.followers.iter().map(move |f| (f, one.address)));
        let states = followers.filter_map(|(follower, address)| {
            let action = actions.iter().find(|action| action.arn == follower.action)?;
            Some(BalancerState {
                name: follower.name.clone(),
                url: format!("http://{address}/"),
                arn: action.arn.clone(),
                stickiness: action.stickiness,
                groups: groups(action, &follower.groups),
            })
        });
        states.collect()
    }
}

fn groups(action: &ActionOverview, slots: &[(String, String)]) -> Vec<GroupState> {
    let weights: u32 = action.groups.iter().map(|group| group.weight).sum();
    let requests: u64 = action.groups.iter().map(of_minute).sum();
    let state = |group: &GroupOverview| GroupState {
        slot: slots.iter().find(|(_, arn)| *arn == group.arn).map(|(slot, _)| slot.clone()),
        weighed: ratio(group.weight.into(), weights.into()).unwrap_or_default(),
        minute: ratio(of_minute(group), requests),
        group: group.clone(),
    };
    action.groups.iter().map(state).collect()
}

/// The requests of the last minute.
fn of_minute(group: &GroupOverview) -> u64 {
    group.requests.iter().rev().take(MINUTE).sum()
}

/// `None` if there is nothing to divide.
#[expect(clippy::cast_precision_loss, reason = "counts of a laptop")]
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
