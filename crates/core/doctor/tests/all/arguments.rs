//! The arguments of calls that a source does not name itself, and the secrets that no snapshot keeps.

use doctor::{Read, Snapshot, Source};
use serde_json::json;

use crate::snapshots::{Change, snapshot};

#[test]
fn a_role_must_be_allowed_to_read_the_plan_in_each_region() {
    let rights = snapshot(&[]).role_rights("shop-edge").unwrap();
    assert_eq!(rights.principal, "arn:aws:iam::123456789012:role/shop-edge");
    let calls: Vec<_> = rights.calls.iter().map(|one| (&*one.region, &*one.resource)).collect();
    let expected = [
        ("eu-central-1", "arn:aws:ssm:eu-central-1:123456789012:parameter/shop/plan"),
        ("us-east-1", "arn:aws:ssm:us-east-1:123456789012:parameter/shop/plan"),
    ];
    assert_eq!(calls, expected);
    assert!(rights.calls.iter().all(|one| one.actions == ["ssm:GetParameter"]));
    assert_eq!(snapshot(&[]).role_rights("another"), None);
}

#[test]
fn a_deployer_must_be_allowed_what_attaches_the_functions() {
    let rights = snapshot(&[]).caller_rights("arn:aws:iam::123456789012:user/alice").unwrap();
    let calls =
        rights.calls.iter().flat_map(|one| one.actions.iter().map(move |action| (action, one)));
    let text: String = calls.map(|(action, one)| format!("{action} {}\n", one.resource)).collect();
    let expected = "\
cloudfront:UpdateDistribution arn:aws:cloudfront::123456789012:distribution/E2QWRUHAPOMQZL
iam:CreateServiceLinkedRole arn:aws:iam::123456789012:role/aws-service-role/replicator.lambda.amazonaws.com/AWSServiceRoleForLambdaReplicator
iam:CreateServiceLinkedRole arn:aws:iam::123456789012:role/aws-service-role/logger.cloudfront.amazonaws.com/AWSServiceRoleForCloudFrontLogger
lambda:GetFunction arn:aws:lambda:us-east-1:123456789012:function:shop-viewer-request:7
lambda:EnableReplication arn:aws:lambda:us-east-1:123456789012:function:shop-viewer-request:7
lambda:DisableReplication arn:aws:lambda:us-east-1:123456789012:function:shop-viewer-request:7
lambda:GetFunction arn:aws:lambda:us-east-1:123456789012:function:shop-origin-request:5
lambda:EnableReplication arn:aws:lambda:us-east-1:123456789012:function:shop-origin-request:5
lambda:DisableReplication arn:aws:lambda:us-east-1:123456789012:function:shop-origin-request:5
lambda:GetFunction arn:aws:lambda:us-east-1:123456789012:function:shop-origin-response:4
lambda:EnableReplication arn:aws:lambda:us-east-1:123456789012:function:shop-origin-response:4
lambda:DisableReplication arn:aws:lambda:us-east-1:123456789012:function:shop-origin-response:4
";
    assert_eq!(text, expected);
}

#[test]
fn log_groups_and_ports_are_those_of_the_answers() {
    let port = "/Distribution/DistributionConfig/Origins/Items/2/CustomOriginConfig/HTTPSPort";
    let own = Change::Set(
        "functions/shop-viewer-request-7",
        "/LoggingConfig/LogGroup",
        json!("/edgeswitch/shop"),
    );
    let known = snapshot(&[own, Change::Set("distribution", port, json!(8443))]);
    let groups = known.log_groups();
    assert!(groups.contains(&"/edgeswitch/shop".into()), "{groups:?}");
    assert!(groups.contains(&"/aws/lambda/us-east-1.shop-viewer-request".into()), "{groups:?}");
    assert_eq!(known.https_port("blue-alb.example.com"), 8443);
    assert_eq!(known.https_port("elsewhere.example.com"), 443);
}

#[test]
fn the_distribution_is_the_one_that_was_asked_for() {
    let mut nothing = Snapshot::new(None);
    assert_eq!(nothing.distribution_id(), None);
    nothing.distribution_id = Some("E1".into());
    assert_eq!(nothing.distribution_id(), Some("E1"));
    assert_eq!(snapshot(&[]).distribution_id(), Some("E2QWRUHAPOMQZL"));
}

#[test]
fn secrets_are_removed_and_our_own_header_is_kept() {
    let headers = json!({ "Quantity": 2, "Items": [
        { "HeaderName": "X-BlueGreen-Role", "HeaderValue": "fallback" },
        { "HeaderName": "x-from-cloudfront", "HeaderValue": "secret" },
    ]});
    let origins = json!({ "Items": [{ "CustomHeaders": headers }, {}] });
    let config = json!({ "DefaultCacheBehavior": {}, "Origins": origins });
    for answer in [
        json!({ "DistributionConfig": config }),
        json!({ "Distribution": { "DistributionConfig": config } }),
    ] {
        let kept = inserted(Source::Distribution, answer);
        assert!(!kept.contains("secret") && kept.contains("REMOVED"), "{kept}");
        assert!(kept.contains("fallback"), "{kept}");
    }
    let function = Source::Function { name: "f".into(), version: "1".into() };
    let kept = inserted(function, json!({ "Environment": { "Variables": { "KEY": "secret" } } }));
    assert!(!kept.contains("secret") && kept.contains("KEY"), "{kept}");
}

fn inserted(source: Source, answer: serde_json::Value) -> String {
    let mut snapshot = Snapshot::new(None);
    snapshot.insert(source, Read::Known(answer));
    let text: String = snapshot.reads().map(|(_, read)| format!("{read:?}")).collect();
    text
}
