use edge_config::Config;
use path_pattern::PathPattern;

use crate::attach::LeftAlone;
use crate::distribution::{Behavior, DEFAULT, Distribution, is_bucket};
use crate::refusal::Refusal;
use crate::xml::Element;

/// What a behavior serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Serves {
    /// The files of releases, from the bucket.
    Pages,
    /// A back end of the configuration.
    Route,
}

/// The behaviors to wire, by their index, and those to leave alone.
#[derive(Debug, Default)]
pub(crate) struct Serving {
    pub(crate) wire: Vec<(usize, Serves)>,
    /// The behaviors to add before all others: the pattern, and the index of the one to copy.
    pub(crate) add: Vec<(String, usize)>,
    pub(crate) left: Vec<LeftAlone>,
    pub(crate) refusals: Vec<Refusal>,
}

/// Says for each behavior whether it serves releases.
pub(crate) fn serving(distribution: &Distribution, config: &Config) -> Serving {
    let behaviors = distribution.behaviors();
    let mut serving = Serving::default();
    let bucket = bucket_of(distribution, config, &mut serving);
    let serves_bucket = |behavior: &Behavior<'_>| {
        bucket.as_ref().is_some_and(|bucket| is_of(distribution, behavior.element, bucket))
    };
    let mut routed = Routed::default();
    for route in &config.rules.routes {
        let pattern = route.pattern.to_string();
        let slash = if pattern.starts_with('/') { "" } else { "/" };
        let pattern = format!("{slash}{pattern}");
        let Some(index) = position(&behaviors, &pattern) else {
            serving.refusals.push(Refusal::NoRouteBehavior { route: pattern });
            continue;
        };
        routed.indexes.push(index);
        routed.routes.push((route.pattern.clone(), index));
        let pinned = format!("/_r/*{pattern}");
        match behaviors.iter().position(|one| one.is_for(&pinned)) {
            Some(pinned) => routed.indexes.push(pinned),
            None => serving.add.push((pinned, index)),
        }
    }
    for (index, behavior) in behaviors.iter().enumerate() {
        let serves = serves_bucket(behavior);
        if routed.indexes.contains(&index) {
            if serves {
                let pattern = behavior.pattern.clone();
                serving.refusals.push(Refusal::RouteToBucket { behavior: pattern });
            }
            serving.wire.push((index, Serves::Route));
        } else if let Some(other) = routed.around(behavior) {
            let target = |index: usize| {
                behaviors.get(index).map(|one| one.element.text_of("TargetOriginId"))
            };
            if target(index) == target(other) {
                serving.wire.push((index, Serves::Route));
            } else {
                serving.left.push(LeftAlone::inside_route(behavior));
            }
        } else if serves {
            serving.wire.push((index, Serves::Pages));
        } else if behavior.pattern != DEFAULT {
            serving.left.push(LeftAlone::other_origin(behavior));
        }
    }
    serving
}

/// The behaviors that the routes need.
#[derive(Default)]
struct Routed {
    indexes: Vec<usize>,
    routes: Vec<(PathPattern, usize)>,
}

impl Routed {
    /// The behavior of the route that takes all paths of another behavior.
    fn around(&self, behavior: &Behavior<'_>) -> Option<usize> {
        let is_around = |(route, _): &&(PathPattern, usize)| route.matches(&behavior.pattern);
        self.routes.iter().find(is_around).map(|(_, index)| *index)
    }
}

/// The behavior that takes every path of a route: the one for exactly that pattern, or else the first wider one.
fn position(behaviors: &[Behavior<'_>], pattern: &str) -> Option<usize> {
    let exact = behaviors.iter().position(|one| one.is_for(pattern));
    exact.or_else(|| behaviors.iter().position(|one| takes(one, pattern)))
}

fn takes(behavior: &Behavior<'_>, pattern: &str) -> bool {
    let parsed = PathPattern::parse(&behavior.pattern);
    behavior.pattern != DEFAULT && parsed.is_ok_and(|parsed| parsed.matches(pattern))
}

/// The domain of the bucket that the default behavior serves.
fn bucket_of(
    distribution: &Distribution,
    config: &Config,
    serving: &mut Serving,
) -> Option<String> {
    let default = distribution.config().child("DefaultCacheBehavior")?;
    let Some(origin) = distribution.origins(default).into_iter().next() else {
        let target = default.text_of("TargetOriginId");
        serving.refusals.push(Refusal::NoOrigin { behavior: DEFAULT.into(), origin: target });
        return None;
    };
    let domain = origin.text_of("DomainName");
    let id = origin.text_of("Id");
    if !is_bucket(origin) {
        serving.refusals.push(Refusal::NotABucket { origin: id, domain });
        return None;
    }
    let found = crate::distribution::bucket_name(&domain);
    if let Some(wanted) = config.bucket.as_deref().filter(|wanted| found != Some(*wanted)) {
        serving.refusals.push(Refusal::OtherBucket { origin: id, domain, bucket: wanted.into() });
        return None;
    }
    Some(domain)
}

fn is_of(distribution: &Distribution, behavior: &Element, bucket: &str) -> bool {
    let first = distribution.origins(behavior).into_iter().next();
    first.is_some_and(|origin| is_bucket(origin) && origin.text_of("DomainName") == bucket)
}
