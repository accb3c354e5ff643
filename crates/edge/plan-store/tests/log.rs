//! What the operator reads of a refresh that failed.
//!
//! A process of its own: tracing settles once per process whether anybody listens to a line.
#![expect(clippy::unwrap_used, reason = "what surrounds a test fails it as well")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use edge_time::{ManualClock, Timestamp};
use plan_store::{MemoryStore, PlanCell, Rung, Settings};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_failed_refresh_is_one_line_with_the_parameter_and_the_rule() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .without_time()
        .flatten_event(true)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let store = Arc::new(MemoryStore::new("9f2c1e7"));
    let clock = Arc::new(ManualClock::new(Timestamp(1_795_341_600_000)));
    let settings = Settings { seed: 7, ..Settings::default() };
    let cell = PlanCell::new(Arc::clone(&store) as _, settings, Arc::clone(&clock) as _);
    assert_eq!(cell.load().await.rung, Rung::Fresh);
    store.set("9f2c1e7 9f2c1e7");
    clock.advance(Duration::from_secs(60));
    for _ in 0..5 {
        cell.current().await;
        clock.advance(Duration::from_millis(100));
    }
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
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
            "error": "releases.9f2c1e7: is there twice",
        })
    );
}
