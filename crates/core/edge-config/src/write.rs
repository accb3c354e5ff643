use std::collections::BTreeMap;

use plan_format::Parameter;
use routing_core::{DecideAt, OverridePolicy, Plan, Rules};
use serde_json::value::RawValue;

use crate::config::{Config, ReleaseHeader, Slot};
use crate::whole::Whole;
use crate::wire::{
    Wire, WireCookies, WireDecideAt, WireDocuments, WireOverride, WireParameter, WirePolicy,
    WireRefresh, WireRoute,
};

impl From<&Config> for Wire {
    fn from(config: &Config) -> Self {
        let rules = &config.rules;
        Self {
            name: config.name.clone(),
            distribution_id: config.distribution_id.clone(),
            bucket: config.bucket.clone(),
            decide_at: decide_at(rules.decide_at),
            release_header: match config.release_header {
                ReleaseHeader::On => true,
                ReleaseHeader::Off => false,
            },
            crawlers: rules.crawlers.marks().to_vec(),
            prefix_template: config.prefix_template.to_string(),
            parameter: parameter(&config.parameter),
            refresh: WireRefresh::from(config.refresh),
            cookies: cookies(config),
            documents: WireDocuments::from(rules),
            routes: routes(rules),
            override_: WireOverride {
                policy: policy(rules.override_policy),
                public_keys: config.keys.as_slice().iter().map(ToString::to_string).collect(),
            },
            slots: slots(&config.slots),
            fallback: config.fallback.as_ref().map(fallback),
        }
    }
}

fn decide_at(decide_at: DecideAt) -> WireDecideAt {
    match decide_at {
        DecideAt::ViewerRequest => WireDecideAt::ViewerRequest,
        DecideAt::OriginRequest => WireDecideAt::OriginRequest,
    }
}

fn policy(policy: OverridePolicy) -> WirePolicy {
    match policy {
        OverridePolicy::Off => WirePolicy::Off,
        OverridePolicy::KnownRelease => WirePolicy::KnownRelease,
        OverridePolicy::Signed => WirePolicy::Signed,
    }
}

fn parameter(parameter: &Parameter) -> WireParameter {
    let Parameter { name, home_region, replica_regions } = parameter.clone();
    WireParameter { name, home_region, replica_regions }
}

fn cookies(config: &Config) -> WireCookies {
    WireCookies {
        release: config.rules.release_cookie.clone(),
        override_: config.rules.override_cookie.clone(),
        max_age_seconds: Whole(i64::from(config.cookie_max_age)),
    }
}

fn routes(rules: &Rules) -> Vec<WireRoute> {
    let route = |route: &routing_core::Route| WireRoute {
        path: route.pattern.to_string(),
        origin: route.origin.clone(),
    };
    rules.routes.iter().map(route).collect()
}

fn slots(slots: &[Slot]) -> BTreeMap<String, BTreeMap<String, String>> {
    slots.iter().map(|slot| (slot.name.clone(), slot.origins.iter().cloned().collect())).collect()
}

fn fallback(plan: &Plan) -> Box<RawValue> {
    RawValue::from_string(plan_format::to_json(plan)).expect("a plan is written as JSON")
}
