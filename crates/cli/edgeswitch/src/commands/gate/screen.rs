use terminal_text::Lines;

use super::printed::{Both, OfKind, OfStretch, Printed};
use crate::commands::table::table;

const HEADINGS: [&str; 6] =
    ["viewers with a", "on trial", "active", "times as often", "at least", "at most"];

/// The verdict for people.
pub(super) fn lines(printed: &Printed) -> Lines {
    let mut lines = Lines::new([printed.reason.clone(), head(printed)]);
    lines.append(table(HEADINGS, printed.kinds.iter().map(row)));
    for stretch in &printed.shares {
        lines.push(share(stretch));
    }
    for line in problems(printed) {
        lines.push(line);
    }
    lines
}

fn head(printed: &Printed) -> String {
    let Printed { release, active, from, until, page_loads, .. } = printed;
    format!(
        "{from} to {until}: {} page loads of {release} on trial, {} of {active}",
        page_loads.release, page_loads.active
    )
}

fn row(line: &OfKind) -> [String; 6] {
    let [times, at_least, at_most] = line.ratios();
    let Both { release: bad, active: active_bad } = line.bad_viewers;
    let Both { release: minutes, active: active_minutes } = line.viewer_minutes;
    [
        line.words(),
        bad_of(bad, minutes),
        bad_of(active_bad, active_minutes),
        times,
        at_least,
        at_most,
    ]
}

/// The bad viewers, and their rate.
fn bad_of(bad: u64, minutes: u64) -> String {
    match (bad, minutes) {
        (0, _) | (_, 0) => bad.to_string(),
        (bad, minutes) => {
            format!("{bad} ({:.2} % a minute)", 100.0 * bad as f64 / minutes as f64)
        }
    }
}

fn share(stretch: &OfStretch) -> String {
    let OfStretch { from, planned_percent, percent, viewers } = stretch;
    let all = viewers.release + viewers.active;
    match percent {
        Some(percent) => {
            format!(
                "from {from}: {percent} % of {all} new viewers, {planned_percent} % are planned"
            )
        }
        None => format!("from {from}: no new viewers, {planned_percent} % are planned"),
    }
}

/// What does not count, and what could not be read.
fn problems(printed: &Printed) -> Vec<String> {
    let requests = &printed.requests;
    let mut lines = vec![format!(
        "{} requests count; {} are of other releases, {} of other times, and {} are failures of edge functions",
        requests.counted - requests.function_errors,
        requests.other_releases,
        requests.other_times,
        requests.function_errors
    )];
    if printed.skipped_lines > 0 {
        let skipped = printed.skipped_lines;
        lines
            .push(format!("{skipped} lines are no requests: `edgeswitch observe` shows the first"));
    }
    for unread in &printed.unread {
        lines.push(format!("{} was not read to its end: {}", unread.log, unread.error));
    }
    lines
}
