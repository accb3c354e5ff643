use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::stream::{self, Stream};
use serde::Serialize;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::desk::Desk;
use super::row::Row;

/// Between two looks at what is new.
const TICK: Duration = Duration::from_millis(250);
/// One state in so many looks.
const STATE_EVERY: u64 = 4;
/// Exchanges in one event: more than that nobody reads as they pass.
const BATCH: usize = 100;

/// A browser that listens: what it has been told.
struct Listener {
    desk: Arc<Desk>,
    ticks: Interval,
    looks: u64,
    next: u64,
}

/// Server-sent events: `exchanges`, the new ones, oldest first, and `state`, once a second.
pub(super) async fn stream(
    State(desk): State<Arc<Desk>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let listener = Listener { desk, ticks, looks: 0, next: 0 };
    let events = stream::unfold(listener, |mut listener| async {
        let event = listener.event().await;
        Some((Ok(event), listener))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

impl Listener {
    /// Waits until there is something to tell.
    async fn event(&mut self) -> Event {
        loop {
            self.ticks.tick().await;
            let look = self.looks;
            self.looks += 1;
            if look.is_multiple_of(STATE_EVERY) {
                return event("state", &self.desk.state());
            }
            let (entries, next) = self.desk.history.journal.since(self.next, BATCH);
            self.next = next;
            if !entries.is_empty() {
                let rows: Vec<Row> = entries.iter().map(|entry| Row::of(entry)).collect();
                return event("exchanges", &rows);
            }
        }
    }
}

fn event(name: &str, data: &impl Serialize) -> Event {
    let event = Event::default().event(name).json_data(data);
    event.expect("strings, numbers and lists are always JSON, and JSON has no line breaks")
}
