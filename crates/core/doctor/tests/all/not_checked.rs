//! An answer that is not there is never sound.

use std::collections::BTreeSet;

use doctor::{Check, Outcome, Read, Report, Snapshot, Why, examine};
use serde_json::json;

use crate::snapshots::{Change, snapshot};

const DENIED: &str = "An error occurred (AccessDenied) when calling the operation: not authorized";

fn ids(report: &Report) -> BTreeSet<&'static str> {
    report.not_checked.iter().map(|one| one.check.about().id).collect()
}

/// Each answer of the good distribution, refused: some check says so, and the outcome is not sound.
#[test]
fn a_refused_read_is_never_sound() {
    let files: Vec<&'static str> =
        snapshot(&[]).reads().map(|(source, _)| &*source.file().leak()).collect();
    assert!(files.len() > 30, "{files:?}");
    for file in files.into_iter().filter(|file| *file != "identity") {
        let report = examine(&snapshot(&[Change::Refused(file, DENIED)]));
        assert_eq!(report.findings, [], "{file}");
        assert_eq!(report.outcome(), Outcome::CouldNotLook, "{file}");
        let is_named = |why: &Why| matches!(why, Why::Refused(message) if message == DENIED);
        assert!(
            report.not_checked.iter().any(|one| one.source.file() == file && is_named(&one.why))
        );
        assert!(
            ids(&report)
                .iter()
                .all(|id| { report.sound.iter().all(|check| check.about().id != *id) })
        );
    }
}

/// Each answer of the good distribution, "there is no such thing". A bucket without a default encryption is sound.
#[test]
fn a_thing_that_does_not_exist_is_never_sound() {
    let files: Vec<&'static str> =
        snapshot(&[]).reads().map(|(source, _)| &*source.file().leak()).collect();
    for file in files.into_iter().filter(|file| *file != "identity") {
        let report = examine(&snapshot(&[Change::Refused(file, "NoSuchEntity: not found")]));
        let is_sound = report.outcome() == Outcome::Sound;
        assert_eq!(is_sound, file.starts_with("bucket-encryptions/"), "{file}: {report:?}");
    }
}

#[test]
fn a_read_that_is_needed_and_absent_is_not_sound() {
    for file in
        ["roles/shop-edge", "functions/shop-origin-request-5", "bucket-policies/shop-releases"]
    {
        let report = examine(&snapshot(&[Change::NotAsked(file)]));
        assert_eq!(report.outcome(), Outcome::CouldNotLook, "{file}");
    }
}

#[test]
fn an_optional_read_may_be_absent_and_is_named() {
    for (file, check) in [
        ("certificates/blue-alb.example.com", "custom-origin"),
        ("addresses/blue-alb.example.com", "custom-origin"),
        ("role-rights/shop-edge", "plan-rights"),
        ("caller-rights", "deployer-rights"),
        ("pricing-plans", "flat-rate-plan"),
        ("custom-cache-policies", "policy-quota"),
        ("packages", "deployed-package"),
        ("objects/shop-releases_releases_41ab03d_index.html", "pages"),
        ("bucket-locations/shop-releases", "bucket-domain"),
        ("log-groups/sa-east-1", "logs"),
    ] {
        let report = examine(&snapshot(&[Change::NotAsked(file)]));
        assert_eq!(report.outcome(), Outcome::Sound, "{file}");
        assert_eq!(ids(&report), BTreeSet::from([check]), "{file}");
    }
}

/// An origin that lets only CloudFront in is no reason to fail.
#[test]
fn an_origin_that_is_out_of_reach_is_named() {
    let file = "certificates/blue-alb.example.com";
    let report = examine(&snapshot(&[Change::Refused(file, "out of reach: timed out")]));
    assert_eq!(report.outcome(), Outcome::Sound);
    let [one] = &report.not_checked[..] else { panic!("{report:?}") };
    assert_eq!(one.why, Why::OutOfReach("out of reach: timed out".into()));
}

/// Without the packages nobody knows what they hold: two checks need the same answer.
#[test]
fn packages_that_are_not_there_are_named() {
    let report = examine(&snapshot(&[Change::NotAsked("packaged-configuration")]));
    assert_eq!(report.outcome(), Outcome::Sound);
    assert_eq!(ids(&report), BTreeSet::from(["fallback", "packaged-configuration"]));
}

#[test]
fn without_the_distribution_nothing_is_checked() {
    for read in [
        Read::NotAsked,
        Read::from_error(DENIED),
        Read::from_error("An error occurred (NoSuchDistribution)"),
        Read::Known(json!({"DistributionConfig": {}})),
    ] {
        let mut snapshot = Snapshot::new(None);
        snapshot.insert(doctor::Source::Distribution, read);
        let report = examine(&snapshot);
        assert_eq!(report.outcome(), Outcome::CouldNotLook);
        assert_eq!(report.not_checked.len(), report.checks);
        assert!(report.checks > 35 && report.checks < Check::ALL.len());
        assert_eq!(report.sound, []);
    }
}

/// Whoever saves answers is told how, except for those that no single command prints.
#[test]
fn a_missing_answer_names_its_command() {
    let whole = snapshot(&[]);
    let by_hand: BTreeSet<String> = whole
        .reads()
        .filter(|(source, _)| whole.command(source).is_none())
        .map(|(source, _)| source.file())
        .collect();
    let expected = [
        "addresses/blue-alb.example.com",
        "caller-rights",
        "certificates/blue-alb.example.com",
        "packaged-configuration",
        "packages",
        "role-rights/shop-edge",
    ];
    assert_eq!(by_hand, expected.map(str::to_owned).into());
    let plan = whole.command(&doctor::Source::Plan("eu-central-1".into())).unwrap();
    assert_eq!(plan, "aws ssm get-parameter --region eu-central-1 --name /shop/plan --output json");
    let nothing = Snapshot::new(None).command(&doctor::Source::Distribution).unwrap();
    assert_eq!(nothing, "aws cloudfront get-distribution --id DISTRIBUTION_ID --output json");
}
