use std::collections::{BTreeMap, VecDeque};

use cloudfront_sim::CacheResult;
use routing_core::Timestamp;
use serde::Serialize;

use super::journal::Entry;

/// The length of a span, in milliseconds.
const LENGTH: i64 = 5_000;
/// Five minutes of them.
const SPANS: usize = 60;

/// Counts of the last five minutes, five seconds each.
#[derive(Debug, Clone, Default)]
pub(super) struct Spans(VecDeque<(i64, Span)>);

/// What happened in five seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Span {
    /// Page loads by release.
    loads: BTreeMap<String, u32>,
    /// Requests that were answered from a cache.
    hits: u32,
    /// All requests.
    total: u32,
}

impl Spans {
    /// Counts an exchange.
    pub(super) fn count(&mut self, Entry { exchange, decided }: &Entry) {
        let span = self.at(exchange.at.0.div_euclid(LENGTH));
        span.total += 1;
        span.hits += u32::from(is_hit(exchange.result));
        if let Some(release) = decided.release.as_ref().filter(|_| decided.is_document) {
            *span.loads.entry(release.clone()).or_default() += 1;
        }
    }

    /// The spans up to `now`, oldest first, quiet ones included.
    pub(super) fn until(&self, Timestamp(now): Timestamp) -> Vec<Span> {
        let last = now.div_euclid(LENGTH);
        let first = last - (SPANS as i64 - 1);
        let counted = |number| self.0.iter().find(|(counted, _)| *counted == number);
        (first..=last)
            .map(|number| counted(number).map(|(_, span)| span.clone()).unwrap_or_default())
            .collect()
    }

    /// The span of this number; one that ended before the last in [`SPANS`] counts as the newest.
    fn at(&mut self, number: i64) -> &mut Span {
        let is_new = self.0.back().is_none_or(|(newest, _)| *newest < number);
        if is_new {
            self.0.push_back((number, Span::default()));
            if self.0.len() > SPANS {
                self.0.pop_front();
            }
        }
        let found = self.0.iter().rposition(|(counted, _)| *counted <= number);
        let index = found.unwrap_or(self.0.len() - 1);
        &mut self.0.get_mut(index).expect("a span was pushed when there was none").1
    }
}

fn is_hit(result: CacheResult) -> bool {
    match result {
        CacheResult::Hit | CacheResult::RefreshHit => true,
        CacheResult::Miss
        | CacheResult::Error
        | CacheResult::LambdaGeneratedResponse
        | CacheResult::LambdaValidationError
        | CacheResult::LambdaExecutionError
        | CacheResult::LambdaLimitExceeded => false,
    }
}
