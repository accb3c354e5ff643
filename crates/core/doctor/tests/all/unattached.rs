//! A distribution before `attach`: one finding says so. The others are of what `attach` refuses, or leaves as it is.

use doctor::{Outcome, Severity, examine};
use serde_json::json;

use crate::mistakes::{nothing_attached, page, whole};
use crate::snapshots::{Change, snapshot};

/// The ids of the findings besides that nothing is attached, once each.
fn besides(more: Vec<Change>) -> Vec<&'static str> {
    let changes = [nothing_attached(), more].concat();
    let report = examine(&snapshot(&changes));
    let first = &report.findings[0];
    assert_eq!((first.check.about().id, first.severity), ("attached", Severity::Warning));
    assert_eq!(first.command, "edgeswitch attach E2QWRUHAPOMQZL");
    let mut ids: Vec<&str> = report.findings[1..].iter().map(|one| one.check.about().id).collect();
    ids.dedup();
    ids
}

/// A site as it was before anybody knew edgeswitch: the console's defaults, no header in any key.
fn an_old_site() -> Vec<Change> {
    let key = "/CachePolicy/CachePolicyConfig/ParametersInCacheKeyAndForwardedToOrigin";
    let policy = "cache-policies/5c0a6a3e-0f0e-4a3e-9a6e-000000000001";
    vec![
        page("TargetOriginId", json!("bucket")),
        whole("OriginGroups", json!({"Quantity": 0})),
        Change::Remove("distribution", "/Distribution/DistributionConfig/CacheBehaviors/Items/0"),
        Change::Set(policy, "/CachePolicy/CachePolicyConfig/MinTTL", json!(1)),
        Change::Set(
            policy,
            &*format!("{key}/HeadersConfig").leak(),
            json!({"HeaderBehavior": "none"}),
        ),
        Change::Remove(
            "distribution",
            "/Distribution/DistributionConfig/DefaultCacheBehavior/OriginRequestPolicyId",
        ),
    ]
}

#[test]
fn the_consequences_of_missing_functions_are_not_reported() {
    assert_eq!(besides(an_old_site()), [""; 0]);
    let report = examine(&snapshot(&nothing_attached()));
    assert_eq!(report.outcome(), Outcome::Findings);
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.checks, report.sound.len() + 1, "{:?}", report.not_checked);
    let is_of_functions = |id: &str| ["triggers", "stamp-in-key", "role-trust"].contains(&id);
    assert!(!report.sound.iter().any(|check| is_of_functions(check.about().id)));
}

#[test]
fn whatever_attach_refuses_is_reported() {
    let refused = [
        (
            "a function of another purpose",
            "attached",
            vec![page(
                "LambdaFunctionAssociations",
                json!({"Quantity": 1, "Items": [{
                    "EventType": "viewer-request",
                    "LambdaFunctionARN": "arn:aws:lambda:us-east-1:123456789012:function:basic-auth:3",
                }]}),
            )],
        ),
        (
            "a CloudFront Function",
            "viewer-functions",
            vec![page(
                "FunctionAssociations",
                json!({"Quantity": 1, "Items": [{"FunctionARN": "arn:aws:cloudfront::1:function/f", "EventType": "viewer-request"}]}),
            )],
        ),
        (
            "a VPC origin",
            "vpc-origin",
            vec![whole("Origins/Items/2/VpcOriginConfig", json!({"VpcOriginId": "vo_1"}))],
        ),
        (
            "an origin group for outages",
            "origin-group",
            vec![whole("Origins/Items/1/CustomHeaders", json!({"Quantity": 0}))],
        ),
        (
            "methods of an API on the bucket",
            "origin-group",
            vec![page("AllowedMethods/Items/-", json!("POST"))],
        ),
        (
            "gRPC",
            "distribution",
            vec![whole("CacheBehaviors/Items/1/GrpcConfig/Enabled", json!(true))],
        ),
        (
            "settings from before policies",
            "legacy-cache-settings",
            vec![
                Change::Remove(
                    "distribution",
                    "/Distribution/DistributionConfig/DefaultCacheBehavior/CachePolicyId",
                ),
                Change::Remove(
                    "distribution",
                    "/Distribution/DistributionConfig/DefaultCacheBehavior/OriginRequestPolicyId",
                ),
                page("ForwardedValues", json!({"QueryString": false})),
            ],
        ),
        (
            "a continuous deployment",
            "continuous-deployment",
            vec![whole("ContinuousDeploymentPolicyId", json!("46f3e3a8"))],
        ),
        (
            "a route without a behaviour",
            "route-behaviors",
            vec![Change::Configure(
                "[slots.blue]",
                "[[routes]]\npath = \"/search/*\"\norigin = \"api\"\n\n[slots.blue]",
            )],
        ),
        ("a plan that is missing", "plan", vec![Change::Refused("plans/us-east-1", "NotFound")]),
    ];
    for (name, id, changes) in refused {
        assert_eq!(besides(changes), [id], "{name}");
    }
}

/// With functions of other names, three in one behaviour are those of edgeswitch.
#[test]
fn functions_with_names_of_their_own_are_attached() {
    let names = ["a", "b", "c"];
    let changes: Vec<Change> = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let arn = format!("arn:aws:lambda:us-east-1:123456789012:function:{name}:1");
            let path = format!("LambdaFunctionAssociations/Items/{index}/LambdaFunctionARN");
            page(path.leak(), json!(arn))
        })
        .collect();
    let report = examine(&snapshot(&changes));
    assert!(report.findings.iter().all(|one| one.check.about().id != "attached"));
}
