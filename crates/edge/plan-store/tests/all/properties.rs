//! Properties that hold for every request, however the store answers.

use std::time::Duration;

use crate::world::{Answer, BUDGET, HARD, LIMIT, SOFT, World, plan, plan_text};
use edge_time::Timestamp;
use plan_store::{Freshness, Snapshot, StoreErrorKind};
use proptest::collection::vec;
use proptest::prelude::*;

const HARD_MS: i64 = 30_000;

/// Something that happens before a request.
#[derive(Debug, Clone)]
enum Event {
    Nothing,
    Answer(Answer),
    Pass(Duration),
    Freeze(i64),
}

fn answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        4 => (2_u64..9).prop_map(|revision| Answer::Text(plan_text(revision))),
        2 => (0_u64..2_000, 2_u64..9).prop_map(|(time, revision)| {
            Answer::Slow(Duration::from_millis(time), plan_text(revision))
        }),
        2 => Just(Answer::Fail(StoreErrorKind::Throttled)),
        2 => Just(Answer::Hang),
        1 => Just(Answer::Text("not a plan".into())),
        1 => Just(Answer::Panic),
    ]
}

/// Answers that come within the budget.
fn quick_answers() -> impl Strategy<Value = Answer> {
    prop_oneof![
        4 => (0_u64..=500, 2_u64..9).prop_map(|(time, revision)| {
            Answer::Slow(Duration::from_millis(time), plan_text(revision))
        }),
        2 => Just(Answer::Fail(StoreErrorKind::Throttled)),
        1 => Just(Answer::Panic),
    ]
}

fn events(answers: impl Strategy<Value = Answer>) -> impl Strategy<Value = Event> {
    prop_oneof![
        2 => Just(Event::Nothing),
        3 => answers.prop_map(Event::Answer),
        4 => (0_u64..40_000).prop_map(|time| Event::Pass(Duration::from_millis(time))),
        2 => (0_u64..600).prop_map(|time| Event::Pass(Duration::from_millis(time))),
        1 => prop_oneof![0_i64..5_000, Just(3_600_000)].prop_map(Event::Freeze),
    ]
}

async fn happen(world: &World, event: Event) {
    match event {
        Event::Nothing => {}
        Event::Answer(answer) => world.answer(answer),
        Event::Pass(time) => world.pass(time).await,
        Event::Freeze(milliseconds) => world.freeze(milliseconds),
    }
}

/// Checks what holds for every request once a plan has been read.
fn check(snapshot: &Snapshot, longest: Duration) -> Result<(), TestCaseError> {
    prop_assert!(snapshot.plan.is_some());
    prop_assert!(snapshot.waited <= longest, "waited {:?}", snapshot.waited);
    let age = snapshot.age;
    let age_fits = match snapshot.freshness {
        Freshness::Fresh => age.is_some_and(|age| age <= SOFT * 11 / 10),
        Freshness::Stale => age.is_some_and(|age| age >= SOFT * 9 / 10 && age < HARD),
        Freshness::Expired => age.is_some_and(|age| age >= HARD),
        Freshness::Fallback | Freshness::None => false,
    };
    prop_assert!(age_fits, "{:?} at {age:?}", snapshot.freshness);
    Ok(())
}

fn in_virtual_time(
    run: impl AsyncFnOnce() -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(run())
}

proptest! {
    #[test]
    fn a_request_always_gets_a_plan_within_the_budget(events in vec(events(answers()), 1..60)) {
        in_virtual_time(async || {
            let world = World::loaded().await;
            let mut read_at = world.now();
            let mut longest = BUDGET;
            for event in events {
                happen(&world, event).await;
                let usable = world.now().0 - read_at.0 < HARD_MS;
                let snapshot = world.cell.current().await;
                check(&snapshot, longest)?;
                // A request that gets an expired plan may have waited in vain: the next may wait longer.
                longest = if snapshot.freshness == Freshness::Expired { LIMIT } else { BUDGET };
                prop_assert!(!usable || snapshot.waited.is_zero(), "waited with a plan in hand");
                let age = snapshot.age.map_or(0, |age| age.as_millis());
                read_at = Timestamp(world.now().0 - i64::try_from(age).unwrap());
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_store_that_answers_within_the_budget_costs_no_more(
        events in vec(events(quick_answers()), 1..60),
    ) {
        in_virtual_time(async || {
            let world = World::loaded().await;
            for event in events {
                happen(&world, event).await;
                check(&world.cell.current().await, BUDGET)?;
            }
            Ok(())
        })?;
    }

    /// Sends requests every 50 ms during an outage: only one request per back-off waits.
    #[test]
    fn in_an_outage_one_request_per_back_off_waits(
        answer in prop_oneof![Just(Answer::Hang), Just(Answer::Fail(StoreErrorKind::Other))],
        requests in 1_usize..400,
    ) {
        in_virtual_time(async || {
            let world = World::loaded().await;
            world.answer(answer);
            world.pass(HARD).await;
            let (mut waits, mut longest) = (0, Duration::ZERO);
            let start = tokio::time::Instant::now();
            for _ in 0..requests {
                let snapshot = world.cell.current().await;
                waits += u32::from(!snapshot.waited.is_zero());
                longest = longest.max(snapshot.waited);
                world.pass(Duration::from_millis(50)).await;
            }
            prop_assert!(longest <= BUDGET);
            // The back-offs are 1, 2, 4 ... s, at most 10 % less: no more than this many can have begun.
            let begun = 1 + (start.elapsed().as_secs_f64() / 0.9 + 1.0).log2().ceil() as u32;
            prop_assert!(waits <= begun, "{waits} waits, {begun} back-offs begun");
            prop_assert!(world.reads() <= 1 + begun as usize);
            Ok(())
        })?;
    }

    /// When the store works again, its plan is served after at most the longest back-off.
    #[test]
    fn the_cell_recovers_within_a_back_off(events in vec(events(answers()), 1..40)) {
        in_virtual_time(async || {
            let world = World::new(Some(plan(99)), Answer::Hang);
            for event in events {
                happen(&world, event).await;
                world.cell.current().await;
            }
            world.answer(Answer::Text(plan_text(1234)));
            world.pass(Duration::from_secs(33) + HARD).await;
            let snapshot = world.cell.current().await;
            prop_assert_eq!((snapshot.freshness, snapshot.revision()), (Freshness::Fresh, Some(1234)));
            Ok(())
        })?;
    }
}
