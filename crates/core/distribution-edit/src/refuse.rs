use crate::distribution::{Behavior, Distribution, functions, is_bucket};
use crate::managed::{CACHING_DISABLED, policy_name, sends_host};
use crate::refusal::Refusal;
use crate::serving::{Serves, Serving};
use crate::wiring::{FallbackOrigin, Trigger, Wiring};
use crate::xml::Element;

/// The methods that CloudFront refuses for a behavior with an origin group (page
/// `high_availability_origin_failover`).
const UNSAFE: [&str; 4] = ["POST", "PUT", "PATCH", "DELETE"];

/// Everything that keeps the functions from the behaviors of `serving`.
pub(crate) fn refusals(
    distribution: &Distribution,
    wiring: &Wiring,
    serving: &Serving,
) -> Vec<Refusal> {
    let behaviors = distribution.behaviors();
    let mut refusals = whole(distribution.config());
    refusals.extend(other_accounts(wiring));
    refusals.extend(serving.refusals.iter().cloned());
    let wired = |(index, serves): &(usize, Serves)| Some((behaviors.get(*index)?, *serves));
    let wired: Vec<_> = serving.wire.iter().filter_map(wired).collect();
    for (behavior, serves) in &wired {
        refusals.extend(taken_events(behavior, wiring));
        refusals.extend(settings(distribution, behavior));
        if *serves == Serves::Pages && wiring.fallback_origin == FallbackOrigin::Add {
            refusals.extend(group(distribution, behavior));
        }
        if wiring.keep_policies.contains(&behavior.pattern) {
            refusals.extend(kept(distribution, behavior));
        }
    }
    let known: Vec<String> = wired.iter().map(|(one, _)| one.pattern.clone()).collect();
    for behavior in wiring.keep_policies.iter().filter(|kept| !known.contains(*kept)) {
        let (behavior, known) = (behavior.clone(), known.clone());
        refusals.push(Refusal::UnknownBehavior { behavior, known });
    }
    refusals
}

fn whole(config: &Element) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if config.text_of("ConnectionMode") == "tenant-only" {
        refusals.push(Refusal::TenantOnly);
    }
    if config.text_of("Staging") == "true" {
        refusals.push(Refusal::Staging);
    }
    let policy = config.text_of("ContinuousDeploymentPolicyId");
    if !policy.is_empty() {
        refusals.push(Refusal::ContinuousDeployment { policy });
    }
    refusals
}

fn other_accounts(wiring: &Wiring) -> impl Iterator<Item = Refusal> + '_ {
    let versions = Trigger::ALL.into_iter().map(|trigger| wiring.version(trigger));
    versions.filter(|version| version.account() != wiring.account).map(|version| {
        let (function, account) = (version.as_str().to_owned(), wiring.account.clone());
        Refusal::OtherAccount { function, account }
    })
}

/// Functions of somebody else where ours must be.
fn taken_events(behavior: &Behavior<'_>, wiring: &Wiring) -> Vec<Refusal> {
    let own = wiring.own();
    let is_needed = |event: &str| Trigger::ALL.iter().any(|trigger| trigger.event() == event);
    let foreign = functions(behavior.element).into_iter();
    let foreign = foreign.filter(|(event, arn)| is_needed(event) && !own.has(event, arn));
    let foreign = foreign.map(|(event, function)| Refusal::ForeignFunction {
        behavior: behavior.pattern.clone(),
        event,
        function,
    });
    let small = behavior.element.items_of("FunctionAssociations").into_iter();
    let small = small.filter(|item| item.text_of("EventType").starts_with("viewer-"));
    let small = small.map(|item| Refusal::CloudFrontFunction {
        behavior: behavior.pattern.clone(),
        event: item.text_of("EventType"),
        function: item.text_of("FunctionARN"),
    });
    foreign.chain(small).collect()
}

fn settings(distribution: &Distribution, behavior: &Behavior<'_>) -> Vec<Refusal> {
    let (mut refusals, name) = (Vec::new(), || behavior.pattern.clone());
    let element = behavior.element;
    if element.child("GrpcConfig").is_some_and(|grpc| grpc.text_of("Enabled") == "true") {
        refusals.push(Refusal::Grpc { behavior: name() });
    }
    if element.child("ForwardedValues").is_some() {
        refusals.push(Refusal::LegacyCacheSettings { behavior: name() });
    }
    let origins = distribution.origins(element);
    for origin in origins.iter().filter(|origin| origin.child("VpcOriginConfig").is_some()) {
        refusals.push(Refusal::VpcOrigin { behavior: name(), origin: origin.text_of("Id") });
    }
    refusals
}

/// The target must have room for an origin group.
fn group(distribution: &Distribution, behavior: &Behavior<'_>) -> Vec<Refusal> {
    let (mut refusals, name) = (Vec::new(), || behavior.pattern.clone());
    let methods = behavior.element.items_of("AllowedMethods").into_iter();
    let methods: Vec<String> =
        methods.map(Element::text).filter(|one| UNSAFE.contains(&one.as_str())).collect();
    if !methods.is_empty() {
        refusals.push(Refusal::Methods { behavior: name(), methods });
    }
    let target = behavior.element.text_of("TargetOriginId");
    let foreign = distribution.group(&target);
    if foreign.is_some_and(|group| !distribution.is_fallback_group(group)) {
        refusals.push(Refusal::OtherOriginGroup { behavior: name(), group: target });
    }
    refusals
}

/// The policies that a behavior should keep must be of use to the functions.
fn kept(distribution: &Distribution, behavior: &Behavior<'_>) -> Vec<Refusal> {
    let (mut refusals, name) = (Vec::new(), || behavior.pattern.clone());
    let policy = behavior.element.text_of("CachePolicyId");
    if policy == CACHING_DISABLED {
        refusals.push(Refusal::CachingDisabled { behavior: name(), policy });
    } else if policy_name(&policy).is_some() {
        refusals.push(Refusal::NoStamp { behavior: name(), policy });
    }
    let policy = behavior.element.text_of("OriginRequestPolicyId");
    if sends_host(&policy) && distribution.origins(behavior.element).into_iter().any(is_bucket) {
        refusals.push(Refusal::HostToBucket { behavior: name(), policy });
    }
    refusals
}
