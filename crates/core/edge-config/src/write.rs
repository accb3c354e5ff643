use std::collections::BTreeMap;
use std::time::Duration;

use path_pattern::PathPattern;
use plan_format::{Parameter, Slot};
use routing_core::{Answers, DecideAt, Embedding, Layout, OverridePolicy, Plan, Rules};
use serde_json::value::RawValue;

use crate::config::{Config, ReleaseHeader};
use crate::observe::WireObserve;
use crate::whole::Whole;
use crate::wire::{
    Wire, WireAllow, WireCookies, WireDecideAt, WireDocuments, WireLayout, WireOverride,
    WireParameter, WirePolicy, WireRefresh, WireRoute,
};

impl From<&Config> for Wire {
    fn from(config: &Config) -> Self {
        let (rules, defaults) = (&config.rules, Rules::default());
        Self {
            name: config.name.clone(),
            distribution_id: config.distribution_id.clone(),
            bucket: config.bucket.clone(),
            decide_at: decide_at(rules.decide_at),
            release_header: match config.release_header {
                ReleaseHeader::On => true,
                ReleaseHeader::Off => false,
            },
            crawlers: more(rules.crawlers.marks(), defaults.crawlers.marks()),
            prefix_template: config.release_defaults.prefix_template.to_string(),
            parameter: parameter(&config.parameter),
            refresh: WireRefresh::from(config.refresh),
            cookies: cookies(config),
            documents: documents(rules, &defaults),
            routes: routes(rules),
            override_: WireOverride {
                policy: policy(rules.override_policy),
                public_keys: config.keys.as_slice().iter().map(ToString::to_string).collect(),
                max_days: days(config.keys.max_lifetime()),
            },
            observe: WireObserve::from(&config.observe),
            allow: WireAllow {
                domains: config.allow.domains.clone(),
                prefixes: config.allow.prefixes.as_ref().map(|all| texts(all)),
            },
            slots: slots(&config.release_defaults.slots),
            fallback: config.fallback.as_ref().map(fallback),
        }
    }
}

fn documents(rules: &Rules, defaults: &Rules) -> WireDocuments {
    let index =
        |(pattern, document): &(PathPattern, String)| (pattern.to_string(), document.clone());
    WireDocuments {
        layout: match rules.layout {
            Layout::SinglePage => WireLayout::SinglePage,
            Layout::Folders => WireLayout::Folders,
            Layout::Html => WireLayout::Html,
            Layout::Files => WireLayout::Files,
        },
        index: rules.index_document.clone(),
        indexes: rules.indexes.iter().map(index).collect(),
        not_found: rules.not_found.clone(),
        file_types: more(&rules.file_types, &defaults.file_types),
        exclude: texts(&more(&rules.exclude, &defaults.exclude)),
    }
}

/// The values that are not defaults.
fn more<T: Clone + PartialEq>(all: &[T], defaults: &[T]) -> Vec<T> {
    all.iter().filter(|one| !defaults.contains(one)).cloned().collect()
}

fn texts(patterns: &[PathPattern]) -> Vec<String> {
    patterns.iter().map(ToString::to_string).collect()
}

fn days(lifetime: Duration) -> Whole {
    Whole(i64::try_from(lifetime.as_secs() / 86_400).unwrap_or(i64::MAX))
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
        release: config.rules.release_cookie.to_string(),
        override_: config.rules.override_cookie.to_string(),
        max_age_seconds: Whole(i64::from(config.cookie_max_age)),
        partitioned: match config.rules.embedding {
            Embedding::SameSite => false,
            Embedding::Anywhere => true,
        },
    }
}

fn routes(rules: &Rules) -> Vec<WireRoute> {
    let route = |route: &routing_core::Route| WireRoute {
        path: route.pattern.to_string(),
        origin: route.origin.clone(),
        pages: match route.answers {
            Answers::Data => false,
            Answers::Pages => true,
        },
    };
    rules.routes.iter().map(route).collect()
}

fn slots(slots: &[Slot]) -> BTreeMap<String, BTreeMap<String, String>> {
    slots.iter().map(|slot| (slot.name.clone(), slot.origins.iter().cloned().collect())).collect()
}

fn fallback(plan: &Plan) -> Box<RawValue> {
    RawValue::from_string(plan_format::to_json(plan)).expect("a plan is written as JSON")
}
