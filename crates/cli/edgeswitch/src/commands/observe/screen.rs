use terminal_text::Lines;

use super::report::{Bad, OfRelease, Quantiles, Report};
use crate::commands::table::table;

/// The cells of a bar.
const WIDTH: f64 = 10.0;
/// Parts of a cell, from an eighth on.
const PARTS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const HEADINGS: [&str; 11] = [
    "content",
    "release",
    "requests",
    "share",
    "viewers",
    "with 5xx",
    "with missing",
    "functions",
    "hits",
    "hit 50/95 %",
    "miss 50/95 %",
];

/// The report for people.
pub(super) fn lines(report: &Report) -> Lines {
    let mut lines = Lines::new([head(report)]);
    if !report.releases.is_empty() {
        lines.append(table(HEADINGS, report.releases.iter().map(row)));
    }
    lines.push(named_by(report));
    lines.push(apart(report));
    for line in problems(report) {
        lines.push(line);
    }
    lines
}

fn head(report: &Report) -> String {
    let Report { from, to, requests, .. } = report;
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} to {to}: {requests} requests"),
        (None, _) | (_, None) => format!("{requests} requests"),
    }
}

fn row(line: &OfRelease) -> [String; 11] {
    let hits = match line.hits + line.misses {
        0 => "-".into(),
        all => format!("{:.0} %", 100.0 * line.hits as f64 / all as f64),
    };
    [
        line.content.into(),
        line.release.clone(),
        line.requests.to_string(),
        format!("{:<10} {:.1} %", bar(line.percent), line.percent),
        line.viewers.to_string(),
        bad(&line.server_errors, line.viewers),
        bad(&line.missing_files, line.viewers),
        line.function_errors.to_string(),
        hits,
        times(&line.hit_ms),
        times(&line.miss_ms),
    ]
}

/// The viewers, and their share.
fn bad(bad: &Bad, viewers: u64) -> String {
    match bad.viewers {
        0 => "0".into(),
        some => format!("{some} ({:.2} %)", 100.0 * some as f64 / viewers.max(1) as f64),
    }
}

fn times(times: &Quantiles) -> String {
    match (times.p50, times.p95) {
        (Some(half), Some(most)) => format!("{half}/{most} ms"),
        (None, _) | (_, None) => "-".into(),
    }
}

/// A bar of ten cells for 100 %.
fn bar(percent: f64) -> String {
    let eighths = (percent / 100.0 * WIDTH * 8.0).round() as usize;
    let part = (eighths % 8).checked_sub(1).and_then(|at| PARTS.get(at));
    "█".repeat(eighths / 8).chars().chain(part.copied()).collect()
}

fn named_by(report: &Report) -> String {
    let by = &report.named_by;
    let compared = match report.agreed + report.disagreed {
        0 => String::new(),
        all => format!("; a second one agrees for {} of {all}", report.agreed),
    };
    format!(
        "the release is named by the label of {} requests, a path pin of {}, a query pin of {}, the cookie of {}, and \
         nothing of {}{compared}",
        by.label, by.path_pin, by.query_pin, by.cookie, report.unnamed
    )
}

fn apart(report: &Report) -> String {
    let apart = &report.apart;
    format!(
        "not counted: {} requests of crawlers, {} under an override, {} of viewers who left, {} that were in the logs before",
        apart.crawlers, apart.overrides, apart.left, report.doubles
    )
}

/// What keeps the counts from being complete.
fn problems(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    let mut note = |count: u64, line: String| {
        if count > 0 {
            lines.push(line);
        }
    };
    let Report { unsure, without_id, too_many, skipped_lines, .. } = report;
    note(*unsure, format!("{unsure} requests are so late that they may be counted twice"));
    note(
        *without_id,
        format!("{without_id} requests have no id, so that they may be counted twice"),
    );
    note(
        *too_many,
        format!("{too_many} requests name releases beyond the first {}", observation::MAX_RELEASES),
    );
    let first = report.first_skipped.as_deref().unwrap_or_default();
    note(*skipped_lines, format!("{skipped_lines} lines are no requests; the first: {first}"));
    for unread in &report.unread {
        lines.push(format!("{} was not read to its end: {}", unread.log, unread.error));
    }
    if report.requests > 0 && report.releases.is_empty() {
        lines.push("no request names its release: see docs/observe.md".into());
    }
    lines
}
