//! Planted mistakes in load balancers and records that follow the plan.

use std::collections::BTreeSet;

use doctor::{Check, Finding, Outcome, Report, Severity, Source, examine};
use serde_json::{Value, json};

use crate::mistakes::Mistake;
use crate::snapshots::{Change, followers, snapshot};
use Change::{Configure, NotAsked, Refused, Remove, Set};

macro_rules! arn {
    ($folder:literal, $rest:literal) => {
        concat!($folder, "/arn_aws_elasticloadbalancing_eu-central-1_123456789012_", $rest)
    };
}

const RULE: &str = arn!(
    "listener-rules",
    "listener-rule_app_shop_50dc6c495c0c9188_f2f7dc8efc522ab2_9683b2d02a6cabee"
);
const LISTENER: &str = arn!("listeners", "listener_app_admin_6d0ecf831eec9f09_8a2d6bc24d8a067b");
const BLUE: &str = arn!("target-groups", "targetgroup_shop-blue_73e2d6bc24d8a067");
const GREEN: &str = arn!("target-groups", "targetgroup_shop-green_09966783158cda59");
const BLUE_ATTRIBUTES: &str =
    arn!("target-group-attributes", "targetgroup_shop-blue_73e2d6bc24d8a067");
const ADMIN_ATTRIBUTES: &str =
    arn!("target-group-attributes", "targetgroup_admin-blue_1e2d6bc24d8a0671");
const BLUE_HEALTH: &str = arn!("target-health", "targetgroup_shop-blue_73e2d6bc24d8a067");
const IDLE: &str = arn!("load-balancer-attributes", "loadbalancer_app_shop_50dc6c495c0c9188");
const DNS: &str = "records/Z0123456789ABCDEFGHIJ-api.example.com-CNAME";
const ALIAS: &str = "records/Z0123456789ABCDEFGHIJ-www.example.com-A";
const PLAN: &str = "plans/eu-central-1";
const HISTORY: &str = "plan-histories/eu-central-1";

const FORWARD: &str = "/Rules/0/Actions/0/ForwardConfig";
const WEIGHT: &str = "/Rules/0/Actions/0/ForwardConfig/TargetGroups/0/Weight";

fn one(name: &'static str, change: Change, check: &'static str) -> Mistake {
    Mistake { name, changes: vec![change], check }
}

/// Everybody on one release, in other slots than those of the fixture.
fn plan(slot: &str) -> Value {
    json!(
        json!({
            "schema": 1, "revision": 18, "releases": { "41ab03d": { "slot": slot } }, "rollout": "r13",
            "stages": [{ "from": "2026-11-27T09:00:00Z", "weights": [["41ab03d", 100]] }],
        })
        .to_string()
    )
}

pub(crate) fn mistakes() -> Vec<Mistake> {
    let shares = "follower-shares";
    vec![
        one("a rule that is gone", Refused(RULE, "RuleNotFound: none"), "follower-action"),
        one("a listener that is gone", Refused(LISTENER, "ListenerNotFound"), "follower-action"),
        one("no rule in the answer", Set(RULE, "/Rules", json!([])), "follower-action"),
        one(
            "a rule that redirects",
            Set(RULE, "/Rules/0/Actions/0/Type", json!("redirect")),
            "follower-action",
        ),
        Mistake {
            name: "a target group that is gone",
            changes: vec![
                Refused(GREEN, "TargetGroupNotFound: one or more"),
                Configure("deregistration_delay_seconds = 120\n", ""),
            ],
            check: "follower-targets",
        },
        one(
            "a target group of another load balancer",
            Set(
                BLUE,
                "/TargetGroups/0/LoadBalancerArns",
                json!([
                    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/old/1"
                ]),
            ),
            "follower-targets",
        ),
        one(
            "no target",
            Set(BLUE_HEALTH, "/TargetHealthDescriptions", json!([])),
            "follower-targets",
        ),
        one(
            "no healthy target",
            Set(BLUE_HEALTH, "/TargetHealthDescriptions/0/TargetHealth/State", json!("draining")),
            "follower-targets",
        ),
        one(
            "half a day of group stickiness",
            Set(
                LISTENER,
                "/Listeners/0/DefaultActions/0/ForwardConfig/TargetGroupStickinessConfig",
                json!({ "Enabled": true, "DurationSeconds": 43200 }),
            ),
            "follower-stickiness",
        ),
        one(
            "stickiness of a target group, and none of the groups",
            Set(ADMIN_ATTRIBUTES, "/Attributes/1/Value", json!("true")),
            "follower-stickiness",
        ),
        one(
            "a delay that is shorter than a request",
            Set(ADMIN_ATTRIBUTES, "/Attributes/0/Value", json!("30")),
            "follower-draining",
        ),
        one(
            "requests that are longer than the delay",
            Set(IDLE, "/Attributes/0/Value", json!("600")),
            "follower-draining",
        ),
        one("a hosted zone that is gone", Refused(DNS, "NoSuchHostedZone"), "follower-records"),
        one("a record that is gone", Remove(DNS, "/ResourceRecordSets/1"), "follower-records"),
        one("a record by latency", Remove(DNS, "/ResourceRecordSets/1/Weight"), "follower-records"),
        one(
            "a third record with weight",
            Set(
                DNS,
                "/ResourceRecordSets/-",
                json!({ "Name": "api.example.com.", "Type": "CNAME", "SetIdentifier": "old", "Weight": 1, "TTL": 60 }),
            ),
            "follower-records",
        ),
        Mistake {
            name: "two TTLs",
            changes: vec![
                Configure("ttl_seconds = 60\n", ""),
                Set(DNS, "/ResourceRecordSets/1/TTL", json!(50)),
            ],
            check: "follower-records",
        },
        one(
            "a TTL for aliases",
            Configure("type = \"A\"\n", "type = \"A\"\nttl_seconds = 60\n"),
            "follower-records",
        ),
        Mistake {
            name: "a TTL of five minutes",
            changes: vec![
                Configure("ttl_seconds = 60\n", ""),
                Set(DNS, "/ResourceRecordSets/0/TTL", json!(300)),
                Set(DNS, "/ResourceRecordSets/1/TTL", json!(300)),
            ],
            check: "follower-records",
        },
        one(
            "an alias whatever its target does",
            Set(ALIAS, "/ResourceRecordSets/0/AliasTarget/EvaluateTargetHealth", json!(false)),
            "follower-records",
        ),
        one("shares that the plan never had", Set(RULE, WEIGHT, json!(30)), shares),
        one("shares of an earlier version", Set(RULE, WEIGHT, json!(10)), shares),
        one(
            "records that somebody changed",
            Set(DNS, "/ResourceRecordSets/0/Weight", json!(7)),
            shares,
        ),
        one(
            "another stickiness than the configuration's",
            Set(
                RULE,
                &*format!("{FORWARD}/TargetGroupStickinessConfig").leak(),
                json!({ "Enabled": false }),
            ),
            shares,
        ),
        one(
            "another delay than the configuration's",
            Set(BLUE_ATTRIBUTES, "/Attributes/0/Value", json!("300")),
            shares,
        ),
        one(
            "a target group of others with weight",
            Set(
                RULE,
                &*format!("{FORWARD}/TargetGroups/-").leak(),
                json!({ "TargetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/old/1", "Weight": 1 }),
            ),
            shares,
        ),
        one("a slot without a target group", Set(PLAN, "/Parameter/Value", plan("red")), shares),
        one("a release without a slot", Set(PLAN, "/Parameter/Value", json!("41ab03d")), shares),
        one("no plan for followers", Refused(PLAN, "ParameterNotFound"), "plan"),
    ]
}

fn ids(report: &Report) -> Vec<&'static str> {
    report.not_checked.iter().map(|one| one.check.about().id).collect()
}

fn the_finding(changes: &[Change]) -> Finding {
    let mut findings = examine(&followers(changes)).findings;
    assert_eq!(findings.len(), 1, "{findings:#?}");
    findings.remove(0)
}

/// A project without a distribution has the checks of its followers and of its plan.
#[test]
fn the_good_followers_are_sound() {
    let report = examine(&followers(&[]));
    assert_eq!((&*report.findings, &*report.not_checked), (&[][..], &[][..]));
    let sound: Vec<&str> = report.sound.iter().map(|check| check.about().id).collect();
    let expected = [
        "plan",
        "follower-action",
        "follower-targets",
        "follower-stickiness",
        "follower-draining",
        "follower-records",
        "follower-shares",
    ];
    assert_eq!(sound, expected);
    assert_eq!((report.checks, report.outcome()), (expected.len(), Outcome::Sound));
}

#[test]
fn a_project_without_followers_has_no_checks_of_them() {
    let report = examine(&snapshot(&[]));
    let is_of_follower = |check: &Check| check.about().id.starts_with("follower-");
    assert!(!report.sound.iter().any(is_of_follower));
}

/// Each answer, refused: some check says so, and nothing that needs it is sound.
#[test]
fn an_answer_that_is_refused_or_missing_is_never_sound() {
    let drifted = Set(RULE, WEIGHT, json!(10));
    let whole = followers(std::slice::from_ref(&drifted));
    let files: Vec<&'static str> = whole
        .reads()
        .filter(|(source, _)| !matches!(source, Source::Identity | Source::Distribution))
        .map(|(source, _)| &*source.file().leak())
        .collect();
    assert!(files.len() > 18 && files.contains(&HISTORY), "{files:?}");
    for file in files {
        for change in [Refused(file, "AccessDenied: not authorized"), NotAsked(file)] {
            let report = examine(&followers(&[drifted.clone(), change]));
            // The finding of the other follower's drift stays, if its answers are there.
            assert!(report.findings.iter().all(|one| one.check.about().id == "follower-shares"));
            let is_named = report.not_checked.iter().any(|one| one.source.file() == file);
            assert!(is_named, "{file}: {report:#?}");
            assert_ne!(report.outcome(), Outcome::Sound, "{file}");
            let open = ids(&report);
            assert!(report.sound.iter().all(|check| !open.contains(&check.about().id)), "{file}");
        }
    }
}

/// The checks that need an answer which names further ones are not sound without it.
#[test]
fn a_refused_answer_leaves_open_whatever_depends_on_it() {
    let refused = |file| examine(&followers(&[Refused(file, "AccessDenied: not authorized")]));
    let rest = ["follower-stickiness", "follower-draining", "follower-shares"];
    assert_eq!(ids(&refused(RULE)), [&["follower-action"][..], &rest].concat());
    // The stickiness of groups is on: ELB demands nothing of them.
    assert_eq!(ids(&refused(BLUE)), ["follower-targets", "follower-draining", "follower-shares"]);
    let admin = arn!("target-groups", "targetgroup_admin-blue_1e2d6bc24d8a0671");
    assert_eq!(
        ids(&refused(admin)),
        ["follower-targets", "follower-stickiness", "follower-draining"]
    );
    let report = examine(&followers(&[Set(IDLE, "/Attributes", json!([]))]));
    assert_eq!(ids(&report), ["follower-draining"]);
}

#[test]
fn an_error_is_for_viewers_of_now_and_a_warning_for_those_of_later() {
    let no_targets = |file: &'static str| Set(file, "/TargetHealthDescriptions", json!([]));
    let now = the_finding(&[no_targets(BLUE_HEALTH)]);
    assert_eq!(now.severity, Severity::Error);
    // Nobody is on green before the second stage.
    let early = Set("moment", "/Now", json!("2026-11-25T00:00:00Z"));
    let green = arn!("target-health", "targetgroup_shop-green_09966783158cda59");
    let findings = examine(&followers(&[early, no_targets(green)])).findings;
    let later = findings.iter().find(|one| one.check.about().id == "follower-targets").unwrap();
    assert_eq!(later.severity, Severity::Warning);
    assert!(later.consequence.contains("after a promote or a rollback"), "{}", later.consequence);
}

/// ELB does not check targets that no listener uses: their health is not known.
#[test]
fn the_health_of_an_unused_target_group_is_not_checked() {
    let unused = json!({ "State": "unused", "Reason": "Target.NotInUse" });
    let report = examine(&followers(&[
        Set(BLUE_HEALTH, "/TargetHealthDescriptions/0/TargetHealth", unused.clone()),
        Set(BLUE_HEALTH, "/TargetHealthDescriptions/1/TargetHealth", unused),
    ]));
    assert_eq!((&*report.findings, ids(&report)), (&[][..], vec!["follower-targets"]));
    let lambda = json!([{ "Target": { "Id": "arn" }, "TargetHealth": { "State": "unavailable" } }]);
    let report = examine(&followers(&[Set(BLUE_HEALTH, "/TargetHealthDescriptions", lambda)]));
    assert_eq!(report.findings, []);
}

/// A stage that has not begun yet, or an earlier version: a command was late. Anything else is somebody's change.
#[test]
fn a_late_command_is_told_from_a_foreign_change() {
    let words = |weight: u32| the_finding(&[Set(RULE, WEIGHT, json!(weight))]);
    let late = words(10);
    assert!(late.consequence.contains("`api` is behind the plan"), "{}", late.consequence);
    assert_eq!(late.command, "edgeswitch follow api");
    let foreign = words(30);
    assert!(foreign.consequence.contains("somebody else has changed"), "{}", foreign.consequence);
    assert_eq!(foreign.command, "edgeswitch follow api --force");
    // The history is asked for only if it matters.
    let asked = |changes: &[Change]| {
        followers(changes).reads().any(|(source, _)| matches!(source, Source::PlanHistory(_)))
    };
    assert!(!asked(&[]) && asked(&[Set(RULE, WEIGHT, json!(30))]));
}

#[test]
fn stickiness_is_given_in_requests() {
    let long = Configure("name = \"admin\"\n", "name = \"admin\"\nstickiness_seconds = 43200\n");
    let findings = examine(&followers(&[long])).findings;
    let finding =
        findings.iter().find(|one| one.check.about().id == "follower-stickiness").unwrap();
    assert!(finding.consequence.contains("43200 s of group stickiness"), "{finding:#?}");
    let parts: Vec<u32> = finding
        .consequence
        .split(" %")
        .filter_map(|text| text.rsplit(' ').next()?.parse().ok())
        .collect();
    let [long, short] = parts[..] else { panic!("{}", finding.consequence) };
    assert!(long > 30 && short < 10, "{long} {short}");
    // Five minutes are within the advice.
    for seconds in ["300", "\"off\""] {
        let set = format!("name = \"admin\"\nstickiness_seconds = {seconds}\n");
        let changes = [Configure("name = \"admin\"\n", set.leak())];
        let found: BTreeSet<&str> =
            examine(&followers(&changes)).findings.iter().map(|one| one.check.about().id).collect();
        assert!(!found.contains("follower-stickiness"), "{seconds}: {found:?}");
    }
}

/// With a distribution, CloudFront's timeout counts, not the load balancer's.
#[test]
fn the_longest_request_is_that_of_cloudfront_if_there_is_one() {
    let follower = |text: &'static str| {
        let mut whole = snapshot(&[]);
        whole.followers = followers(&[Configure("= 120", text)]).followers;
        let all = followers(&[Configure("= 120", text)]);
        for (source, read) in all.reads() {
            if whole.reads().all(|(known, _)| known != source) {
                whole.insert(source.clone(), read.clone());
            }
        }
        let report = examine(&whole);
        let is_of_draining = |one: &&Finding| one.check.about().id == "follower-draining";
        report.findings.iter().find(is_of_draining).map(|one| one.consequence.clone())
    };
    assert_eq!(follower("= 45"), None);
    let cut = follower("= 20").unwrap();
    assert!(cut.contains("20 s to finish") && cut.contains("CloudFront waits 30 s"), "{cut}");
}
