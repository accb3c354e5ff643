use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cloudfront_sim::{EdgeLocation, Exchange, Step};
use edge_config::Config;

use super::decided::Decided;
use super::spans::Spans;

pub(super) const KEPT: usize = 500;

/// The last exchanges, and counts of the last minutes.
#[derive(Default)]
pub(super) struct Journal {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The number of the next exchange, counted from 0.
    next: u64,
    entries: VecDeque<Arc<Entry>>,
    spans: Spans,
}

/// An exchange, its decision, and the configuration that explains it.
pub(super) struct Entry {
    pub(super) exchange: Arc<Exchange>,
    pub(super) decided: Decided,
    pub(super) config: Arc<Config>,
}

impl Journal {
    /// Adds an exchange that has ended. If the journal is full, the oldest one goes.
    pub(super) fn record(&self, entry: Entry) {
        let mut state = self.state();
        let Entry { exchange, decided, .. } = &entry;
        let load = decided.release.as_deref().filter(|_| decided.is_document);
        state.spans.add(exchange.at, exchange.result, load);
        if state.entries.len() == KEPT {
            state.entries.pop_front();
        }
        state.entries.push_back(Arc::new(entry));
        state.next += 1;
    }

    /// The exchanges from number `from` on, oldest first, and the number to ask for next time. Only the last
    /// `most` of those still kept are returned.
    pub(super) fn since(&self, from: u64, most: usize) -> (Vec<Arc<Entry>>, u64) {
        let state = self.state();
        let new = usize::try_from(state.next.saturating_sub(from)).unwrap_or(usize::MAX);
        let old = state.entries.len().saturating_sub(new.min(most));
        (state.entries.iter().skip(old).cloned().collect(), state.next)
    }

    /// The exchange with this id, if it is still kept.
    pub(super) fn find(&self, id: &str) -> Option<Arc<Entry>> {
        self.state().entries.iter().rev().find(|entry| entry.exchange.id == id).cloned()
    }

    /// The release that the object under `key` was fetched for at `edge`, if that is still known.
    pub(super) fn release_of(&self, edge: &EdgeLocation, key: &str) -> Option<String> {
        let state = self.state();
        let is_it = |entry: &&Arc<Entry>| {
            entry.exchange.edge == *edge && cache_key(&entry.exchange) == Some(key)
        };
        state.entries.iter().rev().filter(is_it).find_map(|entry| entry.decided.release.clone())
    }

    /// The counts of the last minutes.
    pub(super) fn spans(&self) -> Spans {
        self.state().spans.clone()
    }

    /// Nothing panics in the middle of a change, so a poisoned lock still holds valid data.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The cache key of the lookup.
pub(super) fn cache_key(exchange: &Exchange) -> Option<&str> {
    exchange.steps.iter().find_map(|step| match step {
        Step::Lookup { key, .. } => Some(key.as_str()),
        Step::Function { .. } | Step::Origin { .. } | Step::Kept { .. } => None,
    })
}

#[cfg(test)]
pub(super) mod tests {
    use std::net::Ipv4Addr;

    use axum::http::{HeaderMap, Version};
    use cloudfront_sim::CacheResult;
    use edge_time::Timestamp;

    use super::*;
    use crate::page::decided::Decided;
    use crate::sample;

    fn entry(number: u64) -> Entry {
        at("FRA50", number, None)
    }

    /// A request for the object `/`.
    pub(in crate::page) fn exchange(edge: &str, number: u64) -> Exchange {
        let lookup = Step::Lookup { key: "shop/".into(), result: CacheResult::Hit };
        Exchange {
            id: number.to_string(),
            at: Timestamp(0),
            ended: Timestamp(0),
            domain_name: "d111111abcdef8.cloudfront.net".into(),
            viewer: Ipv4Addr::LOCALHOST.into(),
            connection: None,
            version: Version::HTTP_11,
            edge: EdgeLocation(edge.into()),
            method: "GET".into(),
            url: "/".into(),
            request_headers: HeaderMap::new(),
            request_bytes: 0,
            behavior: "Default (*)".into(),
            steps: vec![lookup],
            origin_ms: None,
            result: CacheResult::Hit,
            status: 200,
            response_headers: HeaderMap::new(),
            response_bytes: 0,
            has_left: false,
            micros: 1,
        }
    }

    /// The same, of `release` if that is known.
    fn at(edge: &str, number: u64, release: Option<&str>) -> Entry {
        let exchange = exchange(edge, number);
        let decided = Decided { release: release.map(str::to_owned), ..Decided::default() };
        let config = Config::from_toml(sample::CONFIG).unwrap();
        Entry { exchange: Arc::new(exchange), decided, config: Arc::new(config) }
    }

    fn ids(entries: &[Arc<Entry>]) -> Vec<&str> {
        entries.iter().map(|entry| entry.exchange.id.as_str()).collect()
    }

    #[test]
    fn the_last_exchanges_are_kept_and_no_more() {
        let journal = Journal::default();
        for number in 0..=KEPT as u64 {
            journal.record(entry(number));
        }
        let (entries, next) = journal.since(0, usize::MAX);
        assert_eq!((entries.len(), next), (KEPT, KEPT as u64 + 1));
        assert!(journal.find("0").is_none(), "the oldest one is gone");
        assert!(journal.find("1").is_some());
    }

    #[test]
    fn listener_gets_new_exchanges_oldest_first() {
        let journal = Journal::default();
        for number in 0..5 {
            journal.record(entry(number));
        }
        let table = [
            ("everything", 0, 9, vec!["0", "1", "2", "3", "4"]),
            ("since then", 3, 9, vec!["3", "4"]),
            ("nothing new", 5, 9, vec![]),
            ("the last of many", 0, 2, vec!["3", "4"]),
            ("a future number", 9, 9, vec![]),
        ];
        for (name, from, most, expected) in table {
            let (entries, next) = journal.since(from, most);
            assert_eq!((ids(&entries), next), (expected, 5), "{name}");
        }
    }

    #[test]
    fn hit_counts_for_the_release_that_was_fetched_there() {
        let journal = Journal::default();
        journal.record(at("FRA50", 0, Some("blue")));
        journal.record(at("IAD89", 1, Some("green")));
        journal.record(at("FRA50", 2, None));
        let release = |edge: &str, key| journal.release_of(&EdgeLocation(edge.into()), key);
        assert_eq!(release("FRA50", "shop/").as_deref(), Some("blue"));
        assert_eq!(release("IAD89", "shop/").as_deref(), Some("green"));
        assert_eq!(release("FRA50", "shop/cart"), None);
    }
}
