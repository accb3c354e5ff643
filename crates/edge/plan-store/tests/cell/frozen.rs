//! What becomes of a refresh that is frozen with its environment, which runs only while it has a request.

use std::time::Duration;

use crate::world::{Answer, BUDGET, HARD, LIMIT, SOFT, World, plan_text};
use plan_store::{Rung, Snapshot, StoreErrorKind};

const MS: Duration = Duration::from_millis(1);
const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

#[tokio::test(start_paused = true)]
async fn a_flight_that_was_frozen_does_not_hold_up_the_next() {
    let world = World::loaded().await;
    world.answer(Answer::Hang);
    world.pass(SOFT * 2).await;
    world.cell.current().await;
    tokio::task::yield_now().await;
    world.freeze(HOUR_MS);
    world.answer(Answer::Text(plan_text(2)));
    let thawed = world.cell.current().await;
    assert_eq!((thawed.rung, thawed.revision()), (Rung::Fresh, Some(2)));
    world.pass(LIMIT * 2).await;
    let later = world.cell.current().await;
    assert_eq!(
        (later.rung, later.problem),
        (Rung::Fresh, None),
        "the old flight's end is no failure"
    );
}

#[tokio::test(start_paused = true)]
async fn what_a_frozen_flight_brings_is_as_old_as_its_read() {
    let world = World::loaded().await;
    world.answer(Answer::Slow(MS * 100, plan_text(2)));
    world.pass(SOFT * 2).await;
    world.cell.current().await;
    tokio::task::yield_now().await;
    world.freeze(HOUR_MS);
    world.answer(Answer::Fail(StoreErrorKind::Refused));
    world.pass(MS * 200).await;
    let thawed = world.cell.current().await;
    assert_eq!((thawed.rung, thawed.revision()), (Rung::Expired, Some(2)));
    assert_eq!(thawed.age, Some(Duration::from_secs(3600) + MS * 200));
}

#[tokio::test(start_paused = true)]
async fn an_overtaken_flight_changes_nothing() {
    let world = World::loaded().await;
    world.answer(Answer::Slow(MS * 400, plan_text(2)));
    world.pass(SOFT * 2).await;
    world.cell.current().await;
    tokio::task::yield_now().await;
    world.freeze(HOUR_MS);
    world.answer(Answer::Text(plan_text(3)));
    assert_eq!(world.cell.current().await.revision(), Some(3));
    world.pass(MS * 500).await;
    assert_eq!(world.cell.current().await.revision(), Some(3));
}

/// An environment that is frozen as soon as it has answered, and thawed by the next request.
async fn request_after(world: &World, frozen_ms: i64) -> Snapshot {
    world.freeze(frozen_ms);
    world.cell.current().await
}

#[tokio::test(start_paused = true)]
async fn a_far_region_is_reached_by_an_environment_with_few_requests() {
    let world = World::loaded().await;
    world.answer(Answer::Slow(BUDGET * 2, plan_text(2)));
    let lost = request_after(&world, MINUTE_MS).await;
    assert_eq!((lost.rung, lost.waited, lost.revision()), (Rung::Expired, BUDGET, Some(1)));
    let reached = request_after(&world, MINUTE_MS).await;
    assert_eq!((reached.rung, reached.waited), (Rung::Fresh, BUDGET * 2));
    assert_eq!((reached.revision(), reached.problem), (Some(2), None));
    let again = request_after(&world, MINUTE_MS).await;
    assert_eq!((again.rung, again.waited), (Rung::Expired, BUDGET), "the exception ends");
}

/// Packets are swallowed, and each request finds the refresh of the last one frozen.
#[tokio::test(start_paused = true)]
async fn a_lost_refresh_is_a_failure_that_backs_off() {
    let world = World::loaded().await;
    world.answer(Answer::Hang);
    world.pass(HARD).await;
    let mut waits = Vec::new();
    for request in 0..40 {
        let snapshot = request_after(&world, 5_000).await;
        let problem = (request > 0).then_some("timeout");
        assert_eq!(snapshot.problem, problem, "request {request}: the first is not lost yet");
        if !snapshot.waited.is_zero() {
            waits.push(world.now().0);
        }
    }
    for (pair, seconds) in waits.windows(2).zip([1, 2, 4, 8, 16, 30, 30]) {
        assert!(pair[1] - pair[0] >= 900 * seconds, "a back-off of {seconds} s: {waits:?}");
    }
    assert!(waits.len() > 7, "the store is tried again and again: {waits:?}");
}

#[tokio::test(start_paused = true)]
async fn a_lost_refresh_that_nobody_waited_for_is_no_failure() {
    let world = World::loaded().await;
    world.answer(Answer::Hang);
    world.pass(SOFT * 2).await;
    assert_eq!(world.cell.current().await.rung, Rung::Stale);
    let thawed = request_after(&world, MINUTE_MS).await;
    assert_eq!((thawed.rung, thawed.waited, thawed.problem), (Rung::Expired, BUDGET, None));
}
