//! Every event of `fixtures/regional`, and what is none.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use guard_rules::{AlarmSeen, NotForTheGuard, Occurrence, concerns};

fn fixtures() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures/regional");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    files.map(read).collect()
}

/// An occurrence in one line.
fn line(parsed: &Result<Occurrence, NotForTheGuard>) -> String {
    match parsed {
        Ok(Occurrence::Alarms(alarms)) => {
            alarms.iter().map(alarm_line).collect::<Vec<_>>().join("; ")
        }
        Ok(other) => other.to_string(),
        Err(error) => format!("refused: {error}"),
    }
}

fn alarm_line(alarm: &AlarmSeen) -> String {
    let AlarmSeen { name, region, state, before, since, muted, .. } = alarm;
    let region = region.as_deref().unwrap_or("-");
    let before = before.map_or("-".into(), |before| format!("{before:?}"));
    let since = since.map_or("-".into(), |since| since.to_string());
    let muted = muted.as_ref().map_or(String::new(), |by| format!(", muted by {by}"));
    format!("{name} in {region}: {before} -> {state:?} at {since}{muted}")
}

#[test]
fn every_event_is_read_or_refused() {
    let expected: BTreeMap<&str, &str> = [
        (
            "docs-01-CloudWatch-Alarm-State-Change-ServerCpuTooHigh",
            "ServerCpuTooHigh in us-east-1: Ok -> Alarm at 2019-10-02T17:04:40.989Z, muted by \
             arn:aws:cloudwatch:us-east-1:1234567890:alarm-mute-rule:testMute",
        ),
        (
            "docs-02-CloudWatch-Alarm-State-Change-TotalNetworkTrafficTooHigh",
            "TotalNetworkTrafficTooHigh in us-east-1: InsufficientData -> Alarm at \
             2019-10-02T17:20:48.554Z, muted by \
             arn:aws:cloudwatch:us-east-1:1234567890:alarm-mute-rule:testMute",
        ),
        (
            "docs-04-CloudWatch-Alarm-State-Change-ServiceAggregatedAlarm",
            "ServiceAggregatedAlarm in us-east-1: Ok -> Alarm at 2022-07-22T15:57:45.394Z, muted \
             by arn:aws:cloudwatch:us-east-1:1234567890:alarm-mute-rule:testMute",
        ),
        (
            "docs-06-CloudWatch-Alarm-State-Change-DynamoDBInsightsAlarm",
            "DynamoDBInsightsAlarm in us-east-1: InsufficientData -> Alarm at \
             2025-12-01T13:42:04.919Z",
        ),
        ("example-eventbridge-schedule", "schedule"),
        ("parameter-store-change-create", "Create of `/scheduler/do-not-delete-manually/static`"),
        ("parameter-store-change-update", "Update of `foo`"),
        ("made-schedule", "schedule"),
        ("made-parameter-of-the-shop", "Update of `/shop/plan`"),
        ("made-release-change", "release change"),
        ("made-alarm-anomaly", "shop-5xx in us-east-1: Ok -> Alarm at 2026-11-22T10:05:30.123Z"),
        (
            "made-alarm-metric-of-a-day",
            "shop-5xx in us-east-1: Ok -> Alarm at 2026-11-22T10:05:30.123Z",
        ),
        ("made-alarm-ok", "shop-5xx in us-east-1: Alarm -> Ok at 2026-11-22T10:09:30Z"),
        ("made-alarm-still-on", "shop-5xx in us-east-1: Alarm -> Alarm at 2026-11-22T10:07:30Z"),
        (
            "made-alarm-muted",
            "shop-5xx in us-east-1: Ok -> Alarm at 2026-11-22T10:05:30.123Z, muted by \
             arn:aws:cloudwatch:us-east-1:123456789012:alarm-mute-rule:night",
        ),
        ("made-action-metric", "shop-5xx in us-east-1: Ok -> Alarm at 2026-11-22T10:05:30.123Z"),
        (
            "made-action-composite",
            "shop-5xx in us-east-1: Ok -> Alarm at 2026-11-22T10:05:30.123Z, muted by Alarm",
        ),
        ("made-topic-alarm", "shop-5xx in us-east-1: Ok -> Alarm at 2026-11-22T10:05:30.123Z"),
        ("made-topic-event", "shop-5xx in us-east-1: Ok -> Alarm at 2026-11-22T10:05:30.123Z"),
        (
            "made-topic-text",
            "refused: an event of SNS cannot be read: expected ident at line 1 column 2",
        ),
        (
            "made-alarm-contributor",
            "refused: the guard does not know `CloudWatch Alarm Contributor State Change` of \
             `aws.cloudwatch`: remove the rule that sends it",
        ),
        (
            "made-alarm-configuration",
            "refused: the guard does not know `CloudWatch Alarm Configuration Change` of \
             `aws.cloudwatch`: remove the rule that sends it",
        ),
        (
            "made-instance-state",
            "refused: the guard does not know `EC2 Instance State-change Notification` of \
             `aws.ec2`: remove the rule that sends it",
        ),
    ]
    .into_iter()
    .collect();
    let read: BTreeMap<String, String> = fixtures()
        .into_iter()
        .map(|(name, text)| (name, line(&Occurrence::parse(&text))))
        .collect();
    let read: BTreeMap<&str, &str> =
        read.iter().map(|(name, line)| (name.as_str(), line.as_str())).collect();
    assert_eq!(read, expected);
}

#[test]
fn what_is_no_event_is_refused() {
    let rows = [
        ("empty", "", "the payload is not JSON"),
        ("half", "{\"detail-type\":", "the payload is not JSON"),
        ("a number", "7", "neither `detail-type`"),
        ("null", "null", "neither `detail-type`"),
        ("an empty object", "{}", "neither `detail-type`"),
        ("a list", "[]", "neither `detail-type`"),
        ("no records", r#"{"Records":[]}"#, "it has no records"),
        ("records of another service", r#"{"Records":[{"s3":{}}]}"#, "cannot be read"),
        ("no detail", r#"{"detail-type":"Scheduled Event","source":"aws.events"}"#, "detail"),
        (
            "a state that is none",
            r#"{"alarmData":{"alarmName":"a","state":{"value":"ON"}}}"#,
            "`ON` is not a state of an alarm",
        ),
        (
            "a schedule that somebody imitates",
            r#"{"detail-type":"Scheduled Event","source":"shop","detail":{}}"#,
            "does not know `Scheduled Event` of `shop`",
        ),
    ];
    for (name, payload, problem) in rows {
        let error = Occurrence::parse(payload).expect_err(name).to_string();
        assert!(error.contains(problem), "{name}: {error}");
    }
}

#[test]
fn an_event_with_alarm_data_as_well_is_one_of_the_bus() {
    let both = r#"{"detail-type":"Scheduled Event","source":"aws.events","detail":{},"alarmData":{"alarmName":"","state":{"value":"ALARM"}}}"#;
    assert_eq!(Occurrence::parse(both), Ok(Occurrence::Tick));
}

#[test]
fn a_parameter_of_another_project_does_not_concern_the_guard() {
    let change =
        |name: &str| Occurrence::Parameter { name: name.into(), operation: "Update".into() };
    let rows = [
        ("the plan", "/shop/plan", true),
        ("without the first slash", "shop/plan", true),
        ("another project", "/blog/plan", false),
        ("the guard's own memory", "/shop/plan-guard", false),
    ];
    for (name, parameter, expected) in rows {
        assert_eq!(concerns(&change(parameter), "/shop/plan"), expected, "{name}");
    }
    assert!(concerns(&Occurrence::Tick, "/shop/plan"));
}
