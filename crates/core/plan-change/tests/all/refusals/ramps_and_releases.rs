use std::time::Duration;

use plan_change::{Change, Ramp};

use super::{Row, at, paused};
use crate::support::{add, canary, leased, promote, ramp, ramp_of, remove, share, withdraw};

pub(super) fn rows() -> Vec<Row> {
    let no_ramp = "`edgeswitch ramp` begins one, `edgeswitch rollback` ends a canary";
    let no_lease = "`edgeswitch status` shows what is in force; only `ramp --lease` makes a lease";
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
            "a ramp cannot pause at 50 %: that is none of its steps before the last",
            "`--steps 1,10,50,100 --pause-at 10`",
        ),
        (
            "pause at no step",
            vec![],
            pausing("20"),
            "a ramp cannot pause at 20 %: that is none of its steps before the last",
            "`--steps 1,10,50,100 --pause-at 10`",
        ),
        ("pause without a ramp", vec![], Change::RampPause, "no ramp is under way", no_ramp),
        (
            "pause of a paused ramp",
            paused(),
            Change::RampPause,
            "nothing to change: the ramp is paused",
            "`edgeswitch status` shows what is in force",
        ),
        (
            "pause just before the last stage",
            vec![at(100)],
            Change::RampPause,
            "the next stage begins at 10:01:40 UTC, too soon to be held back at every edge location",
            "pause after 10:01:40 UTC, or take it back: `edgeswitch rollback`",
        ),
        (
            "resume without a pause",
            vec![ramp("new", &["10"])],
            Change::RampResume,
            "no ramp is under way",
            no_ramp,
        ),
        (
            "abort of a canary",
            vec![canary("new", "10")],
            Change::RampAbort,
            "no ramp is under way",
            no_ramp,
        ),
        (
            "lease that ends before its renewal is known",
            vec![],
            Change::Ramp(short),
            "a lease of 89 s is too short: at least 90 s, twice the hard TTL, are needed",
            "`--lease 90s` or longer",
        ),
        (
            "renewal without a lease",
            vec![],
            Change::RenewLease(Duration::from_secs(300)),
            "there is no lease in force",
            no_lease,
        ),
        (
            "renewal after the end",
            vec![leased("new", &["10"]), add("late")],
            Change::RenewLease(Duration::from_secs(600)),
            "there is no lease in force",
            no_lease,
        ),
        (
            "renewal that is known too late",
            vec![leased("new", &["10"])],
            Change::RenewLease(Duration::from_millis(89_999)),
            "a lease of 89 s is too short: at least 90 s, twice the hard TTL, are needed",
            "`--lease 90s` or longer",
        ),
        ("end of no lease", vec![], Change::EndLease, "there is no lease in force", no_lease),
        (
            "release that is registered",
            vec![add("late")],
            add("late"),
            "nothing to change: `late` is registered",
            "`edgeswitch status` shows what is in force",
        ),
        (
            "release that is registered otherwise",
            vec![],
            add("new"),
            "`new` is registered already, with another prefix, other origins or another slot",
            "`edgeswitch release remove new` first, or give the release another id",
        ),
        (
            "release that is withdrawn",
            vec![withdraw("new")],
            add("new"),
            "`new` is withdrawn",
            "`edgeswitch release remove new`, then register it anew",
        ),
        (
            "withdrawal of the active release",
            vec![],
            withdraw("old"),
            "`old` has traffic, or will have",
            "name the release to go to: `edgeswitch rollback <id>`, with one of `next`, `new`",
        ),
        (
            "withdrawal of a release that was promoted",
            vec![promote("new")],
            withdraw("new"),
            "`new` has traffic, or will have",
            "take its traffic away first: `edgeswitch rollback old`",
        ),
        (
            "withdrawal of the active release beside a canary",
            vec![promote("new"), canary("next", "10")],
            withdraw("new"),
            "`new` has traffic, or will have",
            "take its traffic away first: `edgeswitch rollback old`",
        ),
        (
            "withdrawal of the only release that may be served",
            vec![withdraw("new"), withdraw("next")],
            withdraw("old"),
            "`old` has traffic, or will have",
            "register another release first: `edgeswitch release add <id>`",
        ),
        (
            "withdrawal of a release that will have traffic",
            vec![at(3600)],
            withdraw("new"),
            "`new` has traffic, or will have",
            "take its traffic away first: `edgeswitch rollback old`",
        ),
        (
            "withdrawal of a paused ramp's release",
            paused(),
            withdraw("new"),
            "`new` has traffic, or will have",
            "take its traffic away first: `edgeswitch rollback old`",
        ),
        (
            "second withdrawal",
            vec![withdraw("new")],
            withdraw("new"),
            "nothing to change: `new` is withdrawn",
            "`edgeswitch status` shows what is in force",
        ),
        (
            "removal of the active release",
            vec![],
            remove("old"),
            "`old` has traffic, or will have",
            "name the release to go to: `edgeswitch rollback <id>`, with one of `next`, `new`",
        ),
        (
            "removal while viewers are on it",
            vec![promote("new")],
            remove("old"),
            "viewers may still be on `old`, until 2026-11-23 10:01:35 UTC",
            "wait until 2026-11-23 10:01:35 UTC, or give its viewers up first: `edgeswitch release withdraw old`",
        ),
        (
            "removal of an unknown release",
            vec![],
            remove("gone"),
            "`gone` is not registered: the plan has `next`, `new`, `old`",
            "register it first: `edgeswitch release add gone`",
        ),
        (
            "removal of what the rollout under way names",
            vec![promote("new"), withdraw("old"), canary("next", "10")],
            remove("old"),
            "`old` is part of the rollout that is under way",
            "promote or roll back first",
        ),
    ]
}
