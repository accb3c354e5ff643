use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cloudfront_sim::Exchange;

use super::decided::Decided;
use super::spans::Spans;

/// How many exchanges are kept.
pub(super) const KEPT: usize = 500;

/// The last exchanges, and the figures of the last minutes.
#[derive(Default)]
pub(super) struct Journal {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The number of the exchange that comes next; they count from 0.
    next: u64,
    entries: VecDeque<Arc<Entry>>,
    spans: Spans,
}

/// An exchange, and what was decided in it.
pub(super) struct Entry {
    pub(super) exchange: Arc<Exchange>,
    pub(super) decided: Decided,
}

impl Journal {
    /// Takes up an exchange that has ended; the oldest one goes.
    pub(super) fn record(&self, entry: Entry) {
        let mut state = self.state();
        state.spans.count(&entry);
        if state.entries.len() == KEPT {
            state.entries.pop_front();
        }
        state.entries.push_back(Arc::new(entry));
        state.next += 1;
    }

    /// The exchanges from number `from` on that are still kept, oldest first, at most the last `most`; and
    /// the number of the one that comes next.
    pub(super) fn since(&self, from: u64, most: usize) -> (Vec<Arc<Entry>>, u64) {
        let state = self.state();
        let new = usize::try_from(state.next.saturating_sub(from)).unwrap_or(usize::MAX);
        let old = state.entries.len().saturating_sub(new.min(most));
        (state.entries.iter().skip(old).cloned().collect(), state.next)
    }

    /// The exchange with this id, while it is kept.
    pub(super) fn find(&self, id: &str) -> Option<Arc<Entry>> {
        self.state().entries.iter().rev().find(|entry| entry.exchange.id == id).cloned()
    }

    /// The figures of the last minutes.
    pub(super) fn spans(&self) -> Spans {
        self.state().spans.clone()
    }

    /// Every change of the state is whole before anything can panic.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
