use std::collections::BTreeMap;

use edge_config::{Config, ReleaseHeader};
use routing_core::DecideAt;

use super::names::Names;
use super::zips::Zips;
use super::{Entry, template_name};
use crate::aws::Value;

/// The values of the template's parameters.
pub(crate) type Parameters = BTreeMap<&'static str, Value>;

/// The parameters that the configuration does not have. An update keeps their values.
const KEPT: [&str; 2] = ["Runtime", "LogRetentionDays"];

/// The parameters for packages that are in `bucket`. `before` are those of the stack, if there is one.
pub(crate) fn parameters(
    names: &Names,
    bucket: &str,
    zips: &Zips,
    runtime: Option<Entry>,
    before: &BTreeMap<String, String>,
) -> Parameters {
    let kept = KEPT.into_iter().filter(|key| before.contains_key(*key));
    let mut parameters: Parameters = kept.map(|key| (key, Value::Previous)).collect();
    let mut set = |key, value: &str| parameters.insert(key, Value::New(value.to_owned()));
    set("Name", names.name());
    set("PackagesBucket", bucket);
    for zip in &zips.zips {
        let (_, key, sha256) = template_name(zip.function);
        set(key, &zip.key());
        set(sha256, &zip.code_sha256());
    }
    let Config { parameter, rules, release_header, .. } = &zips.config;
    set("PlanParameter", &parameter.name);
    let regions = [&parameter.home_region].into_iter().chain(&parameter.replica_regions);
    set("PlanRegions", &regions.map(String::as_str).collect::<Vec<_>>().join(","));
    set(
        "DecideAt",
        match rules.decide_at {
            DecideAt::ViewerRequest => "viewer-request",
            DecideAt::OriginRequest => "origin-request",
        },
    );
    set(
        "ReleaseHeader",
        match release_header {
            ReleaseHeader::On => "true",
            ReleaseHeader::Off => "false",
        },
    );
    set("ReleaseCookie", rules.release_cookie.as_str());
    if let Some(runtime) = runtime {
        set("Runtime", runtime.as_str());
    }
    parameters
}

/// The values that the stack will have.
pub(crate) fn after(
    parameters: &Parameters,
    before: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let value = |(key, value): (&&'static str, &Value)| match value {
        Value::New(value) => Some(((*key).to_owned(), value.clone())),
        Value::Previous => Some(((*key).to_owned(), before.get(*key)?.clone())),
    };
    parameters.iter().filter_map(value).collect()
}
