//! No release that a cookie can name is removed, and until its last cookie has expired the summary shows it as draining.
//!
//! The cookies are computed from the versions that an edge location can use, and from nothing that a plan notes
//! about itself.

mod cookies;

use std::time::Duration;

use edge_time::Timestamp;
use plan_change::{Change, NewRelease, Ramp, Summary, When, apply};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{RngSeed, TestCaseError, TestRunner};
use routing_core::Plan;

use crate::draining::cookies::Cookies;
use crate::properties::any;
use crate::support::{
    TEN, World, add, id, later, leased, promote, ramp_of, remove, rollback, withdraw,
};

/// The sequences of one test run. `EDGESWITCH_SOAK` multiplies them, and draws others each time.
const SEQUENCES: u32 = 300;

/// A change, and the milliseconds that pass before it.
type Turn = (u64, Change);

/// The longest time in milliseconds from a change to its arrival in the parameter.
const LONGEST_WRITE: u64 = 5000;

/// A plan that is changed, and the cookies that its edge locations have given.
struct Story {
    world: World,
    cookies: Cookies,
    /// The milliseconds since the last change.
    passed: u64,
}

impl Story {
    fn begin(text: &str, cookie_max_age: Duration) -> Self {
        let mut world = World::new(text);
        world.context.cookie_max_age = cookie_max_age;
        let cookies = Cookies::of(&world.document);
        Self { world, cookies, passed: 0 }
    }

    /// Waits and makes the change, if the plan allows it. Checks the time before and after. The change arrives so many
    /// milliseconds later.
    fn turn(&mut self, (wait, change): &Turn, write: u64) -> Result<(), TestCaseError> {
        self.wait(wait.saturating_sub(self.passed));
        self.passed = 0;
        self.check_summary()?;
        let Ok(changed) = apply(&self.world.document, change, &self.world.context) else {
            return Ok(());
        };
        self.wait(write);
        self.passed = write;
        self.check_removed(change, changed.document.plan())?;
        self.cookies.write(self.world.context.now, changed.document.plan());
        self.world.document = changed.document;
        self.check_summary()?;
        self.check_last_moments()
    }

    fn wait(&mut self, milliseconds: u64) {
        let Timestamp(now) = self.world.context.now;
        self.world.context.now = Timestamp(now + i64::try_from(milliseconds).unwrap());
    }

    /// A release that the change removes is in no cookie.
    fn check_removed(&self, change: &Change, after: &Plan) -> Result<(), TestCaseError> {
        for release in self.world.plan().releases() {
            let name = release.id.as_str();
            let is_there = after.releases().iter().any(|other| other.id == release.id);
            if !is_there && let Some(until) = self.cookies.last(name, &self.world.context) {
                let now = self.world.context.now;
                prop_assert!(until <= now, "`{change}` at {now}: {name} has cookies until {until}");
            }
        }
        Ok(())
    }

    /// A release that cookies can name has traffic, or will have some, or drains at least as long.
    fn check_summary(&self) -> Result<(), TestCaseError> {
        let summary = self.world.summary();
        for release in self.world.plan().releases() {
            self.check_shown(release.id.as_str(), &summary)?;
        }
        Ok(())
    }

    fn check_shown(&self, name: &str, summary: &Summary) -> Result<(), TestCaseError> {
        let now = self.world.context.now;
        let last = self.cookies.last(name, &self.world.context);
        let Some(until) = last.filter(|until| *until > now) else { return Ok(()) };
        let mut idle = summary.staged.iter().chain(&summary.drained);
        prop_assert!(
            idle.all(|other| other != name),
            "at {now}: {name} has cookies until {until}\n{}",
            summary.lines().join("\n")
        );
        let shown = summary.draining.iter().find(|draining| draining.release == name);
        let is_shown_long_enough = shown.is_none_or(|shown| shown.until.at >= until);
        prop_assert!(is_shown_long_enough, "at {now}: {name} has cookies until {until}: {shown:?}");
        Ok(())
    }

    /// If nobody changes the plan any more, each release stays until its last cookie has expired.
    fn check_last_moments(&self) -> Result<(), TestCaseError> {
        for release in self.world.plan().releases() {
            let name = release.id.as_str();
            let last = self.cookies.last(name, &self.world.context);
            let Some(Timestamp(until)) = last else { continue };
            if until > self.world.context.now.0 {
                self.check_last_moment(name, Timestamp(until - 1))?;
            }
        }
        Ok(())
    }

    fn check_last_moment(&self, name: &str, now: Timestamp) -> Result<(), TestCaseError> {
        let mut world =
            World { document: self.world.document.clone(), context: self.world.context.clone() };
        world.context.now = now;
        let then = Self { world, cookies: self.cookies.clone(), passed: 0 };
        then.check_shown(name, &then.world.summary())?;
        let pruning = Change::AddRelease(NewRelease { keep: Some(0), ..new_release("z") });
        for change in [remove(name), Change::Prune { keep: 0 }, pruning] {
            if let Ok(changed) = apply(&then.world.document, &change, &then.world.context) {
                then.check_removed(&change, changed.document.plan())?;
            }
        }
        Ok(())
    }
}

fn new_release(release: &str) -> NewRelease {
    let Change::AddRelease(new) = add(release) else { unreachable!("`add` adds a release") };
    new
}

/// Any times between two changes: at once, around the hard TTL and the flip, and around the age of a cookie.
fn wait() -> impl Strategy<Value = u64> {
    prop_oneof![
        2 => 0..2_000_u64,
        6 => 0..90_000_u64,
        1 => 0..1_500_000_u64,
    ]
}

/// Any change, and more often than that a ramp with a lease, and its renewal.
fn change() -> impl Strategy<Value = Change> {
    let lease = (90..200_u64).prop_map(Duration::from_secs);
    let steps = select(vec![vec!["10", "100"], vec!["50"], vec!["100"]]);
    let leased =
        (select(&["a", "b", "c"][..]), steps, lease.clone()).prop_map(|(release, steps, lease)| {
            let every = Duration::from_secs(60);
            Change::Ramp(Ramp { every, lease: Some(lease), ..ramp_of(release, &steps) })
        });
    prop_oneof![6 => any::change(), 1 => leased, 1 => lease.prop_map(Change::RenewLease)]
}

fn story() -> impl Strategy<Value = (String, Duration, Vec<(Turn, u64)>)> {
    let cookie = select(&[60, 600, 604_800][..]).prop_map(Duration::from_secs);
    let turn = ((wait(), change()), 0..=LONGEST_WRITE);
    (any::text(), cookie, prop::collection::vec(turn, 1..24))
}

fn runner() -> TestRunner {
    let (times, rng_seed) = match std::env::var("EDGESWITCH_SOAK") {
        Err(_) => (1, RngSeed::Fixed(1)),
        Ok(times) => (times.parse().expect("`EDGESWITCH_SOAK` is a whole number"), RngSeed::Random),
    };
    let cases = SEQUENCES * times;
    TestRunner::new(ProptestConfig {
        cases,
        rng_seed,
        failure_persistence: None,
        ..ProptestConfig::default()
    })
}

#[test]
fn no_release_goes_before_its_last_cookie() {
    let sequences = runner().run(&story(), |(text, cookie_max_age, turns)| {
        let mut story = Story::begin(&text, cookie_max_age);
        story.check_summary()?;
        turns.iter().try_for_each(|(turn, write)| story.turn(turn, *write))
    });
    sequences.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Sequences that once lost a cookie, or that lose one if a note is left out.
#[test]
fn known_sequences_keep_every_cookie() {
    let now = |release| Change::Promote { id: id(release), at: When::Now };
    let renewal = |seconds| Change::RenewLease(Duration::from_secs(seconds));
    let at = |seconds: u64| seconds * 1000;
    let table: &[(&str, &[Turn])] = &[
        ("a promote between two seconds", &[(1, now("new"))]),
        ("a promote that is taken back between two seconds", &[(700, now("new")), (1, rollback())]),
        (
            "a candidate that is taken back, promoted and taken back",
            &[(0, promote("new")), (at(60), rollback()), (at(60), now("new")), (1, rollback())],
        ),
        (
            "a switch that is cancelled while it happens",
            &[(0, promote("new")), (at(49), rollback()), (at(10), now("next"))],
        ),
        (
            "a renewal that some edge locations read after the end of the lease",
            &[(0, leased("new", &["100"])), (at(119), renewal(900)), (at(11), Change::EndLease)],
        ),
        (
            "the end of a lease that some edge locations read late",
            &[(0, leased("new", &["100"])), (at(119), Change::EndLease), (at(46), now("next"))],
        ),
        (
            "a ramp that is finished as its lease ends",
            &[(0, leased("new", &["10"])), (at(119), Change::RampFinish), (at(60), now("next"))],
        ),
        (
            "a switch in an hour that is cancelled, to a release that drains",
            &[
                (0, now("new")),
                (at(1), rollback()),
                (at(1), Change::Promote { id: id("new"), at: When::At(later(TEN, 3600)) }),
                (at(1), rollback()),
            ],
        ),
        (
            "a withdrawn release that comes back",
            &[
                (0, now("new")),
                (at(1), rollback()),
                (at(1), withdraw("new")),
                (at(1), remove("new")),
                (at(1), add("new")),
                (at(1), now("new")),
                (at(1), rollback()),
            ],
        ),
    ];
    for (name, turns) in table {
        for write in [0, LONGEST_WRITE] {
            let mut story = Story::begin("old new next", Duration::from_secs(600));
            for turn in *turns {
                story.turn(turn, write).unwrap_or_else(|failure| panic!("{name}: {failure}"));
            }
            let versions = story.cookies.versions();
            assert_eq!(versions, turns.len() + 1, "{name}: a change was refused");
        }
    }
}

/// The end of a lease is no later than it was, however long ago.
#[test]
fn a_release_that_lost_its_traffic_with_the_lease_drains() {
    let mut world = World::after(&[leased("new", &["10", "50"])]);
    world.wait(60 + 45 + 5 + 604_800);
    assert_eq!(world.summary().drained, ["next", "new"]);
    world.context.now.0 -= 1;
    assert_eq!(world.summary().draining.len(), 1);
}

#[test]
fn pruning_leaves_the_release_that_a_rollback_goes_to() {
    let mut world = World::after(&["new", "next", "new", "next"].map(promote));
    world.wait(8 * 86_400);
    let said = "will be removed from the plan, because no cookie names them: old";
    assert_eq!(world.change(&Change::Prune { keep: 0 }), [said]);
    world.change(&rollback());
    assert_eq!(world.summary().percent("new"), 100.0);
}
