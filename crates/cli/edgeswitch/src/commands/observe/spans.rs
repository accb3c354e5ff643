use std::collections::BTreeSet;

use edge_time::Timestamp;
use observation::{InSpan, Observation, Span};
use serde::Serialize;

use super::report::rounded;

/// A span of time.
#[derive(Serialize)]
pub(super) struct OfSpan {
    pub(super) from: String,
    pub(super) releases: Vec<InSpanOfTime>,
}

/// A release in a span of time.
#[derive(Serialize)]
pub(super) struct InSpanOfTime {
    pub(super) release: String,
    pub(super) requests: u64,
    pub(super) page_loads: u64,
    /// Of all page loads in the span whose release is known.
    pub(super) percent: f64,
    pub(super) planned_percent: Option<f64>,
    pub(super) viewers: u64,
    pub(super) bad_viewers: u64,
}

/// The spans in the order of time. Releases have the same order in each of them.
pub(super) fn spans(observation: &Observation) -> Vec<OfSpan> {
    observation.spans.iter().map(|(start, span)| of_span(*start, span)).collect()
}

/// A release without requests is there too, if the plan gives it a share.
fn of_span(start: Timestamp, span: &Span) -> OfSpan {
    let loads: u64 = span.releases.values().map(|release| release.page_loads).sum();
    let seen = span.releases.keys().map(String::as_str);
    let names: BTreeSet<&str> = seen.chain(span.planned.releases()).collect();
    let of_release = |release: &str| {
        let nothing = InSpan::default();
        let counts = span.releases.get(release).unwrap_or(&nothing);
        InSpanOfTime {
            release: release.into(),
            requests: counts.requests,
            page_loads: counts.page_loads,
            percent: rounded(100.0 * counts.page_loads as f64 / loads.max(1) as f64),
            planned_percent: span.planned.percent(release).map(rounded),
            viewers: counts.viewers.count(),
            bad_viewers: counts.bad_viewers.count(),
        }
    };
    OfSpan { from: start.to_string(), releases: names.into_iter().map(of_release).collect() }
}
