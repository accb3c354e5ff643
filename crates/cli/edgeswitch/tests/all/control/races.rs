//! Several who write at once: nobody is told that a change is in force which is lost.

use std::sync::Arc;
use std::time::Duration;

use edge_time::{Clock, Timestamp};
use edgeswitch::Exit;
use futures_util::future::join_all;
use plan_format::{ReleaseDefaults, parse};
use ssm_sim::{Extent, Fault, ParameterStore};
use tokio::time::sleep;

use virtual_clock::VirtualClock;

use crate::control::in_process::InProcess;
use crate::control::world::{HOME, NAME, NOW, PLAN, Ran, World, put, run};

/// [`PLAN`] with another staged release.
fn plan() -> String {
    PLAN.replacen(r#""9f2c1e7":"#, r#""c0ffee1":{"prefix":"/releases/c0ffee1"},"9f2c1e7":"#, 1)
}

fn line(id: &str) -> String {
    format!("promote {id} --now -y --parameter {NAME} --region {HOME}")
}

/// The active release that a text names.
fn active(text: &str) -> String {
    let plan = parse(text, &ReleaseDefaults::default()).unwrap();
    let (_, stage) = plan.stage_at(Timestamp(i64::MAX));
    plan.releases()[stage.active()].id.to_string()
}

/// What two may be told, by what the parameter holds in the end.
fn check(name: &str, first: &Ran, second: &Ran, texts: &[String]) {
    let told = (first.exit == Exit::Done, second.exit == Exit::Done);
    let (last, before) = (active(texts.last().unwrap()), &texts[..texts.len() - 1]);
    match told {
        (true, true) => {
            let knew = before.iter().any(|text| active(text) == "9f2c1e7") && last == "c0ffee1";
            assert!(
                knew && texts.len() == 3,
                "{name}: the second one knew of the first: {texts:?}"
            );
            assert!(texts[2].contains(r#""revision":19"#), "{name}");
        }
        (true, false) => assert_eq!(last, "9f2c1e7", "{name}: {}", second.err),
        (false, true) => assert_eq!(last, "c0ffee1", "{name}: {}", first.err),
        (false, false) => {}
    }
    for ran in [first, second].into_iter().filter(|ran| ran.exit != Exit::Done) {
        assert_eq!(ran.exit, Exit::Failed, "{name}");
        assert!(ran.err.contains("at the same time"), "{name}: {}", ran.err);
        assert!(ran.err.contains("\nhint: "), "{name}: {}", ran.err);
    }
}

/// Two promotes, the second so much later than the first, each call taking so long.
async fn promote_twice(later: u64, latency: u64) -> (ParameterStore, Ran, Ran) {
    let clock = Arc::new(VirtualClock::at(NOW));
    let store = ParameterStore::new(clock.clone()).in_region(HOME);
    put(&store, &plan()).await;
    store.faults().reads.switch_on(Fault::Latency { ms: latency }, Extent::All);
    store.faults().writes.switch_on(Fault::Latency { ms: latency }, Extent::All);
    let clock: &dyn Clock = clock.as_ref();
    let promote = async |user: &'static str, id: &str, after: u64| {
        sleep(Duration::from_millis(after)).await;
        run(&InProcess::new(&store, user), clock, user, &line(id), None).await
    };
    let (first, second) =
        tokio::join!(promote("alice", "9f2c1e7", 0), promote("bob", "c0ffee1", later));
    store.faults().reads.clear();
    (store, first, second)
}

#[tokio::test(start_paused = true)]
async fn two_promotes_at_once_never_lose_one_that_is_reported_as_done() {
    let (mut raced, mut runs) = (0, 0);
    for latency in [1, 20, 100, 300, 450, 800] {
        for later in (0..=20).map(|step| step * latency / 5 + step % 3) {
            let (store, first, second) = promote_twice(later, latency).await;
            let texts = store.history(NAME, &Default::default()).await.unwrap().parameters;
            let texts: Vec<String> = texts.into_iter().map(|one| one.value).collect();
            check(&format!("{later} ms later, {latency} ms a call"), &first, &second, &texts);
            raced += usize::from(first.exit == Exit::Failed || second.exit == Exit::Failed);
            runs += 1;
        }
    }
    assert!(runs > 100 && raced > 20 && raced < runs, "{raced} of {runs} were races");
}

#[tokio::test]
async fn the_same_holds_for_the_real_sdk() {
    let pairs = (0..8).map(|_| async {
        let world = World::new().await;
        world.put(&plan()).await;
        let (line_a, line_b) = (line("9f2c1e7"), line("c0ffee1"));
        let (first, second) =
            tokio::join!(world.run_as("alice", &line_a, None), world.run_as("bob", &line_b, None));
        check("at once", &first, &second, &world.texts().await);
    });
    join_all(pairs).await;
}

/// `41ab03d` can go no further than `db` 4, and a rollback goes to it.
fn shared() -> String {
    let old = r#""41ab03d":{"prefix":"/releases/41ab03d","needs":{"db":[3,4]}"#;
    let new = r#""9f2c1e7":{"prefix":"/releases/9f2c1e7","needs":{"db":[4,5]}"#;
    let stages = r#"[{"from":"2026-11-22T08:00:00Z","weights":[["41ab03d",100]]},{"from":"2026-11-22T09:00:00Z","weights":[["9f2c1e7",100]]}]"#;
    format!(
        r#"{{"schema":1,"revision":17,"state":{{"db":4}},"releases":{{{old}}},{new}}}}},"rollout":"r12","stages":{stages}}}"#
    )
}

/// A rollback writes at once. If it has replaced a state on which its release cannot run, that state stands again, and
/// the rollback says the step that is missing.
#[tokio::test(start_paused = true)]
async fn a_rollback_that_is_refused_after_its_write_puts_the_plan_back() {
    let clock = Arc::new(VirtualClock::at(NOW));
    let store = ParameterStore::new(clock.clone()).in_region(HOME);
    put(&store, &shared()).await;
    store.faults().reads.switch_on(Fault::Latency { ms: 100 }, Extent::All);
    store.faults().writes.switch_on(Fault::Latency { ms: 100 }, Extent::All);
    let clock: &dyn Clock = clock.as_ref();
    let named = format!("-y --parameter {NAME} --region {HOME}");
    let (alice, bob) = (InProcess::new(&store, "alice"), InProcess::new(&store, "bob"));
    let contract = format!("state set db 5 --cut-off-rollback {named}");
    let rollback = async {
        sleep(Duration::from_millis(10)).await;
        run(&bob, clock, "bob", &format!("rollback {named}"), None).await
    };
    let (set, back) = tokio::join!(run(&alice, clock, "alice", &contract, None), rollback);
    store.faults().reads.clear();
    let texts = store.history(NAME, &Default::default()).await.unwrap().parameters;
    let texts: Vec<String> = texts.into_iter().map(|one| one.value).collect();
    assert_eq!(texts.len(), 4, "{texts:#?}");
    assert!(texts[2].contains(r#""what":"rollback"#), "it was written first: {}", texts[2]);
    assert_eq!(texts[3], texts[1], "the state of alice stands");
    assert!(texts[3].contains(r#""db":5"#), "{}", texts[3]);
    assert_eq!((set.exit, back.exit), (Exit::Done, Exit::Failed), "{set:?} {back:?}");
    let said = "error: a rollback cannot go to `41ab03d`: `db` is 5, and it needs 3..4\nhint: ";
    assert!(back.err.contains(said), "{}", back.err);
    assert!(back.err.contains("the contract step is done"), "{}", back.err);
}

/// Who replaced a version without having read it puts it back, and says so.
#[tokio::test(start_paused = true)]
async fn a_version_that_was_replaced_unread_is_put_back() {
    let (store, first, second) = promote_twice(10, 100).await;
    assert_eq!((first.exit, second.exit), (Exit::Done, Exit::Failed), "{}", first.err);
    let said = "error: alice wrote version 2 (promote 9f2c1e7), at the same time, and that version \
                stands: nothing of this change is in the plan";
    assert!(second.err.contains(said), "{}", second.err);
    let texts = store.history(NAME, &Default::default()).await.unwrap().parameters;
    assert_eq!((texts.len(), &texts[3].value), (4, &texts[1].value));
}
