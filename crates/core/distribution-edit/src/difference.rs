use crate::change::Change;
use crate::distribution::{Behavior, Distribution, functions, members};
use crate::xml::Element;

/// The parts of a configuration that attaching changes, where two configurations differ.
pub(crate) fn differences(old: &Distribution, new: &Distribution) -> Vec<Change> {
    let mut changes = origins(old, new);
    changes.extend(groups(old, new));
    let (before, after) = (old.behaviors(), new.behaviors());
    let known = |behavior: &Behavior<'_>, list: &[Behavior<'_>]| {
        list.iter().position(|one| one.pattern == behavior.pattern)
    };
    for behavior in before.iter().filter(|one| known(one, &after).is_none()) {
        changes.push(Change::BehaviorRemoved { behavior: behavior.pattern.clone() });
    }
    let nothing = Element::new("CacheBehavior");
    for (index, behavior) in after.iter().enumerate() {
        let former = known(behavior, &before).and_then(|index| before.get(index));
        if former.is_none() {
            changes.push(Change::BehaviorAdded {
                behavior: behavior.pattern.clone(),
                target: behavior.element.text_of("TargetOriginId"),
                before: after.get(index + 1).map(|next| next.pattern.clone()),
            });
        }
        let former = former.map_or(&nothing, |former| former.element);
        changes.extend(behavior_changes(&behavior.pattern, former, behavior.element));
    }
    changes
}

fn origins(old: &Distribution, new: &Distribution) -> Vec<Change> {
    let removed = old.config().items_of("Origins").into_iter().map(|one| one.text_of("Id"));
    let removed = removed.filter(|id| new.origin(id).is_none());
    let removed = removed.map(|origin| Change::OriginRemoved { origin });
    let added = new.config().items_of("Origins").into_iter();
    let added = added.filter(|origin| old.origin(&origin.text_of("Id")).is_none());
    let added = added.map(|origin| Change::OriginAdded {
        origin: origin.text_of("Id"),
        domain: origin.text_of("DomainName"),
        headers: origin.items_of("CustomHeaders").into_iter().map(header).collect(),
    });
    removed.chain(added).collect()
}

/// A header of an origin. The value may be a secret, such as one that proves that a request came through
/// CloudFront, so only ours is shown.
fn header(header: &Element) -> String {
    let (name, value) = (header.text_of("HeaderName"), header.text_of("HeaderValue"));
    if name == edge_routing::ROLE_HEADER { format!("{name}: {value}") } else { name }
}

fn groups(old: &Distribution, new: &Distribution) -> Vec<Change> {
    let removed = old.config().items_of("OriginGroups").into_iter().map(|one| one.text_of("Id"));
    let removed = removed.filter(|id| new.group(id).is_none());
    let removed = removed.map(|group| Change::OriginGroupRemoved { group });
    let added = new.config().items_of("OriginGroups").into_iter();
    let added = added.filter(|group| old.group(&group.text_of("Id")).is_none());
    let added = added.map(|group| Change::OriginGroupAdded {
        group: group.text_of("Id"),
        members: members(group),
        codes: codes(group),
    });
    removed.chain(added).collect()
}

fn codes(group: &Element) -> Vec<String> {
    let criteria = group.child("FailoverCriteria");
    let codes = criteria.map(|criteria| criteria.items_of("StatusCodes")).unwrap_or_default();
    codes.into_iter().map(Element::text).collect()
}

fn behavior_changes(pattern: &str, old: &Element, new: &Element) -> Vec<Change> {
    let behavior = || pattern.to_owned();
    let mut changes = Vec::new();
    let (from, to) = (old.text_of("TargetOriginId"), new.text_of("TargetOriginId"));
    if from != to && !from.is_empty() {
        changes.push(Change::Target { behavior: behavior(), from, to });
    }
    let (former, present) = (functions(old), functions(new));
    let at = |list: &[(String, String)], event: &str| {
        list.iter().find(|(one, _)| one == event).map(|(_, arn)| arn.clone())
    };
    let events =
        present.iter().chain(former.iter().filter(|(event, _)| at(&present, event).is_none()));
    for (event, _) in events {
        let (from, to) = (at(&former, event), at(&present, event));
        if from != to {
            changes.push(Change::Function { behavior: behavior(), event: event.clone(), from, to });
        }
    }
    let id = |element: &Element, key: &str| Some(element.text_of(key)).filter(|id| !id.is_empty());
    let (from, to) = (id(old, "CachePolicyId"), id(new, "CachePolicyId"));
    if from != to {
        changes.push(Change::CachePolicy { behavior: behavior(), from, to });
    }
    let (from, to) = (id(old, "OriginRequestPolicyId"), id(new, "OriginRequestPolicyId"));
    if from != to {
        changes.push(Change::OriginRequestPolicy { behavior: behavior(), from, to });
    }
    changes
}
