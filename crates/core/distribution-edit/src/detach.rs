use serde::Serialize;
use thiserror::Error;

use crate::attach::LeftAlone;
use crate::change::Change;
use crate::difference::differences;
use crate::distribution::{
    BEHAVIOR_ORDER, Behavior, CACHE_POLICY, Distribution, ORIGIN_REQUEST_POLICY, functions,
    is_marked, members,
};
use crate::managed::ALL_VIEWER_EXCEPT_HOST;
use crate::wiring::{Own, PolicyId};
use crate::xml::Element;

/// A configuration without the functions.
#[derive(Debug, Clone)]
pub struct Detached {
    pub distribution: Distribution,
    /// Empty if no function was attached.
    pub changes: Vec<Change>,
    pub restored: Restored,
    /// The behaviors that keep something, and why.
    pub left: Vec<LeftAlone>,
}

/// How far the configuration is the one from before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Restored {
    /// Byte for byte: nobody else has changed the distribution.
    Exactly,
    /// All that attaching had changed. Somebody else's changes stay.
    OwnParts,
    /// Only the functions are taken out: the configuration from before is not known.
    FunctionsOnly,
}

/// The kept configuration is that of another distribution.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("its `CallerReference` is `{found}`, that of the distribution is `{expected}`")]
pub struct WrongFile {
    pub found: String,
    pub expected: String,
}

/// Takes out what [`attach`](crate::attach) put in. `before` is the configuration from before.
///
/// A policy that is not known to be of edgeswitch stays, because somebody else may have set it.
///
/// # Errors
/// If `before` belongs to another distribution.
pub fn detach(
    distribution: &Distribution,
    own: &Own,
    before: Option<&Distribution>,
) -> Result<Detached, WrongFile> {
    let Some(before) = before else { return Ok(functions_only(distribution, own)) };
    let reference = |one: &Distribution| one.config().text_of("CallerReference");
    let (found, expected) = (reference(before), reference(distribution));
    if found != expected {
        return Err(WrongFile { found, expected });
    }
    let mut edited = distribution.clone();
    let mut left = Vec::new();
    for (index, behavior) in distribution.behaviors().iter().enumerate() {
        if !behavior.has_any(own) {
            continue;
        }
        let former = before.behaviors().into_iter().find(|one| one.pattern == behavior.pattern);
        let Some(element) = edited.behavior_mut(index) else { continue };
        remove_functions(element, own);
        match former {
            Some(former) => {
                restore(element, &former, behavior, own, distribution, before);
                left.extend(keeps_other_policies(behavior, &former, own));
            }
            None if is_added(behavior) => {}
            None => left.extend(keeps_parts(distribution, behavior, own)),
        }
    }
    remove_behaviors(&mut edited, distribution, own, before);
    remove_groups(&mut edited, before);
    let is_exact = edited.is_alike(before);
    let edited = if is_exact { before.clone() } else { edited };
    let restored = if is_exact { Restored::Exactly } else { Restored::OwnParts };
    let changes = differences(distribution, &edited);
    Ok(Detached { distribution: edited, changes, restored, left })
}

fn functions_only(distribution: &Distribution, own: &Own) -> Detached {
    let mut edited = distribution.clone();
    let mut left = Vec::new();
    for (index, behavior) in distribution.behaviors().iter().enumerate() {
        if behavior.has_any(own) {
            left.extend(keeps_parts(distribution, behavior, own));
            if let Some(element) = edited.behavior_mut(index) {
                remove_functions(element, own);
            }
        }
    }
    let changes = differences(distribution, &edited);
    Detached { distribution: edited, changes, restored: Restored::FunctionsOnly, left }
}

/// Whether edgeswitch has set a policy. The managed policy of routes is one that anybody may set, so it counts only beside
/// a cache policy of edgeswitch: attaching sets both.
fn is_own(policy: &PolicyId, behavior: &Behavior<'_>, own: &Own) -> bool {
    let cache = behavior.element.text_of(CACHE_POLICY);
    own.has_policy(policy.id()) || (policy.id() == ALL_VIEWER_EXCEPT_HOST && own.has_policy(&cache))
}

/// The policies that are not those from before, and that stay because they may be somebody else's.
fn keeps_other_policies(
    behavior: &Behavior<'_>,
    former: &Behavior<'_>,
    own: &Own,
) -> Option<LeftAlone> {
    let known = former.policies();
    let is_other = |policy: &PolicyId| !is_own(policy, behavior, own) && !known.contains(policy);
    let kept: Vec<String> =
        behavior.policies().iter().filter(|one| is_other(one)).map(words).collect();
    let why = format!("it keeps {}, which may be somebody else's", listed(&kept));
    (!kept.is_empty()).then(|| LeftAlone { behavior: behavior.pattern.clone(), why })
}

/// What attaching has set and detaching cannot take back, because the behavior from before is not known.
fn keeps_parts(
    distribution: &Distribution,
    behavior: &Behavior<'_>,
    own: &Own,
) -> Option<LeftAlone> {
    let may_be_own = |policy: &PolicyId| own.policies.is_empty() || is_own(policy, behavior, own);
    let mut kept: Vec<String> =
        behavior.policies().iter().filter(|one| may_be_own(one)).map(words).collect();
    let target = behavior.element.text_of("TargetOriginId");
    let group = distribution.group(&target);
    if group.is_some_and(|group| distribution.is_fallback_group(group)) {
        kept.push(format!("the origin group `{target}`"));
    }
    let why =
        format!("it keeps {}, because its configuration from before is not known", listed(&kept));
    (!kept.is_empty()).then(|| LeftAlone { behavior: behavior.pattern.clone(), why })
}

/// `one, another and a third`
fn listed(parts: &[String]) -> String {
    match parts {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        parts => parts.concat(),
    }
}

fn words(policy: &PolicyId) -> String {
    match policy {
        PolicyId::Cache(id) => format!("the cache policy `{id}`"),
        PolicyId::OriginRequest(id) => format!("the origin request policy `{id}`"),
    }
}

fn remove_functions(behavior: &mut Element, own: &Own) {
    if let Some(list) = behavior.child_mut("LambdaFunctionAssociations") {
        list.retain_items(|item| {
            !own.has(&item.text_of("EventType"), &item.text_of("LambdaFunctionARN"))
        });
    }
}

/// Gives a behavior the policies and the target from before, where attaching has set others.
fn restore(
    element: &mut Element,
    former: &Behavior<'_>,
    behavior: &Behavior<'_>,
    own: &Own,
    distribution: &Distribution,
    before: &Distribution,
) {
    for policy in behavior.policies() {
        let key = match policy {
            PolicyId::Cache(_) => CACHE_POLICY,
            PolicyId::OriginRequest(_) => ORIGIN_REQUEST_POLICY,
        };
        if is_own(&policy, behavior, own) {
            let policy = former.element.text_of(key);
            if policy.is_empty() {
                element.remove(key);
            } else {
                element.set_child(key, &policy, &BEHAVIOR_ORDER);
            }
        }
    }
    let target = element.text_of("TargetOriginId");
    let group = distribution.group(&target).filter(|_| before.group(&target).is_none());
    if group.is_some_and(|group| distribution.is_fallback_group(group)) {
        let target = former.element.text_of("TargetOriginId");
        element.set_child("TargetOriginId", &target, &BEHAVIOR_ORDER);
    }
    if functions(element).is_empty() && former.element.child("LambdaFunctionAssociations").is_none()
    {
        element.remove("LambdaFunctionAssociations");
    }
}

/// Whether attaching has added a behavior that was not there before: one for pins.
fn is_added(behavior: &Behavior<'_>) -> bool {
    behavior.pattern.starts_with("/_r/*")
}

fn remove_behaviors(
    edited: &mut Distribution,
    distribution: &Distribution,
    own: &Own,
    before: &Distribution,
) {
    let known: Vec<String> = before.behaviors().into_iter().map(|one| one.pattern).collect();
    let added = distribution.behaviors().into_iter();
    let added = added.filter(|one| one.has_any(own) && is_added(one));
    let added: Vec<String> =
        added.map(|one| one.pattern).filter(|pattern| !known.contains(pattern)).collect();
    if let Some(list) = edited.config_mut().child_mut("CacheBehaviors") {
        list.retain_items(|item| !added.contains(&item.text_of("PathPattern")));
    }
}

/// Removes the fallback groups and the marked origins that were not there before and that nothing uses.
fn remove_groups(edited: &mut Distribution, before: &Distribution) {
    let targets = targets(edited);
    let unused = edited.config().items_of("OriginGroups").into_iter().filter(|group| {
        let id = group.text_of("Id");
        before.group(&id).is_none() && !targets.contains(&id) && edited.is_fallback_group(group)
    });
    let unused: Vec<String> = unused.map(|group| group.text_of("Id")).collect();
    if let Some(groups) = edited.config_mut().child_mut("OriginGroups") {
        groups.retain_items(|group| !unused.contains(&group.text_of("Id")));
    }
    let used = edited.config().items_of("OriginGroups").into_iter().flat_map(members);
    let used: Vec<String> = used.chain(targets).collect();
    if let Some(origins) = edited.config_mut().child_mut("Origins") {
        origins.retain_items(|origin| {
            let id = origin.text_of("Id");
            used.contains(&id) || !is_marked(origin) || before.origin(&id).is_some()
        });
    }
}

fn targets(distribution: &Distribution) -> Vec<String> {
    let behaviors = distribution.behaviors();
    behaviors.iter().map(|one| one.element.text_of("TargetOriginId")).collect()
}
