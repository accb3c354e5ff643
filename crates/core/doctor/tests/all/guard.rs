//! The guard: gone, in trouble, or with another configuration.

use doctor::{Outcome, Read, Report, Severity, Snapshot, Source, examine};
use guard_rules::Memory;
use serde_json::{Value, json};

use crate::mistakes::Mistake;
use crate::snapshots::{Change, followers};

const PLAN: &str = "plans/eu-central-1";
const FINGERPRINT: &str = "0123456789abcdef";

/// The time of the answers is 10:00:00.
fn note(ran: &str) -> Memory {
    let ran = format!("2026-11-27T{ran}Z");
    Memory { ran, configuration: Some(FINGERPRINT.into()), ..Memory::default() }
}

/// A plan with a ramp of 9f2c1e7. The guard holds it until 10:12:00.
fn ramp() -> Value {
    let plan = json!({
        "schema": 1, "revision": 18, "rollout": "r12",
        "releases": { "41ab03d": { "slot": "blue" }, "9f2c1e7": { "slot": "green" } },
        "stages": [
            { "from": "2026-11-22T09:00:00Z", "weights": [["41ab03d", 100]] },
            { "from": "2026-11-27T09:00:00Z", "weights": [["41ab03d", 90], ["9f2c1e7", 10]] },
        ],
        "lease": { "until": "2026-11-27T10:12:00Z", "else": 0,
            "guard": { "seconds": 645, "alarms": ["shop-5xx"], "then": "promote" } },
    });
    json!(plan.to_string())
}

fn snapshot(note: Read, changes: &[Change]) -> Snapshot {
    let mut snapshot = followers(changes);
    snapshot.fingerprint = Some(FINGERPRINT.into());
    assert_eq!(snapshot.wanted(), [Source::GuardNote]);
    snapshot.insert(Source::GuardNote, note);
    assert_eq!(snapshot.wanted(), [], "the time is known");
    snapshot
}

fn known(memory: &Memory) -> Read {
    Read::Known(json!({ "Parameter": { "Value": memory.text() } }))
}

fn report(memory: &Memory, changes: &[Change]) -> Report {
    examine(&snapshot(known(memory), changes))
}

/// Planted mistakes, each with its snapshot.
pub(crate) fn mistakes() -> Vec<(Mistake, Snapshot)> {
    let trouble = Memory { trouble: vec!["AccessDenied".into()], ..note("09:59:30") };
    let other = Memory { configuration: Some("fedcba9876543210".into()), ..note("09:59:30") };
    let rows = [
        ("a guard that has stopped", known(&note("09:54:59"))),
        ("a guard that never ran", Read::from_error("ParameterNotFound")),
        ("a guard with trouble", known(&trouble)),
        ("a guard with another configuration", known(&other)),
    ];
    let planted = |(name, note)| {
        let changes = ramping().to_vec();
        let snapshot = snapshot(note, &changes);
        (Mistake { name, changes, check: "guard" }, snapshot)
    };
    rows.into_iter().map(planted).collect()
}

/// The severity and the consequence of each finding.
fn findings(report: &Report) -> Vec<(Severity, &str)> {
    let of_guard = report.findings.iter().filter(|one| one.check.about().id == "guard");
    of_guard.map(|one| (one.severity, one.consequence.as_str())).collect()
}

fn ramping() -> [Change; 1] {
    [Change::Set(PLAN, "/Parameter/Value", ramp())]
}

#[test]
fn a_guard_that_runs_is_sound() {
    for changes in [&ramping()[..], &[]] {
        let report = report(&note("09:55:00"), changes);
        assert_eq!((report.outcome(), report.checks), (Outcome::Sound, 8), "{report:#?}");
    }
}

#[test]
fn a_ramp_whose_guard_is_gone_is_an_error() {
    let gone = report(&note("09:54:59"), &ramping());
    let words = "the guard ran at 09:54:59 UTC, and not since then, but the ramp of 9f2c1e7 is left to it: nobody \
                 watches the alarms, and viewers get the previous release at 10:12:00 UTC";
    assert_eq!(findings(&gone), [(Severity::Error, words)]);
    assert_eq!(gone.findings[0].command, "edgeswitch ramp --resume");
    let missing = examine(&snapshot(Read::from_error("ParameterNotFound"), &ramping()));
    let words = "no guard has run for this plan, but the ramp of 9f2c1e7 is left to it: nobody watches the alarms, \
                 and viewers get the previous release at 10:12:00 UTC";
    assert_eq!(findings(&missing), [(Severity::Error, words)]);
}

/// A note of last week, or none, and no ramp: nobody uses a guard.
#[test]
fn a_project_without_a_guard_is_left_alone() {
    let old = Memory { trouble: vec!["AccessDenied".into()], ..note("01:00:00") };
    assert_eq!(report(&old, &[]).outcome(), Outcome::Sound);
    let missing = examine(&snapshot(Read::from_error("ParameterNotFound"), &[]));
    assert_eq!((missing.outcome(), missing.checks), (Outcome::Sound, 7));
    let not_asked = examine(&snapshot(Read::NotAsked, &ramping()));
    assert_eq!((not_asked.outcome(), not_asked.checks), (Outcome::Sound, 7));
}

#[test]
fn trouble_and_another_configuration_are_warnings() {
    let trouble = vec!["read alarms in `us-east-1`: AccessDenied".into(), "two".into()];
    let configuration = Some("fedcba9876543210".into());
    let both = report(&Memory { trouble, configuration, ..note("09:59:30") }, &ramping());
    let expected = [
        (
            Severity::Warning,
            "the last run of the guard had trouble: read alarms in `us-east-1`: AccessDenied; two",
        ),
        (
            Severity::Warning,
            "the guard runs with another configuration than this one: it may follow, copy and invalidate otherwise \
             than the commands do",
        ),
    ];
    assert_eq!(findings(&both), expected);
    // The note of an earlier version does not say which configuration it was.
    let silent = report(&Memory { configuration: None, ..note("09:59:30") }, &ramping());
    assert_eq!(silent.outcome(), Outcome::Sound);
}

#[test]
fn a_note_that_cannot_be_read_is_not_sound() {
    let refused = examine(&snapshot(Read::from_error("AccessDenied: not authorized"), &[]));
    assert_eq!(refused.outcome(), Outcome::CouldNotLook);
    let open: Vec<String> = refused.not_checked.iter().map(|one| one.source.file()).collect();
    assert_eq!(open, ["guard-note"]);
    let answer = json!({ "Parameter": { "Value": "no note" } });
    let broken = examine(&snapshot(Read::Known(answer), &ramping()));
    assert_eq!(findings(&broken).len(), 1, "{broken:#?}");
}
