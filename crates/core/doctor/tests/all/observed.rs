//! The access logs of a project with `[observe]`.

use std::collections::BTreeSet;

use doctor::{Outcome, examine};
use serde_json::{Value, json};

use crate::mistakes::{Mistake, whole};
use crate::snapshots::{Change, snapshot};
use Change::{Configure, NotAsked, Refused, Set};

const LABEL: Change = Configure("[parameter]", "[observe]\nlabel = true\n\n[parameter]");
const BEACON: Change = Configure("[parameter]", "[observe]\nbeacon = \"/_b\"\n\n[parameter]");
const NO_ROUTES: Change = Configure("[[routes]]\npath = \"/api/*\"\norigin = \"api\"\n", "");
const FIELDS: &str = "/deliveries/0/recordFields";

/// The gate reads a bucket, in which the latest log came six minutes after its hour.
const GATE: Change =
    Configure("[parameter]", "[gate]\nlogs = \"s3://shop-access-logs/cdn/\"\n\n[parameter]");
const DELIVERED: &str = "delivered-logs/shop-access-logs_cdn_";

/// The last log of a whole hour came then.
fn delivered(at: &str) -> Change {
    Set(DELIVERED, "/Contents/2/LastModified", json!(at))
}

fn no_delivery() -> Change {
    Set("deliveries", "/deliveries", json!([]))
}

fn legacy(cookies: bool) -> Change {
    let bucket = "shop-logs.s3.amazonaws.com";
    whole(
        "Logging",
        json!({"Enabled": true, "IncludeCookies": cookies, "Bucket": bucket, "Prefix": ""}),
    )
}

/// The delivery without some fields, and with others.
fn fields(without: &[&str], with: &[&str]) -> Change {
    let known = include_str!("../../../../../fixtures/doctor/good/deliveries.json");
    let known: Value = serde_json::from_str(known).unwrap();
    let kept = known.pointer(FIELDS).unwrap().as_array().unwrap().iter();
    let kept = kept.map(|name| name.as_str().unwrap()).filter(|name| !without.contains(name));
    let fields: Vec<&str> = kept.chain(with.iter().copied()).collect();
    Set("deliveries", FIELDS, json!(fields))
}

fn one(name: &'static str, change: Change, check: &'static str) -> Mistake {
    Mistake { name, changes: vec![LABEL, change], check }
}

pub(crate) fn mistakes() -> Vec<Mistake> {
    let other = json!(["arn:aws:cloudfront::123456789012:distribution/E1OTHER"]);
    let (logs, cookies) = ("access-logs", "access-log-cookies");
    vec![
        one("no access logs", no_delivery(), logs),
        one(
            "access logs of another distribution",
            Set("delivery-sources", "/deliverySources/0/resourceArns", other),
            logs,
        ),
        one(
            "other logs of the distribution",
            Set("delivery-sources", "/deliverySources/0/logType", json!("CONNECTION_LOGS")),
            logs,
        ),
        one("access logs without a field", fields(&["sc-content-type"], &[]), logs),
        one("access logs without an address", fields(&["c-ip", "cs-uri-query"], &[]), logs),
        one("access logs without a time", fields(&["time"], &[]), logs),
        Mistake {
            name: "cookies in access logs",
            changes: vec![LABEL, NO_ROUTES, fields(&[], &["cs(Cookie)"])],
            check: cookies,
        },
        Mistake {
            name: "access logs that come later than the gate expects",
            changes: vec![GATE, delivered("2026-11-27T09:10:00.001+00:00")],
            check: "log-lateness",
        },
        Mistake {
            name: "cookies in legacy access logs",
            changes: vec![LABEL, NO_ROUTES, no_delivery(), legacy(true)],
            check: cookies,
        },
    ]
}

#[test]
fn good_access_logs_are_sound() {
    let table = [
        ("the label", vec![LABEL]),
        ("the beacon", vec![BEACON]),
        ("legacy logs", vec![LABEL, no_delivery(), legacy(false)]),
        ("milliseconds", vec![LABEL, fields(&["date", "time"], &["timestamp(ms)"])]),
        ("cookies that name the release", vec![BEACON, fields(&[], &["cs(Cookie)"])]),
        ("cookies of API calls", vec![LABEL, fields(&[], &["cs(Cookie)"])]),
        (
            "cookies of legacy logs that are off",
            vec![LABEL, whole("Logging/IncludeCookies", json!(true))],
        ),
        ("without `[observe]`, no logs", vec![no_delivery()]),
    ];
    for (name, changes) in table {
        let report = examine(&snapshot(&changes));
        assert_eq!(report.findings, [], "{name}");
        assert_eq!(report.outcome(), Outcome::Sound, "{name}");
    }
}

#[test]
fn a_repair_keeps_the_fields_and_adds_those_that_are_missing() {
    let report = examine(&snapshot(&[LABEL, fields(&["c-ip", "sc-content-type"], &[])]));
    let [finding] = &report.findings[..] else { panic!("{report:?}") };
    assert!(finding.consequence.starts_with("the logs lack `c-ip`, `sc-content-type`: "));
    let (before, names) = finding.command.split_once(" --record-fields ").unwrap();
    assert!(before.ends_with("--id aB3dE5fG7hI9"), "{before}");
    assert!(names.starts_with("date time ") && names.ends_with(" c-ip sc-content-type"), "{names}");
    assert!(names.contains("'cs(User-Agent)'"), "{names}");
}

#[test]
fn deliveries_that_are_not_known_are_not_sound() {
    let checks = BTreeSet::from(["access-logs", "access-log-cookies"]);
    for file in ["deliveries", "delivery-sources"] {
        let refused = Refused(file, "An error occurred (AccessDenied): not authorized");
        for (change, outcome) in
            [(refused, Outcome::CouldNotLook), (NotAsked(file), Outcome::Sound)]
        {
            let report = examine(&snapshot(&[LABEL, change]));
            let named: BTreeSet<&str> =
                report.not_checked.iter().map(|one| one.check.about().id).collect();
            assert_eq!((report.outcome(), named), (outcome, checks.clone()), "{file}");
        }
    }
}

#[test]
fn the_lateness_of_logs_is_measured() {
    let lateness = Configure(
        "[parameter]",
        "[gate]\nlogs = \"s3://shop-access-logs/cdn/\"\nlateness_seconds = 300\n\n[parameter]",
    );
    let table = [
        ("six minutes", GATE, None, 6, false),
        ("ten minutes", GATE, Some("2026-11-27T09:10:00Z"), 10, false),
        ("more than ten", GATE, Some("2026-11-27T09:10:01Z"), 11, true),
        ("six minutes of five", lateness, None, 6, true),
        ("hours", GATE, Some("2026-11-27T11:30:00Z"), 150, true),
    ];
    for (name, gate, at, minutes, is_late) in table {
        let changes: Vec<Change> = [gate].into_iter().chain(at.map(delivered)).collect();
        let report = examine(&snapshot(&changes));
        let [measured] = &report.measured[..] else { panic!("{name}: {report:?}") };
        let expected =
            format!("the latest of 5 access logs came {minutes} minutes after the end of its hour");
        assert_eq!((measured.check.about().id, &measured.what), ("log-lateness", &expected));
        assert_eq!(!report.findings.is_empty(), is_late, "{name}: {report:?}");
        for finding in &report.findings {
            assert!(finding.command.ends_with(&format!(" --lateness {minutes}m")), "{finding:?}");
            assert!(finding.repair.contains(&format!("= {}`", minutes * 60)), "{finding:?}");
        }
    }
}

#[test]
fn logs_that_are_not_listed_or_tell_nothing_are_not_sound() {
    let denied = "An error occurred (AccessDenied): not authorized";
    let within = Set(
        DELIVERED,
        "/Contents",
        json!([
            {"Key": "cdn/E1.2026-11-27-08.4f0a91c2.gz", "LastModified": "2026-11-27T08:35:12+00:00"},
        ]),
    );
    let table = [
        (NotAsked(DELIVERED), Outcome::Sound),
        (Refused(DELIVERED, denied), Outcome::CouldNotLook),
        (Refused(DELIVERED, "NoSuchBucket: it is not there"), Outcome::CouldNotLook),
        (Set(DELIVERED, "/Contents", json!([])), Outcome::Sound),
        (within, Outcome::Sound),
    ];
    for (change, outcome) in table {
        let report = examine(&snapshot(&[GATE, change.clone()]));
        let named: Vec<&str> = report.not_checked.iter().map(|one| one.check.about().id).collect();
        assert_eq!((report.outcome(), named), (outcome, vec!["log-lateness"]), "{change:?}");
        assert_eq!(report.measured, [], "{change:?}");
    }
    let here = Configure("[parameter]", "[gate]\nlogs = \"logs/\"\n\n[parameter]");
    let report = examine(&snapshot(&[here]));
    assert_eq!((report.measured.len(), report.not_checked.len()), (0, 0), "no bucket");
}
