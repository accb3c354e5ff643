use edge_time::Timestamp;
use observation::{Content, Observation, Times};
use release_trial::Judgement;
use release_verdict::{Batch, Kind, Pair};

use super::printed::{Both, OfKind, Printed};
use crate::gate::Asked;
use crate::report_page::{Axis, Line, Mark, ReportPage, TimeChart};

/// The most points of a chart: more cannot be told apart.
const POINTS: i64 = 20;
const MINUTE: i64 = 60_000;
/// The colours of the two releases.
const CANDIDATE: usize = 0;
const ACTIVE: usize = 3;
/// Of the normal distribution, for 95 %.
const Z: f64 = 1.96;

/// The report as one file.
pub(super) fn page(asked: &Asked, printed: &Printed) -> String {
    let Printed { release, active, from, until, .. } = printed;
    let mut page = ReportPage::new(&format!("Is {release} worse for its viewers than {active}?"));
    page.verdict(printed.verdict, &printed.reason);
    page.paragraph(&format!(
        "From {from} to {until}: {} page loads of {release} on trial, {} of {active}.",
        printed.page_loads.release, printed.page_loads.active
    ));
    let judgement = &asked.judgement;
    page.charts(&[share(judgement).draw(), evidence(judgement, printed).draw()]);
    page.heading("Viewers with errors");
    let kinds = [Kind::ServerError, Kind::MissingFile, Kind::PageError];
    let kinds = kinds.into_iter().filter(|kind| has_bad(judgement, *kind));
    let charts: Vec<_> = kinds.map(|kind| rates(judgement, kind).draw()).collect();
    page.charts(&charts);
    let headings = ["error", release, active, "times as often", "at least", "at most"];
    page.table(headings, 1, printed.kinds.iter().map(kind_row));
    page.heading("Time to the first byte, in milliseconds");
    let headings = [
        "content",
        "release",
        "requests",
        "hit 50 %",
        "hit 95 %",
        "miss 50 %",
        "miss 95 %",
        "origin 50 %",
        "origin 95 %",
    ];
    page.table(headings, 2, latency(&asked.observation, [release, active]));
    page.paragraph(
        "Compare misses with misses: the cache of a new release is empty. Times never decide the verdict.",
    );
    page.finish()
}

/// A piece of time for a point in the charts, in minutes.
fn piece(judgement: &Judgement) -> i64 {
    let minutes = (judgement.until.0 - judgement.trial.from().0) / MINUTE;
    (minutes / POINTS + i64::from(minutes % POINTS > 0)).max(1)
}

/// The batches of each piece of time, and its middle.
fn pieces(judgement: &Judgement) -> Vec<(Timestamp, Vec<&Batch>)> {
    let piece = piece(judgement);
    let mut pieces: Vec<(i64, Vec<&Batch>)> = Vec::new();
    for batch in &judgement.batches {
        let number = batch.minute.div_euclid(piece);
        match pieces.last_mut() {
            Some((last, batches)) if *last == number => batches.push(batch),
            Some(_) | None => pieces.push((number, vec![batch])),
        }
    }
    let middle = |number: i64| Timestamp((number * piece * 2 + piece) * MINUTE / 2);
    pieces.into_iter().map(|(number, batches)| (middle(number), batches)).collect()
}

/// The candidate's share of the page loads, beside the plan's.
fn share(judgement: &Judgement) -> TimeChart {
    let marks = pieces(judgement).into_iter().filter_map(|(at, batches)| {
        let loads = batches.iter().map(|batch| batch.page_loads).fold(Pair::default(), sum);
        mark(at, loads.candidate, loads.sum())
    });
    let stretches = judgement.trial.stretches().iter();
    let planned = stretches.flat_map(|one| {
        let until = one.until.min(judgement.until).max(one.from);
        [(one.from, 100.0 * one.share), (until, 100.0 * one.share)]
    });
    let marks: Vec<Mark> = marks.collect();
    let planned: Vec<(Timestamp, f64)> = planned.collect();
    let most = planned.iter().map(|(_, share)| *share).chain(marks.iter().map(|mark| mark.most));
    let to = (most.fold(1.0, f64::max) * 1.3).min(100.0);
    TimeChart {
        caption: format!("Share of {} in the page loads", judgement.trial.candidate),
        axis: Axis { words: "%", from: 0.0, to },
        from: judgement.trial.from(),
        until: judgement.until,
        lines: vec![Line { name: "planned".into(), points: planned, color: ACTIVE }],
        marks: vec![("seen".into(), CANDIDATE, marks)],
    }
}

/// The evidence after each minute, beside the evidence that is needed.
fn evidence(judgement: &Judgement, printed: &Printed) -> TimeChart {
    let needed = -printed.settings.alpha().log10();
    let log10 = |log: f64| log / std::f64::consts::LN_10;
    let looks = judgement.looks.iter();
    let points: Vec<(Timestamp, f64)> =
        looks.map(|look| (look.at, log10(look.log_evidence).clamp(-3.0, 12.0))).collect();
    let values = points.iter().map(|(_, value)| *value);
    let low = values.clone().fold(-0.5, f64::min);
    let high = values.fold(needed, f64::max) + 0.7;
    let threshold = vec![(judgement.trial.from(), needed), (judgement.until, needed)];
    TimeChart {
        caption: "Verdict over time: the evidence that it is worse".into(),
        axis: Axis { words: "powers of ten", from: low, to: high },
        from: judgement.trial.from(),
        until: judgement.until,
        lines: vec![
            Line { name: "worse from here on".into(), points: threshold, color: ACTIVE },
            Line { name: "evidence".into(), points, color: CANDIDATE },
        ],
        marks: Vec::new(),
    }
}

/// Whether somebody had this error: a chart without one says nothing.
fn has_bad(judgement: &Judgement, kind: Kind) -> bool {
    let mut figures = judgement.figures.iter();
    figures.any(|figures| figures.kind == kind && figures.bad.sum() > 0)
}

/// The part of the viewers of each release that were bad.
fn rates(judgement: &Judgement, kind: Kind) -> TimeChart {
    let mut sides = [Vec::new(), Vec::new()];
    for (at, batches) in pieces(judgement) {
        let cells = batches.iter().flat_map(|batch| &batch.cells).filter(|cell| cell.kind == kind);
        let (viewers, bad) = cells
            .fold((Pair::default(), Pair::default()), |(viewers, bad), cell| {
                (sum(viewers, cell.viewers), sum(bad, cell.bad))
            });
        let [candidate, active] = &mut sides;
        candidate.extend(mark(at, bad.candidate, viewers.candidate));
        active.extend(mark(at, bad.active, viewers.active));
    }
    let [candidate, active] = sides;
    let values = candidate.iter().chain(&active).map(|mark| mark.value);
    let to = (values.fold(0.2, f64::max) * 2.0).min(100.0);
    let trial = &judgement.trial;
    TimeChart {
        caption: format!("Viewers with a {kind}"),
        axis: Axis { words: "% of the viewers", from: 0.0, to },
        from: trial.from(),
        until: judgement.until,
        lines: Vec::new(),
        marks: vec![
            (trial.active.clone(), ACTIVE, capped(active, to)),
            (trial.candidate.clone(), CANDIDATE, capped(candidate, to)),
        ],
    }
}

/// Intervals end at the chart's upper edge.
fn capped(marks: Vec<Mark>, to: f64) -> Vec<Mark> {
    marks.into_iter().map(|mark| Mark { most: mark.most.min(to), ..mark }).collect()
}

fn sum(one: Pair<u64>, other: Pair<u64>) -> Pair<u64> {
    Pair::new(one.candidate + other.candidate, one.active + other.active)
}

/// A percentage with Wilson's interval of 95 %; `None` of nobody.
fn mark(at: Timestamp, part: u64, all: u64) -> Option<Mark> {
    if all == 0 {
        return None;
    }
    let (part, all) = (part as f64, all as f64);
    let rate = part / all;
    let middle = (rate + Z * Z / (2.0 * all)) / (1.0 + Z * Z / all);
    let spread = (rate * (1.0 - rate) / all + Z * Z / (4.0 * all * all)).sqrt();
    let spread = Z * spread / (1.0 + Z * Z / all);
    let percent = |rate: f64| 100.0 * rate.clamp(0.0, 1.0);
    Some(Mark {
        at,
        value: percent(rate),
        least: percent(middle - spread),
        most: percent(middle + spread),
    })
}

fn kind_row(line: &OfKind) -> [String; 6] {
    let Both { release, active } = line.bad_viewers;
    let [times, at_least, at_most] = line.ratios();
    [line.words(), release.to_string(), active.to_string(), times, at_least, at_most]
}

/// The times of each release, content by content.
fn latency(observation: &Observation, releases: [&String; 2]) -> Vec<[String; 9]> {
    let mut rows = Vec::new();
    for content in Content::ALL {
        for release in releases {
            let traffic = observation.releases.get(release).and_then(|of| of.get(&content));
            let Some(traffic) = traffic else { continue };
            let [hit, hit_most] = times(&traffic.hit_times);
            let [miss, miss_most] = times(&traffic.miss_times);
            let [origin, origin_most] = times(&traffic.origin_times);
            let requests = traffic.requests.to_string();
            rows.push([
                content.name().into(),
                release.clone(),
                requests,
                hit,
                hit_most,
                miss,
                miss_most,
                origin,
                origin_most,
            ]);
        }
    }
    rows
}

fn times(times: &Times) -> [String; 2] {
    [0.5, 0.95].map(|share| {
        let quantile = times.quantile(share);
        quantile.map_or("-".into(), |seconds| format!("{:.0}", seconds * 1000.0))
    })
}
