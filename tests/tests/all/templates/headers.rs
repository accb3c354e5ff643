//! The headers of the policies are those that the functions set and read. The fixtures say which these are, and
//! `events` runs the functions on them.

use std::collections::BTreeSet;

use edge_routing::{PREVIEW_HEADER, REASON_HEADER, RELEASE_HEADER, ROLE_HEADER, is_internal};
use serde_json::Value;

use super::template::{FUNCTIONS, SITE, list, template};
use crate::events::case::{Case, cases};

/// The headers that a policy lists. If a condition decides, the longer list.
fn listed(policy: &str) -> BTreeSet<String> {
    let template = template(FUNCTIONS);
    let properties = &template["Resources"][policy]["Properties"];
    let config = &properties["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"];
    let config = if config.is_null() { &properties["OriginRequestPolicyConfig"] } else { config };
    let headers = &config["HeadersConfig"];
    let headers = headers.pointer("/!If/1").unwrap_or(headers);
    list(&headers["Headers"]).into_iter().map(str::to_owned).collect()
}

/// The internal headers of all requests that `request` finds in the fixtures of a trigger.
fn seen(trigger: &str, request: impl Fn(&Case) -> Value) -> BTreeSet<String> {
    let of_trigger = |case: &Case| case.name.starts_with(&format!("{trigger}/"));
    let requests = cases().into_iter().filter(of_trigger).map(|case| request(&case));
    let names = requests.filter_map(|request| Some(request["headers"].as_object()?.clone()));
    names
        .flat_map(|headers| headers.into_iter().map(|(name, _)| name))
        .filter(|n| is_internal(n))
        .collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn policies_forward_exactly_the_headers_that_viewer_request_sets() {
    let set_by_viewer_request = seen("viewer-request", |case| case.expect["result"].clone());
    let key = listed("PagesCachePolicy");
    let forwarded = listed("PagesOriginRequestPolicy");
    assert_eq!(key, set(&[RELEASE_HEADER, PREVIEW_HEADER]));
    assert_eq!(forwarded, set(&[REASON_HEADER]));
    assert_eq!(&key | &forwarded, set_by_viewer_request);
    assert_eq!(listed("RoutesCachePolicy"), key);
}

/// CloudFront refuses an origin's custom header that a policy forwards too.
#[test]
fn the_role_is_the_only_header_that_origin_request_gets_from_the_origin() {
    let event = |case: &Case| case.event["Records"][0]["cf"]["request"].clone();
    let read_by_origin_request = seen("origin-request", event);
    let forwarded = &listed("PagesCachePolicy") | &listed("PagesOriginRequestPolicy");
    assert!(!forwarded.contains(ROLE_HEADER));
    let missing: Vec<_> = read_by_origin_request.difference(&forwarded).collect();
    assert!(missing.is_empty(), "origin-request reads {missing:?}");

    let template = template(SITE);
    let config = &template["Resources"]["Distribution"]["Properties"]["DistributionConfig"];
    let origins = config["Origins"].as_array().unwrap();
    let marked: Vec<_> =
        origins.iter().filter(|origin| !origin["OriginCustomHeaders"].is_null()).collect();
    let [second] = marked[..] else { panic!("{marked:?}") };
    let header = &second["OriginCustomHeaders"][0];
    assert_eq!(
        (header["HeaderName"].as_str(), header["HeaderValue"].as_str()),
        (Some(ROLE_HEADER), Some("fallback"))
    );
    let members = &config["OriginGroups"]["Items"][0]["Members"]["Items"];
    assert_eq!(members[1]["OriginId"], second["Id"]);
}
