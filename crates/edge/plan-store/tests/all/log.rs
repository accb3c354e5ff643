//! The log line of a failed refresh.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::{Arc, Once};
use std::time::Duration;

use edge_time::{ManualClock, Timestamp};
use plan_store::{Freshness, MemoryStore, PlanCell, Settings};

thread_local! {
    /// The log of the test on this thread. Its tasks run on the same thread.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Logs to [`LOG`] from now on.
///
/// Every test calls this before it has a cell: tracing remembers whether anything listened when a line
/// was logged first, so a subscriber of one test alone might miss its line.
pub(crate) fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .json()
            .without_time()
            .flatten_event(true)
            .with_writer(|| ThreadLog)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

struct ThreadLog;

impl Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_failed_refresh_is_one_line_with_the_parameter_and_the_rule() {
    listen();
    let store = Arc::new(MemoryStore::new("9f2c1e7"));
    let clock = Arc::new(ManualClock::new(Timestamp(1_795_341_600_000)));
    let settings = Settings { seed: 7, ..Settings::default() };
    let cell = PlanCell::new(Arc::clone(&store) as _, settings, Arc::clone(&clock) as _);
    assert_eq!(cell.load().await.freshness, Freshness::Fresh);
    store.set("9f2c1e7 9f2c1e7");
    clock.advance(Duration::from_secs(60));
    for _ in 0..5 {
        cell.current().await;
        clock.advance(Duration::from_millis(100));
    }
    let text = String::from_utf8(LOG.take()).unwrap();
    let mut line: serde_json::Value = serde_json::from_str(&text).expect("one line of JSON");
    let retry = line["retry_seconds"].take().as_f64().unwrap();
    assert!((0.9..=1.1).contains(&retry));
    assert_eq!(
        line,
        serde_json::json!({
            "level": "WARN",
            "target": "plan_store::cell",
            "message": "plan not refreshed",
            "plan": "memory",
            "problem": "rule",
            "failures": 1,
            "retry_seconds": null,
            "error": "releases.9f2c1e7: duplicate release id",
        })
    );
}
