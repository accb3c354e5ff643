//! What CloudFormation makes of the guard's templates.

use std::collections::BTreeSet;

use http::Request;
use serde_json::Value;

use super::stack::{Stack, Texts, package};
use super::template::{GUARD, NOTIFY, list, template};
use crate::aws::account::shared;
use crate::aws::{HOME, REPLICA};

fn texts(pairs: &[(&str, &str)]) -> Texts {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// The actions that the role of the guard may take, of all its policies.
fn actions() -> BTreeSet<String> {
    let template = template(GUARD);
    let resources = template["Resources"].as_object().unwrap();
    let inline = resources["Role"]["Properties"]["Policies"].as_array().unwrap();
    let own = resources.values().filter(|one| one["Type"] == "AWS::IAM::Policy");
    let documents = inline.iter().map(|one| &one["PolicyDocument"]);
    let documents = documents.chain(own.map(|one| &one["Properties"]["PolicyDocument"]));
    let statements = documents.flat_map(|one| one["Statement"].as_array().unwrap());
    statements.flat_map(|one| list(&one["Action"]).into_iter().map(str::to_owned)).collect()
}

/// What a run calls. The control program's tests name these calls; a call without a right would be trouble.
#[test]
fn the_guard_may_do_what_a_run_calls_and_no_more() {
    let expected = [
        "cloudfront:CreateInvalidation",
        "cloudfront:GetInvalidation",
        "cloudfront:ListInvalidations",
        "cloudwatch:DescribeAlarms",
        "cloudwatch:ListAlarmMuteRules",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeRules",
        "elasticloadbalancing:DescribeTargetGroupAttributes",
        "elasticloadbalancing:ModifyListener",
        "elasticloadbalancing:ModifyRule",
        "elasticloadbalancing:ModifyTargetGroupAttributes",
        "events:PutEvents",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "route53:ChangeResourceRecordSets",
        "route53:ListResourceRecordSets",
        "s3:GetObject",
        "s3:ListBucket",
        "ssm:GetParameter",
        "ssm:GetParameterHistory",
        "ssm:PutParameter",
    ];
    assert_eq!(actions(), expected.iter().map(|one| (*one).to_owned()).collect());
}

/// A rule matches the events that the guard reads, and nothing else.
#[test]
fn the_rules_send_events_that_the_guard_knows() {
    let template = template(GUARD);
    let pattern = |name: &str| template["Resources"][name]["Properties"]["EventPattern"].clone();
    for (rule, source, detail_type) in [
        ("PlanChanges", "aws.ssm", "Parameter Store Change"),
        ("Alarms", "aws.cloudwatch", "CloudWatch Alarm State Change"),
        ("SentAlarms", "aws.cloudwatch", "CloudWatch Alarm State Change"),
    ] {
        let pattern = pattern(rule);
        assert_eq!(list(&pattern["source"]), [source], "{rule}");
        assert_eq!(list(&pattern["detail-type"]), [detail_type], "{rule}");
    }
    let changes = super::template::template(NOTIFY)["Resources"]["Changes"].clone();
    let pattern = &changes["Properties"]["EventPattern"];
    assert_eq!(list(&pattern["source"]), [guard_rules::SOURCE]);
    assert_eq!(list(&pattern["detail-type"]), [guard_rules::DETAIL_TYPE]);
}

#[test]
#[ignore = "needs `make setup`"]
fn the_guard_is_made_in_its_region_and_a_sender_in_the_other() {
    let account = shared();
    let put = |path: &str, body: Vec<u8>| {
        account.send(HOME, "s3", Request::put(path).body(body).unwrap()).unwrap();
    };
    let place = format!("<LocationConstraint>{HOME}</LocationConstraint>");
    let place = format!("<CreateBucketConfiguration>{place}</CreateBucketConfiguration>");
    put("/guard-packages", place.into_bytes());
    put("/guard-packages/guard.zip", package("guard"));
    let mut parameters = texts(&[
        ("Name", "night"),
        ("HomeRegion", HOME),
        ("PackageBucket", "guard-packages"),
        ("PlanParameter", "/night/plan"),
        ("PlanRegions", &format!("{HOME},{REPLICA}")),
        ("DistributionId", "E2QWRUHAPOMQZL"),
        ("AlarmPrefix", "night-"),
        ("LogsBucket", "night-access-logs"),
        ("LogsPrefix", "cdn/"),
        ("Memory", "1024"),
    ]);
    let stack = |region, name, template| Stack { account: account.clone(), region, name, template };
    let outputs = stack(HOME, "night-guard", GUARD).create(&parameters);
    assert_eq!(outputs["Guard"], "night-guard");
    let path = "/2015-03-31/functions/night-guard/configuration";
    let request = Request::get(path).body(String::new()).unwrap();
    let function: Value =
        serde_json::from_str(&account.send(HOME, "lambda", request).unwrap()).unwrap();
    assert_eq!(function["Runtime"], "provided.al2023");
    assert_eq!(function["Architectures"], serde_json::json!(["arm64"]));
    assert_eq!((&function["MemorySize"], &function["Timeout"]), (&1024.into(), &60.into()));
    parameters.insert("Part".to_owned(), "alarms".to_owned());
    let elsewhere = stack(REPLICA, "night-guard-alarms", GUARD).create(&parameters);
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
    // ministack has no API destinations, so there is no webhook.
    let notify = texts(&[
        ("Name", "night"),
        ("PlanParameter", "/night/plan"),
        ("Email", "team@shop.example"),
    ]);
    let outputs = stack(HOME, "night-notify", NOTIFY).create(&notify);
    assert!(outputs["Topic"].ends_with(":edgeswitch-night"), "{outputs:?}");
}
