use std::collections::{BTreeMap, VecDeque};

use cloudfront_sim::CacheResult;
use edge_time::Timestamp;
use serde::Serialize;

/// The length of a span, in milliseconds.
const LENGTH: i64 = 5_000;
/// Five minutes.
const SPANS: usize = 60;

/// Counts for the last five minutes, in spans of five seconds.
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
    /// Counts a request. If it is a page load, `load` is its release.
    pub(super) fn add(
        &mut self,
        Timestamp(at): Timestamp,
        result: CacheResult,
        load: Option<&str>,
    ) {
        let span = self.at(at.div_euclid(LENGTH));
        span.total += 1;
        span.hits += u32::from(is_hit(result));
        if let Some(release) = load {
            *span.loads.entry(release.to_owned()).or_default() += 1;
        }
    }

    /// The spans up to `now`, oldest first. Spans without requests are included.
    pub(super) fn until(&self, Timestamp(now): Timestamp) -> Vec<Span> {
        let last = now.div_euclid(LENGTH);
        let first = last - (SPANS as i64 - 1);
        let counted = |number| self.0.iter().find(|(counted, _)| *counted == number);
        (first..=last)
            .map(|number| counted(number).map(|(_, span)| span.clone()).unwrap_or_default())
            .collect()
    }

    /// The span with this number. Requests end in another order than they begin: if a newer span exists and
    /// this one does not, the one before it counts instead.
    fn at(&mut self, number: i64) -> &mut Span {
        if self.0.back().is_none_or(|(newest, _)| *newest < number) {
            self.0.push_back((number, Span::default()));
            if self.0.len() > SPANS {
                self.0.pop_front();
            }
        }
        let index = self.0.iter().rposition(|(counted, _)| *counted <= number).unwrap_or(0);
        &mut self.0.get_mut(index).expect("there is a span: one was just pushed if not").1
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

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn seconds_ago(seconds: i64) -> Timestamp {
        Timestamp(NOW.0 - seconds * 1000)
    }

    #[test]
    fn requests_are_counted_by_time_result_and_release() {
        let mut spans = Spans::default();
        spans.add(seconds_ago(15), CacheResult::Miss, Some("blue"));
        spans.add(seconds_ago(1), CacheResult::Hit, Some("blue"));
        spans.add(seconds_ago(0), CacheResult::RefreshHit, Some("green"));
        spans.add(seconds_ago(0), CacheResult::Error, None);
        let counted = spans.until(NOW);
        assert_eq!(counted.len(), SPANS);
        let [.., before, quiet, one, last] = counted.as_slice() else { panic!("60 are more") };
        assert_eq!((before.total, quiet.total), (1, 0));
        assert_eq!((one.hits, one.total), (1, 1));
        assert_eq!((last.hits, last.total, last.loads.get("green")), (1, 2, Some(&1)));
    }

    #[test]
    fn five_minutes_are_kept_and_no_more() {
        let mut spans = Spans::default();
        for second in (0..1000).rev() {
            spans.add(seconds_ago(second), CacheResult::Hit, None);
        }
        assert_eq!(spans.0.len(), SPANS);
        let total: u32 = spans.until(NOW).iter().map(|span| span.total).sum();
        assert_eq!(total, 296, "the last span has just begun");
    }

    #[test]
    fn request_that_ended_late_is_counted_all_the_same() {
        let mut spans = Spans::default();
        spans.add(seconds_ago(0), CacheResult::Hit, None);
        spans.add(seconds_ago(100), CacheResult::Hit, None);
        assert_eq!(spans.until(NOW).last().map(|span| span.total), Some(2));
    }
}
