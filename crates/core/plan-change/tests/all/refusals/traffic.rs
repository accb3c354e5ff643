use std::time::Duration;

use plan_change::{Change, Ramp};

use super::{Row, at, paused};
use crate::support::{
    add, canary, leased, promote, ramp, ramp_of, rollback, rollback_to, withdraw,
};

pub(super) fn rows() -> Vec<Row> {
    vec![
        (
            "promote of an unknown release",
            vec![],
            promote("gone"),
            "`gone` is not registered: the plan has `next`, `new`, `old`",
        ),
        (
            "promote of a withdrawn release",
            vec![withdraw("new")],
            promote("new"),
            "`new` is withdrawn",
        ),
        (
            "promote of the active release",
            vec![],
            promote("old"),
            "nothing to change: `old` has all traffic",
        ),
        (
            "promote before every edge location knows of it",
            vec![],
            at(49),
            "10:00:49 UTC is too soon: some edge locations read the change as late as 10:00:50 UTC",
        ),
        (
            "promote while a stage is to come",
            vec![at(3600)],
            promote("next"),
            "a change is under way: its next stage begins at 11:00:00 UTC",
        ),
        (
            "promote while a ramp runs",
            vec![ramp("new", &["10", "50"])],
            promote("new"),
            "a change in progress already gives `new` traffic",
        ),
        (
            "promote while a ramp holds its lease",
            vec![leased("new", &["10"])],
            promote("next"),
            "a ramp is under way: its lease ends at 10:02:00 UTC",
        ),
        (
            "promote while a ramp is paused",
            paused(),
            promote("new"),
            "a change in progress already gives `new` traffic",
        ),
        (
            "second ramp",
            vec![ramp("new", &["10", "50"])],
            ramp("new", &["20"]),
            "a change is under way: its next stage begins at 10:10:50 UTC",
        ),
        (
            "canary of the active release",
            vec![],
            canary("old", "10"),
            "`old` is the active release",
        ),
        (
            "canary of everybody",
            vec![],
            canary("new", "100"),
            "`new` would get all viewers: a canary gets less than 100 %",
        ),
        (
            "canary as it is",
            vec![canary("new", "10")],
            canary("new", "10"),
            "nothing to change: `new` has 10 % of the viewers",
        ),
        (
            "second candidate",
            vec![canary("new", "10")],
            canary("next", "10"),
            "`new` already has a share of the viewers: only one candidate is possible at a time",
        ),
        (
            "ramp without steps",
            vec![],
            ramp("new", &[]),
            "a ramp needs at least one step, and at least 1 s between two steps",
        ),
        (
            "ramp without time",
            vec![],
            Change::Ramp(Ramp { every: Duration::ZERO, ..ramp_of("new", &["10"]) }),
            "a ramp needs at least one step, and at least 1 s between two steps",
        ),
        (
            "ramp that shrinks",
            vec![],
            ramp("new", &["50", "10"]),
            "step 10 % is not above 50 %: each step of a ramp must be larger than the one before",
        ),
        (
            "ramp below the canary's share",
            vec![canary("new", "20")],
            ramp("new", &["20", "50"]),
            "step 20 % is not above 20 %: each step of a ramp must be larger than the one before",
        ),
        (
            "rollback with nothing before",
            vec![],
            rollback(),
            "the plan does not say which release was active before",
        ),
        (
            "rollback of a rollback",
            vec![promote("new"), rollback()],
            rollback(),
            "the plan does not say which release was active before",
        ),
        (
            "rollback to the active release",
            vec![],
            rollback_to("old"),
            "nothing to change: `old` has all traffic",
        ),
        (
            "rollback to the candidate",
            vec![canary("new", "10")],
            rollback_to("new"),
            "`new` is on trial: a rollback goes to a release that had all traffic before",
        ),
        (
            "rollback to a candidate that had all traffic once",
            vec![promote("new"), rollback(), canary("new", "10")],
            rollback_to("new"),
            "`new` is on trial: a rollback goes to a release that had all traffic before",
        ),
        (
            "rollback to the release of a paused ramp",
            paused(),
            rollback_to("new"),
            "`new` is on trial: a rollback goes to a release that had all traffic before",
        ),
        (
            "rollback to a staged release",
            vec![add("late"), promote("new")],
            rollback_to("late"),
            "`late` never had all traffic: a rollback goes to a release that had it before",
        ),
        (
            "rollback to a release that had a share only",
            vec![add("late"), canary("late", "50"), rollback()],
            rollback_to("late"),
            "`late` never had all traffic: a rollback goes to a release that had it before",
        ),
        (
            "rollback to an unknown release",
            vec![],
            rollback_to("gone"),
            "`gone` is not registered: the plan has `next`, `new`, `old`",
        ),
        (
            "rollback to a withdrawn release",
            vec![withdraw("new")],
            rollback_to("new"),
            "`new` is withdrawn",
        ),
    ]
}
