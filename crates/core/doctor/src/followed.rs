//! The answers about followers, in the types of the crate `followers`.

use edge_config::{LoadBalancer, Place, Records};
use followers::{Forward, ObservedRecord};

use crate::field::Field;
use crate::source::Source;

/// The attribute of a target group with its deregistration delay (`TargetGroupAttribute` of ELB's API).
pub(crate) const DELAY: &str = "deregistration_delay.timeout_seconds";

/// The answer with the action of a load balancer.
pub(crate) fn place(one: &LoadBalancer) -> Source {
    match &one.place {
        Place::Listener(arn) => Source::Listener(arn.clone()),
        Place::Rule(arn) => Source::ListenerRule(arn.clone()),
    }
}

/// The answer with the records of a follower.
pub(crate) fn records(one: &Records) -> Source {
    Source::Records {
        zone: one.hosted_zone.clone(),
        name: one.record.clone(),
        record_type: one.record_type.as_str(),
    }
}

/// The actions of the listener or rule; `None` if the answer has neither.
pub(crate) fn actions<'a>(answer: &Field<'a>, one: &LoadBalancer) -> Option<Field<'a>> {
    let (list, actions) = match one.place {
        Place::Listener(_) => ("Listeners", "DefaultActions"),
        Place::Rule(_) => ("Rules", "Actions"),
    };
    answer.get(list).list().first().map(|first| first.get(actions))
}

/// The forward action of the listener or rule.
pub(crate) fn forward_action<'a>(answer: &Field<'a>, one: &LoadBalancer) -> Option<Field<'a>> {
    let actions = actions(answer, one)?.list();
    actions.into_iter().find(|action| action.get("Type").text() == "forward")
}

/// The target groups and the stickiness of a forward action. An action with one target group may name it without a
/// weight: it gets everything.
pub(crate) fn forward(action: &Field<'_>) -> Forward {
    let group = |tuple: &Field<'_>| {
        let weight = whole(&tuple.get("Weight")).unwrap_or(1);
        (tuple.get("TargetGroupArn").text().to_owned(), weight)
    };
    let tuples = action.at("ForwardConfig.TargetGroups").list();
    let mut groups: Vec<(String, u32)> = tuples.iter().map(group).collect();
    let alone = action.get("TargetGroupArn");
    if groups.is_empty() && alone.is_set() {
        groups.push((alone.text().to_owned(), 1));
    }
    let sticky = action.at("ForwardConfig.TargetGroupStickinessConfig");
    let is_on = sticky.get("Enabled").is_true();
    let stickiness = whole(&sticky.get("DurationSeconds")).filter(|_| is_on);
    Forward { groups, stickiness }
}

/// The value of an attribute, which ELB writes as a text.
pub(crate) fn attribute<'a>(answer: &Field<'a>, key: &str) -> Option<Field<'a>> {
    let attributes = answer.get("Attributes").list();
    let found = attributes.into_iter().find(|one| one.get("Key").text() == key);
    found.map(|one| one.get("Value"))
}

/// The value of an attribute that is a number of seconds.
pub(crate) fn seconds<'a>(answer: &Field<'a>, key: &str) -> Option<(Field<'a>, u32)> {
    let value = attribute(answer, key)?;
    let seconds = value.text().parse().ok()?;
    Some((value, seconds))
}

/// The records of the follower's name and type.
pub(crate) fn observed<'a>(answer: &Field<'a>, one: &Records) -> Vec<(Field<'a>, ObservedRecord)> {
    let sets = answer.get("ResourceRecordSets").list().into_iter();
    let is_of_name = |set: &Field<'_>| {
        set.get("Name").text().trim_end_matches('.') == one.record
            && set.get("Type").text() == one.record_type.as_str()
    };
    sets.filter(is_of_name)
        .map(|set| {
            let record = ObservedRecord {
                set_identifier: set.get("SetIdentifier").text().to_owned(),
                weight: whole(&set.get("Weight")),
                ttl: whole(&set.get("TTL")),
            };
            (set, record)
        })
        .collect()
}

fn whole(field: &Field<'_>) -> Option<u32> {
    field.number().and_then(|number| u32::try_from(number).ok())
}
