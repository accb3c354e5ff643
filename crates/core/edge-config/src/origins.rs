use std::collections::BTreeMap;

use edge_time::Timestamp;
use plan_format::Slot;
use routing_core::{Plan, PlanParts, Release, ReleaseId, Route, StageParts};

use crate::error::ConfigError;
use crate::known_keys::nearest;
use crate::names;

/// Checks the slots: each of their origins must be one that a release may have.
pub(crate) fn slots(
    wire: BTreeMap<String, BTreeMap<String, String>>,
) -> Result<Vec<Slot>, ConfigError> {
    wire.into_iter().map(|(name, origins)| slot(name, origins)).collect()
}

fn slot(name: String, origins: BTreeMap<String, String>) -> Result<Slot, ConfigError> {
    let name = names::name("slots", name)?;
    for (key, domain) in &origins {
        names::name(&format!("slots.{name}"), key.clone())?;
        check_domain(&format!("slots.{name}.{key}"), domain)?;
    }
    Ok(Slot { name, origins: origins.into_iter().collect() })
}

/// Checks that every route leads to an origin key of a slot, if there are slots.
pub(crate) fn check_routes(routes: &[Route], slots: &[Slot]) -> Result<(), ConfigError> {
    let keys = slots.iter().flat_map(|slot| &slot.origins).map(|(key, _)| key.as_str());
    let known: Vec<&str> = keys.collect();
    let lost = |route: &Route| !known.contains(&route.origin.as_str());
    match routes.iter().position(lost).and_then(|index| Some((index, routes.get(index)?))) {
        Some((index, Route { origin, .. })) if !known.is_empty() => {
            let near = nearest(origin, &known);
            let problem =
                format!("`{origin}` is not an origin key of [slots]: did you mean `{near}`?");
            Err(ConfigError::value(format!("routes[{index}].origin"), problem))
        }
        Some(_) | None => Ok(()),
    }
}

/// Checks `domain` by the plan's own rule, because the domain of a slot becomes the domain of a
/// release.
pub(crate) fn check_domain(key: &str, domain: &str) -> Result<(), ConfigError> {
    let id = ReleaseId::parse("r").expect("a letter is an id");
    let origins = vec![("origin".into(), domain.into())];
    let release = Release { id, prefix: "/r".into(), origins, slot: None, served_until: None };
    let trial = PlanParts {
        revision: 0,
        releases: vec![release],
        rollout: "0".into(),
        stages: vec![StageParts { from: Timestamp(0), weights: vec![("r".into(), 1)] }],
        lease: None,
        withdrawn: Vec::new(),
    };
    Plan::try_new(trial).map(drop).map_err(|error| ConfigError::value(key, error.problem))
}
