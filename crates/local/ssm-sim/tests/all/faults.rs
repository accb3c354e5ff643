//! Faults switched on by the test, in the same process and on virtual time.

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
        assert_eq!(store.put(put(NAME, "second")).await, Ok(2), "{fault:?}: only reads fail");
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
async fn a_malformed_answer_leaves_the_stored_value() {
    let store = store();
    store.put(put(NAME, "first")).await.unwrap();
    store.faults().reads.switch_on(malformed("{"), Extent::All);
    assert_eq!(store.get(NAME).await.unwrap().value, "{");
    assert_eq!(store.get_all(&[NAME.into()]).await.unwrap().0[0].value, "{");
    let history = store.history(NAME, &Page::default()).await.unwrap();
    assert_eq!(history.parameters[0].value, "first");
    assert_eq!(store.peek(NAME).unwrap().value, "first", "`peek` returns the stored value");
    store.faults().reads.clear();
    assert_eq!(store.get(NAME).await.unwrap().value, "first");
}

#[tokio::test(start_paused = true)]
async fn a_slow_call_waits_before_it_fails() {
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
    assert_eq!(
        start.elapsed(),
        Duration::from_millis(1000),
        "the new latency replaces the old one"
    );
}

/// A delayed read returns a value that was written during the delay.
#[tokio::test(start_paused = true)]
async fn a_slow_read_returns_a_later_write() {
    let store = store();
    store.put(put(NAME, "first")).await.unwrap();
    store.faults().reads.switch_on(latency(800), Extent::Next(1));
    let (read, written) = tokio::join!(store.get(NAME), store.put(put(NAME, "second")));
    assert_eq!((read.unwrap().version, written), (2, Ok(2)));
}

#[tokio::test]
async fn a_fault_lasts_for_the_given_number_of_calls() {
    let store = store();
    store.put(put(NAME, "first")).await.unwrap();
    let reads = &store.faults().reads;
    reads.switch_on(Fault::Denied, Extent::Next(2));
    reads.switch_on(Fault::Throttled, Extent::Next(3));
    let left = |fault, extent| vec![ActiveFault { fault, extent }];
    assert_eq!(code(store.get(NAME).await), "AccessDeniedException");
    assert_eq!(code(store.get(NAME).await), "AccessDeniedException", "the oldest fault applies");
    assert_eq!(
        reads.in_force(),
        left(Fault::Throttled, Extent::Next(1)),
        "each fault counts its own calls"
    );
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
