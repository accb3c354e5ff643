//! Refreshes that are frozen with their environment. Lambda runs an environment only during a request.

use std::time::Duration;

use crate::world::{Answer, BUDGET, HARD, LIMIT, SOFT, World, plan_text};
use plan_store::{Freshness, Snapshot, StoreErrorKind};

const MS: Duration = Duration::from_millis(1);
const HOUR_MS: i64 = 3_600_000;
const MINUTE_MS: i64 = 60_000;

#[tokio::test(start_paused = true)]
async fn a_frozen_refresh_does_not_block_the_next() {
    let world = World::loaded().await;
    world.answer(Answer::Hang);
    world.pass(SOFT * 2).await;
    world.cell.current().await;
    tokio::task::yield_now().await;
    world.freeze(HOUR_MS);
    world.answer(Answer::Text(plan_text(2)));
    let thawed = world.cell.current().await;
    assert_eq!((thawed.freshness, thawed.revision()), (Freshness::Fresh, Some(2)));
    world.pass(LIMIT * 2).await;
    let later = world.cell.current().await;
    assert_eq!(
        (later.freshness, later.problem),
        (Freshness::Fresh, None),
        "the old refresh does not count as a failure"
    );
}

#[tokio::test(start_paused = true)]
async fn the_plan_of_a_frozen_refresh_is_as_old_as_its_read() {
    let world = World::loaded().await;
    world.answer(Answer::Slow(MS * 100, plan_text(2)));
    world.pass(SOFT * 2).await;
    world.cell.current().await;
    tokio::task::yield_now().await;
    world.freeze(HOUR_MS);
    world.answer(Answer::Fail(StoreErrorKind::Refused));
    world.pass(MS * 200).await;
    let thawed = world.cell.current().await;
    assert_eq!((thawed.freshness, thawed.revision()), (Freshness::Expired, Some(2)));
    assert_eq!(thawed.age, Some(Duration::from_secs(3600) + MS * 200));
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_ends_after_a_later_one_changes_nothing() {
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

/// Freezes the environment between two requests, as Lambda does.
async fn request_after(world: &World, frozen_ms: i64) -> Snapshot {
    world.freeze(frozen_ms);
    world.cell.current().await
}

#[tokio::test(start_paused = true)]
async fn a_far_region_is_reached_by_an_environment_with_few_requests() {
    let world = World::loaded().await;
    world.answer(Answer::Slow(BUDGET * 2, plan_text(2)));
    let frozen = request_after(&world, MINUTE_MS).await;
    assert_eq!(
        (frozen.freshness, frozen.waited, frozen.revision()),
        (Freshness::Expired, BUDGET, Some(1))
    );
    let reached = request_after(&world, MINUTE_MS).await;
    assert_eq!((reached.freshness, reached.waited), (Freshness::Fresh, BUDGET * 2));
    assert_eq!((reached.revision(), reached.problem), (Some(2), None));
    let again = request_after(&world, MINUTE_MS).await;
    assert_eq!(
        (again.freshness, again.waited),
        (Freshness::Expired, BUDGET),
        "the longer wait applies once"
    );
}

/// The network drops all packets, and each request finds the refresh of the last one frozen.
#[tokio::test(start_paused = true)]
async fn a_frozen_refresh_is_a_failure_that_backs_off() {
    let world = World::loaded().await;
    world.answer(Answer::Hang);
    world.pass(HARD).await;
    let mut waits = Vec::new();
    for request in 0..40 {
        let snapshot = request_after(&world, 5_000).await;
        let problem = (request > 0).then_some("timeout");
        assert_eq!(
            snapshot.problem, problem,
            "request {request}: the first has not been frozen yet"
        );
        if !snapshot.waited.is_zero() {
            waits.push(world.now().0);
        }
    }
    for (pair, seconds) in waits.windows(2).zip([1, 2, 4, 8, 16, 30, 30]) {
        assert!(pair[1] - pair[0] >= 900 * seconds, "a back-off of {seconds} s: {waits:?}");
    }
    assert!(waits.len() > 7, "the store is read again after each back-off: {waits:?}");
}

#[tokio::test(start_paused = true)]
async fn a_frozen_refresh_without_waiting_requests_is_no_failure() {
    let world = World::loaded().await;
    world.answer(Answer::Hang);
    world.pass(SOFT * 2).await;
    assert_eq!(world.cell.current().await.freshness, Freshness::Stale);
    let thawed = request_after(&world, MINUTE_MS).await;
    assert_eq!(
        (thawed.freshness, thawed.waited, thawed.problem),
        (Freshness::Expired, BUDGET, None)
    );
}
