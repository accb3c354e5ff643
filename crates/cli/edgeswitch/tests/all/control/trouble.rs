//! Calls that fail: a write that is not confirmed is never reported as done, and none is made twice.

use edgeswitch::Exit;
use ssm_sim::{Extent, Fault};
use std::sync::Arc;

use virtual_clock::VirtualClock;

use crate::control::in_process::InProcess;
use crate::control::world::{HOME, NAME, NOW, PLAN, Ran, World, put, run};

#[tokio::test]
async fn a_passing_failure_of_a_write_is_overcome_and_doubles_nothing() {
    let rows = [
        ("throttled", Fault::Throttled),
        ("internal", Fault::Internal),
        ("dropped before", Fault::Dropped),
        ("dropped after", Fault::AnswerLost),
    ];
    for (name, fault) in rows {
        let world = World::with_plan().await;
        world.store.faults().writes.switch_on(fault, Extent::Next(2));
        let ran = world.run("promote 9f2c1e7 --now -y").await;
        assert_eq!(ran.exit, Exit::Done, "{name}: {}", ran.err);
        let texts = world.texts().await;
        assert_eq!(texts.len(), 2, "{name}: one write");
        assert!(texts[1].contains(r#""revision":18"#), "{name}");
        assert!(ran.out.contains("version 2 in eu-central-1"), "{name}: {}", ran.out);
    }
}

#[tokio::test]
async fn a_passing_failure_of_a_read_is_overcome() {
    for fault in [Fault::Throttled, Fault::Internal, Fault::Dropped] {
        let world = World::with_former().await;
        world.store.faults().reads.switch_on(fault.clone(), Extent::Next(1));
        let ran = world.run("rollback 9f2c1e7 -y").await;
        assert_eq!(ran.exit, Exit::Done, "{fault:?}: {}", ran.err);
    }
}

/// On virtual time, since every pause between the attempts is waited for.
async fn fails(reads: Option<Fault>, writes: Option<Fault>) -> (Ran, u64) {
    let clock = Arc::new(VirtualClock::at(NOW));
    let store = ssm_sim::ParameterStore::new(clock.clone()).in_region(HOME);
    put(&store, PLAN).await;
    if let Some(fault) = reads {
        store.faults().reads.switch_on(fault, Extent::All);
    }
    if let Some(fault) = writes {
        store.faults().writes.switch_on(fault, Extent::All);
    }
    let line = format!("promote 9f2c1e7 --now -y --parameter {NAME} --region {HOME}");
    let cloud = InProcess::new(&store, "alice");
    let ran = run(&cloud, clock.as_ref(), "alice", &line, None).await;
    store.faults().reads.clear();
    (ran, store.get(NAME).await.unwrap().version)
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_lasts_is_said_and_so_is_what_is_not_certain() {
    let uncertain = "it is not certain whether the plan was written";
    let rows = [
        ("throttled", Fault::Throttled, "Rate exceeded", 1),
        ("denied", Fault::Denied, "is not authorized to perform: ssm:PutParameter", 1),
        ("internal", Fault::Internal, uncertain, 1),
        ("dropped before", Fault::Dropped, uncertain, 1),
    ];
    for (name, fault, words, version) in rows {
        let (ran, written) = fails(None, Some(fault)).await;
        assert_eq!((ran.exit, written), (Exit::Failed, version), "{name}: {}", ran.err);
        assert!(ran.err.contains(words), "{name}: {}", ran.err);
        assert!(ran.err.contains("\nhint: ") && ran.out.is_empty(), "{name}: {}", ran.err);
    }
}

/// Every answer is lost, yet the first write is found.
#[tokio::test(start_paused = true)]
async fn a_write_whose_answers_are_all_lost_is_found() {
    let (ran, version) = fails(None, Some(Fault::AnswerLost)).await;
    assert_eq!((ran.exit, version), (Exit::Done, 2), "{}", ran.err);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_written_on_what_cannot_be_read() {
    let malformed = Fault::Malformed { value: "{".into() };
    for (fault, words) in [
        (Fault::Throttled, "ThrottlingException"),
        (Fault::Denied, "ssm:GetParameter"),
        (Fault::Gone, "there is no parameter `/shop/plan` in `eu-central-1`"),
        (malformed, "is not a valid plan"),
    ] {
        let (ran, version) = fails(Some(fault), None).await;
        assert_eq!((ran.exit, version), (Exit::Failed, 1), "{}", ran.err);
        assert!(ran.err.contains(words), "{}", ran.err);
    }
}
