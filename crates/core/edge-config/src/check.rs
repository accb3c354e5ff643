use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use override_token::{Keys, PublicKey};
use path_pattern::PathPattern;
use plan_format::{Allow, Parameter, PrefixTemplate, Refresh, ReleaseDefaults, Slot};
use routing_core::{Answers, Crawlers, Embedding, Plan, Route, Rules};

use crate::config::{Config, MAX_COOKIE_AGE, ReleaseHeader};
use crate::error::ConfigError;
use crate::whole::within;
use crate::wire::{
    Wire, WireAllow, WireCookies, WireOverride, WireParameter, WireRefresh, WireRoute,
};
use crate::{names, origins};

/// Checks every value. `fallback` is the text of the fallback plan.
pub(crate) fn config(mut wire: Wire, fallback: Option<&str>) -> Result<Config, ConfigError> {
    let release_defaults = ReleaseDefaults {
        slots: origins::slots(std::mem::take(&mut wire.slots))?,
        prefix_template: prefix_template(&wire.prefix_template)?,
    };
    let refresh = refresh(&wire.refresh)?;
    let cookie_max_age = cookie_max_age(&wire.cookies)?;
    let config = Config {
        name: names::name("name", std::mem::take(&mut wire.name))?,
        distribution_id: distribution(wire.distribution_id.take())?,
        bucket: bucket(wire.bucket.take())?,
        refresh,
        cookie_max_age,
        keys: keys(&wire.override_)?,
        allow: allow(std::mem::take(&mut wire.allow), &release_defaults)?,
        release_header: if wire.release_header { ReleaseHeader::On } else { ReleaseHeader::Off },
        observe: std::mem::take(&mut wire.observe).check()?,
        fallback: fallback.map(|text| plan(text, &release_defaults)).transpose()?,
        parameter: parameter(&wire.parameter)?,
        rules: Rules { cookies_live: cookies_live(cookie_max_age, refresh), ..rules(wire)? },
        release_defaults,
    };
    origins::check_routes(&config.rules.routes, &config.release_defaults.slots)?;
    if let Some(fallback) = &config.fallback {
        config.allow.check(fallback).map_err(|error| {
            ConfigError::value(format!("fallback.{}", error.field), error.problem)
        })?;
    }
    Ok(config)
}

fn distribution(id: Option<String>) -> Result<Option<String>, ConfigError> {
    id.map(|id| names::distribution("distribution_id", id)).transpose()
}

fn bucket(name: Option<String>) -> Result<Option<String>, ConfigError> {
    name.map(|name| names::bucket("bucket", name)).transpose()
}

fn parameter(wire: &WireParameter) -> Result<Parameter, ConfigError> {
    let name = names::parameter("parameter.name", wire.name.clone())?;
    let home_region = names::region("parameter.home_region", wire.home_region.clone())?;
    let mut replica_regions: Vec<String> = Vec::new();
    for (index, text) in wire.replica_regions.iter().enumerate() {
        let key = format!("parameter.replica_regions[{index}]");
        let region = names::region(&key, text.clone())?;
        if region == home_region || replica_regions.contains(&region) {
            let problem =
                format!("duplicate `{region}`: each must be named once, and not the home Region");
            return Err(ConfigError::value(key, problem));
        }
        replica_regions.push(region);
    }
    Ok(Parameter { name, home_region, replica_regions })
}

fn refresh(wire: &WireRefresh) -> Result<Refresh, ConfigError> {
    let soft = within("refresh.soft_ttl_seconds", wire.soft_ttl_seconds, 1, 3600)?;
    let hard = within("refresh.hard_ttl_seconds", wire.hard_ttl_seconds, 2, 86_400)?;
    // During init, which Lambda ends after 10 s, a function waits for up to three budgets.
    let budget = within("refresh.budget_milliseconds", wire.budget_milliseconds, 50, 3000)?;
    if hard <= soft {
        let problem =
            format!("{hard} is not above the soft TTL: allowed are {} to 86400", soft + 1);
        return Err(ConfigError::value("refresh.hard_ttl_seconds", problem));
    }
    Ok(Refresh {
        soft_ttl: Duration::from_secs(soft.into()),
        hard_ttl: Duration::from_secs(hard.into()),
        budget: Duration::from_millis(budget.into()),
    })
}

fn cookie_max_age(wire: &WireCookies) -> Result<u32, ConfigError> {
    within("cookies.max_age_seconds", wire.max_age_seconds, 0, MAX_COOKIE_AGE)
}

/// How long viewers may hold a cookie of a release after it has lost its traffic. Until the hard TTL,
/// an edge location may still set the cookie.
fn cookies_live(max_age: u32, refresh: Refresh) -> Duration {
    // A browser that is never closed keeps a session cookie. The longest age stands in for its age.
    let age = if max_age == 0 { MAX_COOKIE_AGE } else { max_age };
    refresh.hard_ttl + Duration::from_secs(age.into())
}

fn keys(wire: &WireOverride) -> Result<Keys, ConfigError> {
    let key = |(index, text): (usize, &String)| {
        PublicKey::parse(text).map_err(|error| {
            ConfigError::value(format!("override.public_keys[{index}]"), error.to_string())
        })
    };
    let keys = wire.public_keys.iter().enumerate().map(key).collect::<Result<_, _>>()?;
    let days = within("override.max_days", wire.max_days, 1, 3650)?;
    let keys = Keys::try_new(keys)
        .map_err(|error| ConfigError::value("override.public_keys", error.to_string()))?;
    Ok(keys.with_max_lifetime(Duration::from_secs(u64::from(days) * 86_400)))
}

fn prefix_template(text: &str) -> Result<PrefixTemplate, ConfigError> {
    PrefixTemplate::parse(text)
        .map_err(|error| ConfigError::value("prefix_template", error.to_string()))
}

fn plan(text: &str, defaults: &ReleaseDefaults) -> Result<Plan, ConfigError> {
    plan_format::parse_any_size(text, defaults)
        .map_err(|error| ConfigError::value("fallback", error.to_string()))
}

/// The limits for every plan. By default these are the domains of the slots, if there are any, and the
/// prefixes of the template.
fn allow(wire: WireAllow, defaults: &ReleaseDefaults) -> Result<Allow, ConfigError> {
    let ReleaseDefaults { prefix_template, slots } = defaults;
    let of_slots = || {
        let domains = slots.iter().flat_map(|Slot { origins, .. }| origins);
        let domains: Vec<String> = domains.map(|(_, domain)| domain.clone()).collect();
        (!domains.is_empty()).then_some(domains)
    };
    let domain = |key: &str, text: String| origins::check_domain(key, &text).map(|()| text);
    let domains = match wire.domains {
        Some(domains) => Some(each("allow.domains", domains, domain)?),
        None => of_slots(),
    };
    let prefixes = wire
        .prefixes
        .map(|texts| each("allow.prefixes", texts, |key, text| pattern(key, &text)))
        .transpose()?;
    Ok(Allow { domains, prefixes, template: Some(prefix_template.clone()) })
}

fn rules(wire: Wire) -> Result<Rules, ConfigError> {
    let defaults = Rules::default();
    let embedding =
        if wire.cookies.partitioned { Embedding::Anywhere } else { Embedding::SameSite };
    let (release_cookie, override_cookie) = cookie_names(wire.cookies)?;
    let documents = wire.documents;
    let exclude = each("documents.exclude", documents.exclude, |key, text| pattern(key, &text))?;
    let file_types = each("documents.file_types", documents.file_types, names::file_type)?;
    let crawlers = each("crawlers", wire.crawlers, names::crawler)?;
    let not_found = documents.not_found.map(|name| names::object("documents.not_found", name));
    Ok(Rules {
        decide_at: wire.decide_at.into(),
        release_cookie: release_cookie.into(),
        override_cookie: override_cookie.into(),
        layout: documents.layout.into(),
        index_document: names::object("documents.index", documents.index)?,
        indexes: indexes(documents.indexes)?,
        not_found: not_found.transpose()?,
        file_types: added(defaults.file_types, file_types),
        exclude: added(defaults.exclude, exclude),
        routes: each("routes", wire.routes, route)?,
        crawlers: Crawlers::new(added(defaults.crawlers.marks().to_vec(), crawlers)),
        override_policy: wire.override_.policy.into(),
        embedding,
        ..defaults
    })
}

/// The defaults, then the additions of the file.
fn added<T: PartialEq>(mut defaults: Vec<T>, more: Vec<T>) -> Vec<T> {
    for one in more {
        if !defaults.contains(&one) {
            defaults.push(one);
        }
    }
    defaults
}

/// The longest pattern comes first, because it is the most specific.
fn indexes(wire: BTreeMap<String, String>) -> Result<Vec<(PathPattern, String)>, ConfigError> {
    let mut wire: Vec<(String, String)> = wire.into_iter().collect();
    wire.sort_by_key(|(paths, _)| Reverse(paths.len()));
    wire.into_iter().map(index).collect()
}

fn index((paths, document): (String, String)) -> Result<(PathPattern, String), ConfigError> {
    let key = format!("documents.indexes.\"{paths}\"");
    Ok((pattern(&key, &paths)?, names::object(&key, document)?))
}

fn cookie_names(wire: WireCookies) -> Result<(String, String), ConfigError> {
    let release = names::cookie("cookies.release", wire.release)?;
    let override_ = names::cookie("cookies.override", wire.override_)?;
    if release == override_ {
        let problem =
            format!("`{override_}` is the name of the release cookie too: the names differ");
        return Err(ConfigError::value("cookies.override", problem));
    }
    Ok((release, override_))
}

fn route(key: &str, wire: WireRoute) -> Result<Route, ConfigError> {
    let pattern = pattern(&format!("{key}.path"), &wire.path)?;
    let answers = if wire.pages { Answers::Pages } else { Answers::Data };
    Ok(Route { pattern, origin: names::name(&format!("{key}.origin"), wire.origin)?, answers })
}

fn pattern(key: &str, text: &str) -> Result<PathPattern, ConfigError> {
    PathPattern::parse(text).map_err(|error| ConfigError::value(key, error.to_string()))
}

fn each<T, U>(
    key: &str,
    items: Vec<T>,
    check: impl Fn(&str, T) -> Result<U, ConfigError>,
) -> Result<Vec<U>, ConfigError> {
    let checked = |(index, item)| check(&format!("{key}[{index}]"), item);
    items.into_iter().enumerate().map(checked).collect()
}
