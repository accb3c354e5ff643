use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::stream::{self, Stream};
use serde::Serialize;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::page_state::PageState;
use super::row::Row;

/// How often a listener looks for news.
const TICK: Duration = Duration::from_millis(250);
/// Every so many ticks the whole state is sent.
const STATE_EVERY: u64 = 4;
/// The most exchanges in one event. Nobody can read more as they pass.
const BATCH: usize = 100;

/// A browser that listens, and what was sent to it.
struct Listener {
    page: Arc<PageState>,
    ticks: Interval,
    ticks_so_far: u64,
    next: u64,
}

/// Server-sent events: `exchanges` has the new exchanges, oldest first; `state` comes once a second.
pub(super) async fn stream(
    State(page): State<Arc<PageState>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let listener = Listener { page, ticks, ticks_so_far: 0, next: 0 };
    let events = stream::unfold(listener, |mut listener| async {
        let event = listener.event().await;
        Some((Ok(event), listener))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

impl Listener {
    /// Waits until there is something to send.
    async fn event(&mut self) -> Event {
        loop {
            self.ticks.tick().await;
            let tick = self.ticks_so_far;
            self.ticks_so_far += 1;
            if tick.is_multiple_of(STATE_EVERY) {
                return event("state", &self.page.overview());
            }
            let (entries, next) = self.page.history.journal.since(self.next, BATCH);
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
