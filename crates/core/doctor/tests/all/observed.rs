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
