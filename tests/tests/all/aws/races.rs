//! Two commands that start at the same moment, through a proxy that delays each call by a random time and loses some
//! answers. A command that exits 0 is in the plan until somebody writes who has read it, and a rollback stands.
//!
//! A test run has a few races of each kind. `make soak` runs over a thousand.

mod contest;

use edge_time::{Clock, SystemClock, Timestamp};
use serde_json::{Value, json};

use crate::aws::races::contest::{Contest, Ended, race};

/// The names of the writers, for the messages.
const ALICE: usize = 0;
const BOB: usize = 1;

/// A plan that gives 9f2c1e7 10 % of the viewers, without a word about a release before 41ab03d.
fn canary() -> Value {
    json!({
        "schema": 1, "revision": 7, "rollout": "r6",
        "releases": { "41ab03d": {}, "9f2c1e7": {} },
        "stages": [
            { "from": "2026-01-01T09:00:00Z", "weights": [["41ab03d", 100]] },
            { "from": "2026-01-01T10:00:00Z", "weights": [["41ab03d", 90], ["9f2c1e7", 10]] },
        ],
    })
}

/// The same as a step of a ramp. Its lease ends so soon that a command that takes it over renews it first.
fn ramp() -> Value {
    let Timestamp(now) = SystemClock.now();
    let mut plan = canary();
    let next = Timestamp(now + 3_600_000).to_string();
    let stages = plan["stages"].as_array_mut().unwrap();
    stages.push(json!({ "from": next, "weights": [["41ab03d", 50], ["9f2c1e7", 50]] }));
    plan["lease"] = json!({ "until": Timestamp(now + 25_000).to_string(), "else": 0 });
    plan
}

/// What holds after any race.
fn check_promises(ended: &Ended) {
    let last = ended.last();
    for (writer, ran) in ended.ran.iter().enumerate().filter(|(_, ran)| ran.code == Some(0)) {
        let Some(own) = ended.own(writer) else { continue };
        let is_kept = last.text == own.text || last.revision() > own.revision();
        assert!(is_kept, "writer {writer} said that it is done: {}\n{ended}", ran.out);
    }
    for (writer, ran) in ended.ran.iter().enumerate() {
        let is_nothing = ran.err.contains("nothing of this change is in the plan")
            || ran.err.contains("nothing was written");
        let is_there = ended.own(writer).is_some_and(|own| own.text == last.text);
        assert!(!is_nothing || !is_there, "writer {writer}'s change is in the plan\n{ended}");
    }
}

/// Whoever replaced a version without having read it says so, unless it is a rollback, which is made again.
fn check_replaced(ended: &Ended, writer: usize) {
    let is_sorry =
        ended.ran[writer].code == Some(1) && ended.ran[writer].err.contains("at the same time");
    for pair in ended.versions.windows(2) {
        let is_unread = pair[1].is_by(writer) && pair[1].revision() <= pair[0].revision();
        let is_first = ended.versions.iter().find(|one| one.text == pair[1].text) == Some(&pair[1]);
        assert!(!is_unread || !is_first || is_sorry, "writer {writer} says nothing\n{ended}");
    }
}

/// The rollback is in force, or somebody wrote who had read it.
fn check_rolled_back(ended: &Ended) {
    assert_eq!(ended.ran[ALICE].code, Some(0), "a rollback stands\n{ended}");
    assert!(!ended.last().gives("9f2c1e7", 10), "the canary of 10 % is back\n{ended}");
}

#[test]
#[ignore = "needs `make setup`"]
fn a_rollback_and_a_canary() {
    race(&Contest {
        name: "canary",
        opening: canary,
        lines: ["rollback -y", "canary 9f2c1e7 --weight 50 -y"],
        replicas: "[]",
        delays: [json!({ "min": 0, "max": 400 }), json!({ "min": 0, "max": 400 })],
        check: |ended| {
            check_promises(ended);
            check_replaced(ended, BOB);
            check_rolled_back(ended);
        },
    });
}

/// The ramp's command reads the plan three times before it renews the lease, so the rollback's calls take longer.
#[test]
#[ignore = "needs `make setup`"]
fn a_rollback_and_the_renewal_of_a_ramp() {
    race(&Contest {
        name: "renewal",
        opening: ramp,
        lines: ["rollback -y", "ramp --resume --lease 60s -y"],
        replicas: "[]",
        delays: [json!({ "min": 100, "max": 700 }), json!({ "min": 0, "max": 300 })],
        check: |ended| {
            check_promises(ended);
            check_rolled_back(ended);
            let ramp = &ended.ran[BOB];
            let is_ended = ["the ramp of `9f2c1e7` was ended", "no ramp is under way"]
                .iter()
                .any(|words| ramp.err.contains(words));
            assert!(ramp.code == Some(1) && is_ended, "the ramp knows its end\n{ended}");
        },
    });
}

/// Both have the same effect, so either of the two texts stands for both.
#[test]
#[ignore = "needs `make setup`"]
fn two_rollbacks() {
    race(&Contest {
        name: "rollbacks",
        opening: canary,
        lines: ["rollback -y", "rollback -y"],
        replicas: "[]",
        delays: [json!({ "min": 0, "max": 400 }), json!({ "min": 0, "max": 400 })],
        check: |ended| {
            assert!(!ended.last().gives("9f2c1e7", 10), "the canary of 10 % is back\n{ended}");
            assert!(ended.last().gives("41ab03d", 100), "nobody rolled back\n{ended}");
            let done = ended.ran.iter().filter(|ran| ran.code == Some(0)).count();
            // Whoever reads the other's rollback first finds nothing to take back.
            let nothing = "does not say which release was active before";
            let refused = ended.ran.iter().filter(|ran| ran.err.contains(nothing)).count();
            assert!(done > 0 && done + refused == 2, "{ended}");
        },
    });
}
