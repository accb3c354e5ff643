use edge_config::Config;
use serde::Serialize;
use thiserror::Error;

use crate::change::Change;
use crate::difference::differences;
use crate::distribution::{BEHAVIOR_ORDER, Behavior, CONFIG_ORDER, Distribution};
use crate::fallback_origin::group_of;
use crate::refusal::Refusal;
use crate::refuse::refusals;
use crate::serving::{Serves, serving};
use crate::wiring::{FallbackOrigin, Trigger, Wiring};
use crate::xml::Element;

/// A configuration with the functions.
#[derive(Debug, Clone)]
pub struct Attached {
    pub distribution: Distribution,
    /// Empty if the functions were attached already.
    pub changes: Vec<Change>,
    /// The behaviors that serve no release.
    pub left: Vec<LeftAlone>,
}

/// A behavior that keeps everything that it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftAlone {
    pub behavior: String,
    pub why: String,
}

/// The functions cannot be attached to this configuration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the functions cannot be attached")]
pub struct NotAttached {
    pub refusals: Vec<Refusal>,
}

impl LeftAlone {
    pub(crate) fn inside_route(behavior: &Behavior<'_>) -> Self {
        let target = behavior.element.text_of("TargetOriginId");
        let why = format!("it is inside a route, but its origin `{target}` is another one");
        Self { behavior: behavior.pattern.clone(), why }
    }

    pub(crate) fn other_origin(behavior: &Behavior<'_>) -> Self {
        let target = behavior.element.text_of("TargetOriginId");
        let why = format!("its origin `{target}` is neither the bucket nor a route's");
        Self { behavior: behavior.pattern.clone(), why }
    }
}

/// Attaches the functions to every behavior that serves a release, with their policies and the second origin.
///
/// Attaching twice changes nothing. An older version of the same functions is replaced.
///
/// # Errors
/// Everything in the configuration that CloudFront or the functions do not take.
pub fn attach(
    distribution: &Distribution,
    wiring: &Wiring,
    config: &Config,
) -> Result<Attached, NotAttached> {
    let serving = serving(distribution, config);
    let refusals = refusals(distribution, wiring, &serving);
    if !refusals.is_empty() {
        return Err(NotAttached { refusals });
    }
    let mut edited = distribution.clone();
    for (index, serves) in &serving.wire {
        if let Some(behavior) = edited.behavior_mut(*index) {
            wire(behavior, wiring, *serves);
        }
        if *serves == Serves::Pages && wiring.fallback_origin == FallbackOrigin::Add {
            add_fallback(&mut edited, *index)
                .map_err(|refusal| NotAttached { refusals: vec![refusal] })?;
        }
    }
    add_behaviors(&mut edited, &serving.add);
    let changes = differences(distribution, &edited);
    Ok(Attached { distribution: edited, changes, left: serving.left })
}

fn wire(behavior: &mut Element, wiring: &Wiring, serves: Serves) {
    for trigger in Trigger::ALL {
        attach_function(behavior, trigger.event(), wiring.version(trigger).as_str());
    }
    let pattern = behavior.text_of("PathPattern");
    let pattern = if pattern.is_empty() { crate::distribution::DEFAULT } else { &pattern };
    if wiring.keep_policies.iter().any(|kept| kept == pattern) {
        return;
    }
    let policies = match serves {
        Serves::Pages => &wiring.pages,
        Serves::Route => &wiring.routes,
    };
    behavior.set_child("CachePolicyId", &policies.cache, &BEHAVIOR_ORDER);
    behavior.set_child("OriginRequestPolicyId", &policies.origin_request, &BEHAVIOR_ORDER);
}

/// Replaces the function of an event, or adds one.
fn attach_function(behavior: &mut Element, event: &str, arn: &str) {
    const LIST: &str = "LambdaFunctionAssociations";
    if behavior.child(LIST).is_none() {
        behavior.put(Element::list(LIST, Vec::new()), &BEHAVIOR_ORDER);
    }
    let Some(list) = behavior.child_mut(LIST) else { return };
    let items = list.items();
    let (count, present) =
        (items.len(), items.iter().position(|item| item.text_of("EventType") == event));
    match present.and_then(|index| list.item_mut(index)) {
        Some(item) => item.set_child("LambdaFunctionARN", arn, &["LambdaFunctionARN"]),
        None => list.insert_item(count, association(event, arn)),
    }
}

fn association(event: &str, arn: &str) -> Element {
    Element::with(
        "LambdaFunctionAssociation",
        [
            Element::with_text("LambdaFunctionARN", arn),
            Element::with_text("EventType", event),
            Element::with_text("IncludeBody", "false"),
        ],
    )
}

/// Makes the bucket's origin group the target of a behavior, unless it has one.
fn add_fallback(distribution: &mut Distribution, index: usize) -> Result<(), Refusal> {
    let target = distribution.behavior_mut(index).map(|one| one.text_of("TargetOriginId"));
    let Some(target) = target.filter(|target| distribution.group(target).is_none()) else {
        return Ok(());
    };
    let group = group_of(distribution, &target)?;
    if let Some(behavior) = distribution.behavior_mut(index) {
        behavior.set_child("TargetOriginId", &group, &BEHAVIOR_ORDER);
    }
    Ok(())
}

/// Adds copies of behaviors under other patterns, before all others: CloudFront takes the first that matches.
fn add_behaviors(distribution: &mut Distribution, add: &[(String, usize)]) {
    let copies: Vec<Element> = add
        .iter()
        .filter_map(|(pattern, index)| {
            let mut copy = distribution.behavior_mut(*index)?.clone();
            copy.set_child("PathPattern", pattern, &BEHAVIOR_ORDER);
            Some(copy)
        })
        .collect();
    let config = distribution.config_mut();
    if !copies.is_empty() && config.child("CacheBehaviors").is_none() {
        config.put(Element::list("CacheBehaviors", Vec::new()), &CONFIG_ORDER);
    }
    if let Some(list) = config.child_mut("CacheBehaviors") {
        for (at, copy) in copies.into_iter().enumerate() {
            list.insert_item(at, copy);
        }
    }
}
