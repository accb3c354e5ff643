//! Outages on request, in the same process and on virtual time.

use std::time::Duration;

use crate::world::{NAME, code, put, store};
use ssm_sim::{ActiveFault, Extent, Fault, Page};
use tokio::time::Instant;

fn latency(ms: u64) -> Fault {
    Fault::Latency { ms }
}

fn malformed(value: &str) -> Fault {
    Fault::Malformed { value: value.into() }
}

#[tokio::test]
async fn every_fault_fails_reads_and_writes_in_its_own_way() {
    let rows = [
        (Fault::Throttled, "ThrottlingException"),
        (Fault::Denied, "AccessDeniedException"),
        (Fault::Internal, "InternalServerError"),
        (Fault::Gone, "ParameterNotFound"),
        (Fault::Dropped, "dropped"),
        (Fault::AnswerLost, "dropped"),
    ];
    for (fault, expected) in rows {
        let store = store();
        store.put(put(NAME, "first")).await.unwrap();
        store.faults().reads.switch_on(fault.clone(), Extent::All);
        assert_eq!(code(store.get(NAME).await), expected);
        assert_eq!(code(store.get_all(&[NAME.into()]).await), expected);
        assert_eq!(code(store.history(NAME, &Page::default()).await), expected);
        assert_eq!(store.put(put(NAME, "second")).await, Ok(2), "{fault:?}: reads alone fail");
        store.faults().reads.clear();
        store.faults().writes.switch_on(fault.clone(), Extent::All);
        assert_eq!(code(store.put(put(NAME, "third")).await), expected);
        let (kept, done) = (store.get(NAME).await.unwrap().version, fault == Fault::AnswerLost);
        assert_eq!(kept, if done { 3 } else { 2 }, "{fault:?}");
        assert_eq!(code(store.delete(NAME).await), expected);
        assert_eq!(store.get(NAME).await.is_err(), done, "{fault:?}");
    }
}

#[tokio::test]
async fn a_malformed_value_is_answered_and_the_true_one_stays() {
    let store = store();
    store.put(put(NAME, "first")).await.unwrap();
    store.faults().reads.switch_on(malformed("{"), Extent::All);
    assert_eq!(store.get(NAME).await.unwrap().value, "{");
    assert_eq!(store.get_all(&[NAME.into()]).await.unwrap().0[0].value, "{");
    let history = store.history(NAME, &Page::default()).await.unwrap();
    assert_eq!(history.parameters[0].value, "first");
    assert_eq!(store.peek(NAME).unwrap().value, "first", "whoever looks on sees what is kept");
    store.faults().reads.clear();
    assert_eq!(store.get(NAME).await.unwrap().value, "first");
}

#[tokio::test(start_paused = true)]
async fn a_slow_call_takes_as_long_as_told_and_fails_only_then() {
    let store = store();
    store.put(put(NAME, "first")).await.unwrap();
    let reads = &store.faults().reads;
    reads.switch_on(latency(800), Extent::All);
    let start = Instant::now();
    assert_eq!(store.get(NAME).await.unwrap().value, "first");
    assert_eq!(start.elapsed(), Duration::from_millis(800));
    reads.switch_on(Fault::Throttled, Extent::All);
    reads.switch_on(latency(200), Extent::All);
    assert_eq!(code(store.get(NAME).await), "ThrottlingException");
    assert_eq!(start.elapsed(), Duration::from_millis(1000), "in place of the other latency");
}

/// What was stored while a read was on its way is what it gets.
#[tokio::test(start_paused = true)]
async fn a_slow_read_sees_the_write_that_overtook_it() {
    let store = store();
    store.put(put(NAME, "first")).await.unwrap();
    store.faults().reads.switch_on(latency(800), Extent::Next(1));
    let (read, written) = tokio::join!(store.get(NAME), store.put(put(NAME, "second")));
    assert_eq!((read.unwrap().version, written), (2, Ok(2)));
}

#[tokio::test]
async fn a_fault_lasts_for_as_many_calls_as_told() {
    let store = store();
    store.put(put(NAME, "first")).await.unwrap();
    let reads = &store.faults().reads;
    reads.switch_on(Fault::Denied, Extent::Next(2));
    reads.switch_on(Fault::Throttled, Extent::Next(3));
    let left = |fault, extent| vec![ActiveFault { fault, extent }];
    assert_eq!(code(store.get(NAME).await), "AccessDeniedException");
    assert_eq!(code(store.get(NAME).await), "AccessDeniedException", "the first one decides");
    assert_eq!(reads.in_force(), left(Fault::Throttled, Extent::Next(1)), "each counts its calls");
    assert_eq!(code(store.get(NAME).await), "ThrottlingException");
    assert!(store.get(NAME).await.is_ok());
    reads.switch_on(Fault::Gone, Extent::All);
    reads.switch_on(Fault::Gone, Extent::Next(0));
    assert_eq!(reads.in_force(), []);
}

#[tokio::test]
async fn an_outage_in_one_region_leaves_the_others_alone() {
    let home = store();
    let replica = home.in_region("eu-west-1");
    for store in [&home, &replica] {
        store.put(put(NAME, "first")).await.unwrap();
    }
    home.in_region("eu-west-1").faults().reads.switch_on(Fault::Internal, Extent::All);
    assert_eq!(code(replica.get(NAME).await), "InternalServerError", "another handle, same Region");
    assert!(home.get(NAME).await.is_ok());
}

#[test]
fn a_fault_is_the_same_after_json() {
    let rows = [
        (latency(800), Extent::All, r#"{"fault":{"kind":"latency","ms":800},"extent":"all"}"#),
        (
            Fault::Throttled,
            Extent::Next(2),
            r#"{"fault":{"kind":"throttled"},"extent":{"next":2}}"#,
        ),
        (
            malformed("{"),
            Extent::All,
            r#"{"fault":{"kind":"malformed","value":"{"},"extent":"all"}"#,
        ),
        (Fault::AnswerLost, Extent::All, r#"{"fault":{"kind":"answer-lost"},"extent":"all"}"#),
    ];
    for (fault, extent, json) in rows {
        let active = ActiveFault { fault, extent };
        assert_eq!(serde_json::to_string(&active).unwrap(), json);
        assert_eq!(serde_json::from_str::<ActiveFault>(json).unwrap(), active);
    }
}
