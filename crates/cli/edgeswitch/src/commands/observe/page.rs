use std::time::Duration;

use edge_time::Timestamp;
use humantime::format_duration;
use observation::{Content, Observation};
use release_trial::Judgement;

use super::pieces::{Piece, pieces};
use super::report::{Bad, OfRelease, Report};
use super::{Observed, screen};
use crate::commands::charts::{evidence, kinds, latency};
use crate::gate::{Conclusion, Terms, words};
use crate::report_page::{Line, Mark, Marks, ReportPage, Series, TimeChart};

/// The verdicts of the report.
pub(super) enum Verdicts {
    /// Without the history of the plan, nobody knows which release was on trial.
    NoPlans,
    /// Of the trials of which the logs say something.
    Of(Vec<Judgement>, Terms),
}

/// The report as one file. `name` is the application's.
pub(super) fn page(
    name: Option<&str>,
    observed: &Observed,
    report: &Report,
    verdicts: &Verdicts,
) -> String {
    let of = name.map(|name| format!(" of {name}")).unwrap_or_default();
    let mut page = ReportPage::new(&format!("What each release{of} did to its viewers"));
    page.paragraph(&format!("{}. Times are in UTC.", screen::head(report)));
    let releases = releases(&observed.observation);
    let charted: Vec<(&str, usize)> = releases.iter().copied().zip(0..Series::LOOKS).collect();
    if releases.len() > charted.len() {
        page.paragraph(&format!(
            "The charts show the {} releases with the most requests.",
            charted.len()
        ));
    }
    over_time(&mut page, &observed.observation, &charted);
    requests(&mut page, report);
    errors(&mut page, report);
    reported(&mut page, report);
    latency(&mut page, &observed.observation, &charted);
    verdict(&mut page, observed, verdicts);
    page.heading("How the requests were counted");
    for note in screen::notes(report) {
        page.paragraph(&note);
    }
    page.finish()
}

/// The releases, the one with the most requests first.
fn releases(observation: &Observation) -> Vec<&str> {
    let requests = |release: &&str| {
        let contents = observation.releases.get(*release).into_iter().flatten();
        contents.map(|(_, traffic)| traffic.requests).sum::<u64>()
    };
    let mut releases: Vec<&str> = observation.releases.keys().map(String::as_str).collect();
    releases.sort_by_key(|release| std::cmp::Reverse(requests(release)));
    releases
}

/// The shares and the errors over time.
fn over_time(page: &mut ReportPage, observation: &Observation, releases: &[(&str, usize)]) {
    let pieces = pieces(observation);
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return };
    let times = (first.from, last.until);
    page.charts([shares(&pieces, times, releases).plot(), rates(&pieces, times, releases).plot()]);
}

/// The share of each release in the page loads, beside the plan's.
fn shares(
    pieces: &[Piece],
    (from, until): (Timestamp, Timestamp),
    releases: &[(&str, usize)],
) -> TimeChart {
    let (mut lines, mut marks) = (Vec::new(), Vec::new());
    for (release, look) in releases.iter().copied() {
        let mut points = Vec::new();
        let mut seen = Vec::new();
        for piece in pieces {
            let planned = piece.span.planned.percent(release);
            points.extend(
                planned.into_iter().flat_map(|share| [(piece.from, share), (piece.until, share)]),
            );
            let counts = &piece.span.releases;
            let own = counts.get(release).map_or(0, |counts| counts.page_loads);
            let all = counts.values().map(|counts| counts.page_loads).sum();
            seen.extend(Mark::percent(piece.middle(), own, all));
        }
        if !points.is_empty() {
            lines.push(Line { name: format!("{release} planned"), look, points });
        }
        marks.push(Marks { name: release.into(), look, marks: seen });
    }
    let caption = match lines.is_empty() {
        true => "Share of the page loads",
        false => "Share of the page loads, against the plan",
    };
    TimeChart { caption: caption.into(), unit: "%", up: (0.0, 100.0), from, until, lines, marks }
}

/// The part of the viewers of each release that were bad.
fn rates(
    pieces: &[Piece],
    (from, until): (Timestamp, Timestamp),
    releases: &[(&str, usize)],
) -> TimeChart {
    let of_release = |&(release, look): &(&str, usize)| {
        let mark = |piece: &Piece| {
            let counts = piece.span.releases.get(release)?;
            Mark::percent(piece.middle(), counts.bad_viewers.count(), counts.viewers.count())
        };
        Marks { name: release.into(), look, marks: pieces.iter().filter_map(mark).collect() }
    };
    let marks: Vec<Marks> = releases.iter().map(of_release).collect();
    TimeChart {
        caption: "Bad viewers".into(),
        unit: "% of the viewers",
        up: (0.0, Mark::room_for(marks.iter().flat_map(|marks| &marks.marks))),
        from,
        until,
        lines: Vec::new(),
        marks,
    }
}

fn requests(page: &mut ReportPage, report: &Report) {
    if report.releases.is_empty() {
        return;
    }
    page.heading("Requests");
    let headings = ["content", "release", "requests", "share", "planned", "viewers", "hits"];
    let percent = |percent: f64| format!("{percent:.1} %");
    let row = |line: &OfRelease| {
        [
            line.content.into(),
            line.release.clone(),
            line.requests.to_string(),
            percent(line.percent),
            line.planned_percent.map_or("-".into(), percent),
            line.viewers.to_string(),
            screen::hits(line),
        ]
    };
    page.table("Requests of each release", headings, 2, report.releases.iter().map(row));
}

fn errors(page: &mut ReportPage, report: &Report) {
    if report.releases.is_empty() {
        return;
    }
    page.heading("Viewers with errors");
    let headings = [
        "content",
        "release",
        "viewers",
        "with 5xx",
        "with missing files",
        "failures of functions",
    ];
    let row = |line: &OfRelease| {
        let is_file = line.content == Content::File.name();
        let missing = if is_file { rate(&line.missing_files, line.viewers) } else { "-".into() };
        [
            line.content.into(),
            line.release.clone(),
            line.viewers.to_string(),
            rate(&line.server_errors, line.viewers),
            missing,
            line.function_errors.to_string(),
        ]
    };
    let caption = "Viewers with errors, their part, and its interval of 95 %";
    page.table(caption, headings, 2, report.releases.iter().map(row));
}

fn reported(page: &mut ReportPage, report: &Report) {
    let rows: Vec<_> = report.releases.iter().filter_map(screen::page).collect();
    if !rows.is_empty() {
        page.heading("What pages reported");
        page.table("Page errors and measurements of pages", screen::PAGE_HEADINGS, 1, rows);
    }
}

/// `16: 3.20 % (2.10 to 4.62)`
fn rate(bad: &Bad, viewers: u64) -> String {
    let Some(mark) = Mark::percent(Timestamp(0), bad.viewers, viewers) else { return "-".into() };
    format!("{}: {:.2} % ({:.2} to {:.2})", bad.viewers, mark.value, mark.least, mark.most)
}

/// What `gate` says of the releases that were on trial.
fn verdict(page: &mut ReportPage, observed: &Observed, verdicts: &Verdicts) {
    page.heading("Verdict over time");
    let (terms, judgements) = match verdicts {
        Verdicts::NoPlans => {
            page.paragraph(
                "There is no verdict: without the history of the plan, nobody knows which release was on trial. `--replay` \
                 reads it from the account, `--local` from `edgeswitch dev`, and `--plans` from a file.",
            );
            return;
        }
        Verdicts::Of(judgements, terms) => (terms, judgements),
    };
    if judgements.is_empty() {
        page.paragraph(
            "There is no verdict: in these logs, no release has viewers beside those of the active one.",
        );
    }
    for judgement in judgements {
        of_trial(page, observed, terms, judgement);
    }
}

fn of_trial(page: &mut ReportPage, observed: &Observed, terms: &Terms, judgement: &Judgement) {
    let Judgement { trial, until, verdict, .. } = judgement;
    let (candidate, active, began) = (&trial.candidate, &trial.active, trial.from());
    let until = until.floor_second();
    page.paragraph(&format!("{candidate} beside {active}, from {began} to {until}:"));
    let conclusion = Conclusion::of(verdict, &observed.found);
    page.verdict(conclusion.name(), &words(verdict, &observed.found));
    let (first, last) = observed.observation.times.unwrap_or((began.0, until.0));
    let unseen = u64::try_from(first - began.0).unwrap_or_default() / 1000;
    if unseen >= 60 {
        let unseen = format_duration(Duration::from_secs(unseen));
        page.paragraph(&format!(
            "These logs have no request of its first {unseen}. `edgeswitch gate {candidate}` looks at its whole time."
        ));
    }
    let from = began.max(Timestamp(first));
    let until = until.min(Timestamp(last)).max(from);
    page.charts([evidence(judgement, (from, until), terms.alpha()).plot()]);
    kinds(page, judgement);
}
