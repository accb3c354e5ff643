use indicatif::DecimalBytes;
use terminal_text::Lines;

use super::athena::cents;
use super::report::{OfRelease, Quantiles, Report, Reported, Shifts};
use super::spans::{InSpanOfTime, OfSpan};
use crate::commands::table::table;

/// The cells of a bar.
const WIDTH: f64 = 10.0;
/// Parts of a cell, from an eighth on.
const PARTS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

const HEADINGS: [&str; 12] = [
    "content",
    "release",
    "requests",
    "share",
    "planned",
    "viewers",
    "with 5xx",
    "with missing",
    "functions",
    "hits",
    "hit 50/95 %",
    "miss 50/95 %",
];

pub(super) const PAGE_HEADINGS: [&str; 6] =
    ["release", "with a page error", "measured pages", "LCP 50/95 %", "INP 50/95 %", "CLS 50/95 %"];

const SPAN_HEADINGS: [&str; 7] =
    ["from", "release", "page loads", "share", "planned", "viewers", "bad viewers"];

/// The report for people.
pub(super) fn lines(report: &Report) -> Lines {
    let mut lines = Lines::new([head(report)]);
    if !report.releases.is_empty() {
        lines.append(table(HEADINGS, report.releases.iter().map(row)));
    }
    let pages: Vec<_> = report.releases.iter().filter_map(page).collect();
    if !pages.is_empty() {
        lines.push(String::new());
        lines.append(table(PAGE_HEADINGS, pages));
    }
    if !report.spans.is_empty() {
        lines.push(String::new());
        lines.append(table(SPAN_HEADINGS, report.spans.iter().flat_map(span)));
    }
    if report.beacons > 0 || !report.spans.is_empty() {
        lines.push(String::new());
    }
    for line in notes(report) {
        lines.push(line);
    }
    lines
}

/// How the requests were counted, and what keeps the counts from being complete.
pub(super) fn notes(report: &Report) -> Vec<String> {
    let mut notes = vec![named_by(report)];
    notes.extend(replayed(report));
    notes.push(apart(report));
    notes.extend(beacons(report));
    notes.extend(by_athena(report));
    notes.extend(problems(report));
    notes
}

/// What the query cost, and what it cannot find.
fn by_athena(report: &Report) -> Vec<String> {
    let Some(cost) = &report.athena else { return Vec::new() };
    let mut lines =
        vec![format!("Athena read {}: {}", DecimalBytes(cost.bytes), cents(cost.dollars))];
    if report.unnamed > 0 {
        lines.push(format!(
            "without `--engine athena`, `--replay` can find the release of the {} requests that name none",
            report.unnamed
        ));
    }
    lines
}

pub(super) fn head(report: &Report) -> String {
    let Report { from, to, requests, .. } = report;
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} to {to}: {requests} requests"),
        (None, _) | (_, None) => format!("{requests} requests"),
    }
}

fn row(line: &OfRelease) -> [String; 12] {
    [
        line.content.into(),
        line.release.clone(),
        line.requests.to_string(),
        share(line.percent),
        planned(line.planned_percent),
        line.viewers.to_string(),
        bad(line.server_errors.viewers, line.viewers),
        bad(line.missing_files.viewers, line.viewers),
        line.function_errors.to_string(),
        hits(line),
        times(&line.hit_ms),
        times(&line.miss_ms),
    ]
}

/// The part of hits among hits and misses.
pub(super) fn hits(line: &OfRelease) -> String {
    match line.hits + line.misses {
        0 => "-".into(),
        all => format!("{:.0} %", 100.0 * line.hits as f64 / all as f64),
    }
}

/// What the pages of a release reported.
pub(super) fn page(line: &OfRelease) -> Option<[String; 6]> {
    let Reported { viewers_with_errors, measured, lcp_ms, inp_ms, cls, .. } =
        line.reported.as_ref()?;
    Some([
        line.release.clone(),
        bad(*viewers_with_errors, line.viewers),
        measured.to_string(),
        times(lcp_ms),
        times(inp_ms),
        shifts(cls),
    ])
}

/// The rows of a span. The time stands in the first of them.
fn span(of: &OfSpan) -> Vec<[String; 7]> {
    let row = |(number, one): (usize, &InSpanOfTime)| {
        [
            if number == 0 { of.from.clone() } else { String::new() },
            one.release.clone(),
            one.page_loads.to_string(),
            share(one.percent),
            planned(one.planned_percent),
            one.viewers.to_string(),
            bad(one.bad_viewers, one.viewers),
        ]
    };
    of.releases.iter().enumerate().map(row).collect()
}

fn share(percent: f64) -> String {
    format!("{:<10} {percent:.1} %", bar(percent))
}

fn planned(percent: Option<f64>) -> String {
    percent.map_or("-".into(), |percent| format!("{percent:.1} %"))
}

/// The viewers, and their share.
fn bad(bad: u64, viewers: u64) -> String {
    match bad {
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

fn shifts(shifts: &Shifts) -> String {
    match (shifts.p50, shifts.p95) {
        (Some(half), Some(most)) => format!("{half:.2}/{most:.2}"),
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

/// What the plans said of requests that name no release.
fn replayed(report: &Report) -> Vec<String> {
    let Report { doubts, assumed, replay, .. } = report;
    let told = report.named_by.replay;
    let untold = doubts.near_change + doubts.no_plan + doubts.no_cookies;
    let mut lines = Vec::new();
    if told + untold > 0 {
        let assumed = match assumed {
            0 => String::new(),
            some => format!(
                "; {some} of all are right only if they were the page loads that they look like"
            ),
        };
        lines.push(format!(
            "the plan of the time gives the release of {told} requests; not that of {} near a change, {} from before its \
             history, {} without cookies{assumed}",
            doubts.near_change, doubts.no_plan, doubts.no_cookies
        ));
    }
    match replay.agreed + replay.differed {
        0 => {}
        all => lines.push(format!(
            "the plan agrees with the label for {} of {all} requests",
            replay.agreed
        )),
    }
    lines
}

fn apart(report: &Report) -> String {
    let apart = &report.apart;
    format!(
        "not counted: {} requests of crawlers, {} under an override, {} that a function answered, {} of viewers who left, {} \
         that were in the logs before",
        apart.crawlers, apart.overrides, apart.answered, apart.left, report.doubles
    )
}

fn beacons(report: &Report) -> Option<String> {
    let Report { beacons, unnamed_beacons, .. } = report;
    let line =
        || format!("pages sent {beacons} beacons; {unnamed_beacons} of them name no release");
    (*beacons > 0).then(line)
}

/// What keeps the counts from being complete.
fn problems(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    let mut note = |count: u64, line: String| {
        if count > 0 {
            lines.push(line);
        }
    };
    let Report { unsure, without_id, too_many, skipped_lines, beyond_spans, .. } = report;
    note(
        u64::from(report.lacks_cookies),
        "the logs have no cookies: without those of returning viewers, the plan does not tell their release".into(),
    );
    note(
        *beyond_spans,
        format!(
            "{beyond_spans} requests are in none of the first {} spans",
            observation::MAX_SPANS
        ),
    );
    note(*unsure, format!("{unsure} requests are so late that they may be counted twice"));
    note(
        *without_id,
        format!("{without_id} requests have no id, so that they may be counted twice"),
    );
    note(
        *too_many,
        format!("{too_many} requests name releases beyond the first {}", observation::MAX_RELEASES),
    );
    let first = report.first_skipped.as_ref().map(|first| format!("; the first: {first}"));
    let first = first.unwrap_or_default();
    note(*skipped_lines, format!("{skipped_lines} lines are no requests{first}"));
    for unread in &report.unread {
        lines.push(format!("{} was not read to its end: {}", unread.log, unread.error));
    }
    if report.requests > 0 && report.releases.is_empty() {
        lines.push("no request names its release: see docs/observe.md".into());
    }
    lines
}
