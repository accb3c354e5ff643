//! The freshness of the plan, its refreshes and the back-off.

use std::time::Duration;

use crate::world::{Answer, BUDGET, HARD, LIMIT, SOFT, World, plan, plan_text};
use plan_store::{Freshness, StoreErrorKind};

const MS: Duration = Duration::from_millis(1);
const HOUR_MS: i64 = 3_600_000;

#[tokio::test(start_paused = true)]
async fn freshness_depends_on_age() {
    let rows = [
        ("just read", 0, Freshness::Fresh, 1),
        ("before the earliest soft TTL", 8_999, Freshness::Fresh, 1),
        ("after the latest soft TTL", 11_000, Freshness::Stale, 1),
        ("before the hard TTL", 29_999, Freshness::Stale, 1),
        // The refresh that an expired plan waits for succeeds here.
        ("at the hard TTL", 30_000, Freshness::Fresh, 2),
        ("a day later", 86_400_000, Freshness::Fresh, 2),
    ];
    for (name, age, freshness, revision) in rows {
        let world = World::loaded().await;
        world.answer(Answer::Text(plan_text(2)));
        world.pass(MS * age).await;
        let snapshot = world.cell.current().await;
        assert_eq!(
            (snapshot.freshness, snapshot.revision()),
            (freshness, Some(revision)),
            "{name}"
        );
        assert_eq!(snapshot.waited, Duration::ZERO, "{name}");
        assert_eq!(snapshot.problem, None, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stale_plan_is_refreshed_in_the_background() {
    let world = World::loaded().await;
    world.answer(Answer::Text(plan_text(2)));
    world.pass(SOFT * 2).await;
    let served = world.cell.current().await;
    assert_eq!((served.revision(), served.age), (Some(1), Some(SOFT * 2)));
    assert_eq!(world.reads(), 1, "the request did not wait for a read");
    tokio::task::yield_now().await;
    let next = world.cell.current().await;
    assert_eq!((next.freshness, next.revision(), world.reads()), (Freshness::Fresh, Some(2), 2));
}

#[tokio::test(start_paused = true)]
async fn one_refresh_serves_all_requests() {
    let world = World::loaded().await;
    world.answer(Answer::Slow(MS * 100, plan_text(2)));
    world.pass(HARD).await;
    let requests = futures_util::future::join_all((0..10).map(|_| world.cell.current())).await;
    assert_eq!(world.reads(), 2);
    for snapshot in requests {
        assert_eq!((snapshot.revision(), snapshot.freshness), (Some(2), Freshness::Fresh));
        assert_eq!(snapshot.waited, MS * 100);
    }
}

#[tokio::test(start_paused = true)]
async fn a_hanging_store_costs_one_budget_per_refresh() {
    let world = World::loaded().await;
    world.answer(Answer::Hang);
    world.pass(HARD).await;
    let first = world.cell.current().await;
    assert_eq!(
        (first.freshness, first.waited, first.revision()),
        (Freshness::Expired, BUDGET, Some(1))
    );
    for _ in 0..9 {
        let next = world.cell.current().await;
        assert_eq!((next.freshness, next.waited), (Freshness::Expired, Duration::ZERO));
        world.pass(MS * 100).await;
    }
    world.pass(MS * 101).await;
    let after = world.cell.current().await;
    assert_eq!((after.problem, after.waited), (Some("timeout"), Duration::ZERO), "backs off");
    assert_eq!(world.reads(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_waits_only_for_the_rest_of_the_budget() {
    let world = World::loaded().await;
    world.answer(Answer::Hang);
    world.pass(HARD - MS * 200).await;
    assert_eq!(world.cell.current().await.freshness, Freshness::Stale);
    world.pass(MS * 200).await;
    let expired = world.cell.current().await;
    assert_eq!((expired.freshness, expired.waited), (Freshness::Expired, MS * 300));
}

#[tokio::test(start_paused = true)]
async fn a_slow_store_refreshes_in_the_background() {
    let world = World::loaded().await;
    world.answer(Answer::Slow(BUDGET * 2, plan_text(2)));
    world.pass(HARD).await;
    let first = world.cell.current().await;
    assert_eq!(
        (first.freshness, first.waited, first.revision()),
        (Freshness::Expired, BUDGET, Some(1))
    );
    world.pass(BUDGET + MS).await;
    let next = world.cell.current().await;
    assert_eq!(
        (next.freshness, next.waited, next.revision()),
        (Freshness::Fresh, Duration::ZERO, Some(2))
    );
    assert_eq!((next.problem, world.reads()), (None, 2));
}

#[tokio::test(start_paused = true)]
async fn failures_back_off_from_1_to_30_seconds() {
    let world = World::loaded().await;
    world.answer(Answer::Fail(StoreErrorKind::Throttled));
    world.pass(HARD).await;
    for (failure, seconds) in [1_u32, 2, 4, 8, 16, 30, 30, 30].into_iter().enumerate() {
        let reads = world.reads();
        let served = world.cell.current().await;
        assert_eq!((served.freshness, served.problem), (Freshness::Expired, Some("throttled")));
        assert_eq!(world.reads(), reads + 1, "failure {failure}");
        world.pass(MS * 899 * seconds).await;
        world.cell.current().await;
        assert_eq!(world.reads(), reads + 1, "no read within the back-off of failure {failure}");
        world.pass(MS * 202 * seconds).await;
    }
    world.answer(Answer::Text(plan_text(2)));
    let served = world.cell.current().await;
    assert_eq!(
        (served.freshness, served.revision(), served.problem),
        (Freshness::Fresh, Some(2), None)
    );
}

#[tokio::test(start_paused = true)]
async fn a_failure_after_a_success_backs_off_from_the_start() {
    let world = World::loaded().await;
    for round in 0..3 {
        world.answer(Answer::Fail(StoreErrorKind::Other));
        world.pass(HARD).await;
        world.cell.current().await;
        world.answer(Answer::Text(plan_text(2)));
        world.pass(MS * 1101).await;
        assert_eq!(world.cell.current().await.freshness, Freshness::Fresh, "round {round}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_plan_the_fallback_is_served() {
    let rows = [
        ("failed", Answer::Fail(StoreErrorKind::Denied), Duration::ZERO, "denied"),
        ("no plan", Answer::Text("{}".into()), Duration::ZERO, "unreadable"),
        ("nothing", Answer::Text(" ".into()), Duration::ZERO, "empty"),
        ("too much", Answer::Text("x".repeat(4097)), Duration::ZERO, "large"),
        ("a later schema", Answer::Text("{\"schema\":2}".into()), Duration::ZERO, "schema"),
        ("a broken rule", Answer::Text("a a".into()), Duration::ZERO, "rule"),
        ("broken", Answer::Panic, Duration::ZERO, "panicked"),
    ];
    for (name, answer, waited, problem) in rows {
        for (fallback, freshness) in
            [(Some(plan(99)), Freshness::Fallback), (None, Freshness::None)]
        {
            let world = World::new(fallback.clone(), answer.clone());
            let first = world.cell.current().await;
            assert_eq!((first.freshness, first.waited), (freshness, waited), "{name}");
            assert_eq!(first.plan.as_deref(), fallback.as_ref(), "{name}");
            assert_eq!((first.problem, first.age), (Some(problem), None), "{name}");
            world.answer(Answer::Text(plan_text(2)));
            assert_eq!(world.cell.current().await.freshness, freshness, "{name}: backs off");
            world.pass(MS * 1101).await;
            let next = world.cell.current().await;
            assert_eq!((next.freshness, next.revision()), (Freshness::Fresh, Some(2)), "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_invalid_plan_never_replaces_a_good_one() {
    for text in ["", "{}", "{\"schema\":2}", "a a", &"x".repeat(4097)] {
        let world = World::loaded().await;
        world.answer(Answer::Text(text.into()));
        world.pass(HARD).await;
        let served = world.cell.current().await;
        assert_eq!((served.freshness, served.revision()), (Freshness::Expired, Some(1)), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn loading_waits_for_the_limit_and_reads_twice() {
    let rows = [
        ("at once", Answer::Text(plan_text(1)), Freshness::Fresh, Duration::ZERO, 1),
        ("slow", Answer::Slow(BUDGET * 2, plan_text(1)), Freshness::Fresh, BUDGET * 2, 1),
        ("hanging", Answer::Hang, Freshness::Fallback, LIMIT, 1),
        ("failing", Answer::Fail(StoreErrorKind::Refused), Freshness::Fallback, Duration::ZERO, 2),
    ];
    for (name, answer, freshness, waited, reads) in rows {
        let world = World::new(Some(plan(99)), answer);
        let loaded = world.cell.load().await;
        assert_eq!((loaded.freshness, loaded.waited), (freshness, waited), "{name}");
        assert_eq!(world.reads(), reads, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_does_not_keep_a_plan_fresh() {
    let world = World::loaded().await;
    world.answer(Answer::Text(plan_text(2)));
    world.freeze(-HOUR_MS);
    let first = world.cell.current().await;
    assert_eq!((first.freshness, first.age, first.revision()), (Freshness::Stale, None, Some(1)));
    tokio::task::yield_now().await;
    let next = world.cell.current().await;
    assert_eq!((next.freshness, next.revision()), (Freshness::Fresh, Some(2)));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_back_ends_the_back_off() {
    let world = World::loaded().await;
    world.answer(Answer::Fail(StoreErrorKind::Other));
    world.pass(HARD).await;
    world.cell.current().await;
    world.answer(Answer::Text(plan_text(2)));
    world.freeze(-HOUR_MS);
    world.cell.current().await;
    tokio::task::yield_now().await;
    assert_eq!(world.cell.current().await.revision(), Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_store_that_panics_is_read_again() {
    let world = World::loaded().await;
    world.answer(Answer::Panic);
    world.pass(HARD).await;
    for _ in 0..3 {
        let served = world.cell.current().await;
        assert_eq!((served.freshness, served.problem), (Freshness::Expired, Some("panicked")));
        world.pass(Duration::from_secs(33)).await;
    }
    world.answer(Answer::Text(plan_text(2)));
    assert_eq!(world.cell.current().await.freshness, Freshness::Fresh);
}

/// The stamp names a release that origin-request's fresh plan does not have: viewer-request's plan is
/// newer.
#[tokio::test(start_paused = true)]
async fn a_request_that_knows_of_a_newer_plan_gets_it() {
    let world = World::loaded().await;
    world.answer(Answer::Text(plan_text(2)));
    world.pass(MS * 999).await;
    assert_eq!(world.cell.renewed().await.revision(), Some(1), "read less than a second ago");
    world.pass(MS).await;
    assert_eq!(world.cell.renewed().await.revision(), Some(2));
    assert_eq!(world.cell.renewed().await.revision(), Some(2));
    assert_eq!(world.reads(), 2, "forged requests cannot use up the store's throughput");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_knows_of_a_newer_plan_waits_at_most_for_the_budget() {
    let world = World::loaded().await;
    world.answer(Answer::Hang);
    world.pass(MS * 1_000).await;
    let snapshot = world.cell.renewed().await;
    assert_eq!((snapshot.waited, snapshot.revision()), (BUDGET, Some(1)));
    world.pass(LIMIT).await;
    assert_eq!(world.cell.renewed().await.waited, Duration::ZERO, "failures back off here too");
}
