use std::time::Duration;

use plan_change::{Change, Ramp};

use super::{Row, at, paused};
use crate::support::{add, canary, leased, promote, ramp, ramp_of, remove, share, withdraw};

pub(super) fn rows() -> Vec<Row> {
    let short = Ramp { lease: Some(Duration::from_secs(89)), ..ramp_of("new", &["10"]) };
    let pausing = |step| {
        let pause_at = Some(share(step));
        Change::Ramp(Ramp { pause_at, ..ramp_of("new", &["10", "50"]) })
    };
    vec![
        (
            "pause at the last step",
            vec![],
            pausing("50"),
            "a ramp cannot pause at 50 %: name one of its steps, but not the last one",
        ),
        (
            "pause at no step",
            vec![],
            pausing("20"),
            "a ramp cannot pause at 20 %: name one of its steps, but not the last one",
        ),
        ("pause without a ramp", vec![], Change::RampPause, "no ramp is under way"),
        (
            "pause of a paused ramp",
            paused(),
            Change::RampPause,
            "nothing to change: the ramp is paused",
        ),
        (
            "pause just before the last stage",
            vec![at(100)],
            Change::RampPause,
            "the next stage begins at 10:01:40 UTC: it is too late to stop it at every edge location",
        ),
        (
            "resume without a pause",
            vec![ramp("new", &["10"])],
            Change::RampResume,
            "no ramp is under way",
        ),
        ("abort of a canary", vec![canary("new", "10")], Change::RampAbort, "no ramp is under way"),
        (
            "finish of a canary",
            vec![canary("new", "10")],
            Change::RampFinish,
            "no ramp is under way",
        ),
        (
            "finish of a ramp that takes its last step",
            vec![ramp("new", &["100"])],
            Change::RampFinish,
            "no ramp is under way",
        ),
        (
            "lease that ends before its renewal is known",
            vec![],
            Change::Ramp(short),
            "a lease of 89 s is too short: it must be at least 90 s, twice the hard TTL",
        ),
        (
            "renewal without a lease",
            vec![],
            Change::RenewLease(Duration::from_secs(300)),
            "no lease is in force",
        ),
        (
            "renewal after the end",
            vec![leased("new", &["10"]), add("late")],
            Change::RenewLease(Duration::from_secs(600)),
            "no lease is in force",
        ),
        (
            "renewal that is known too late",
            vec![leased("new", &["10"])],
            Change::RenewLease(Duration::from_millis(89_999)),
            "a lease of 89 s is too short: it must be at least 90 s, twice the hard TTL",
        ),
        ("end of no lease", vec![], Change::EndLease, "no lease is in force"),
        (
            "release that is registered",
            vec![add("late")],
            add("late"),
            "nothing to change: `late` is registered",
        ),
        (
            "release that is registered otherwise",
            vec![],
            add("new"),
            "`new` is already registered with another prefix, other origins or another slot",
        ),
        ("release that is withdrawn", vec![withdraw("new")], add("new"), "`new` is withdrawn"),
        (
            "withdrawal of the active release",
            vec![],
            withdraw("old"),
            "`old` has traffic, or a later stage gives it traffic",
        ),
        (
            "withdrawal of a release that was promoted",
            vec![promote("new")],
            withdraw("new"),
            "`new` has traffic, or a later stage gives it traffic",
        ),
        (
            "withdrawal of the active release beside a canary",
            vec![promote("new"), canary("next", "10")],
            withdraw("new"),
            "`new` has traffic, or a later stage gives it traffic",
        ),
        (
            "withdrawal of the only release that may be served",
            vec![withdraw("new"), withdraw("next")],
            withdraw("old"),
            "`old` has traffic, or a later stage gives it traffic",
        ),
        (
            "withdrawal of a release that will have traffic",
            vec![at(3600)],
            withdraw("new"),
            "`new` has traffic, or a later stage gives it traffic",
        ),
        (
            "withdrawal of a paused ramp's release",
            paused(),
            withdraw("new"),
            "`new` has traffic, or a later stage gives it traffic",
        ),
        (
            "second withdrawal",
            vec![withdraw("new")],
            withdraw("new"),
            "nothing to change: `new` is withdrawn",
        ),
        (
            "removal of the active release",
            vec![],
            remove("old"),
            "`old` has traffic, or a later stage gives it traffic",
        ),
        (
            "removal while viewers are on it",
            vec![promote("new")],
            remove("old"),
            "viewers can still have `old` until 2026-11-29 10:01:40 UTC",
        ),
        (
            "removal of an unknown release",
            vec![],
            remove("gone"),
            "`gone` is not registered: the plan has `next`, `new`, `old`",
        ),
        (
            "removal of what the rollout under way names",
            vec![promote("new"), withdraw("old"), canary("next", "10")],
            remove("old"),
            "`old` is part of the rollout in progress",
        ),
    ]
}
