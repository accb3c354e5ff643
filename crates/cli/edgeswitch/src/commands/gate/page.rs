use edge_time::Timestamp;
use release_trial::Judgement;
use release_verdict::{Batch, Kind, Pair};

use super::printed::Printed;
use crate::commands::charts::{evidence, kinds, latency, piece_minutes};
use crate::gate::Asked;
use crate::report_page::{Line, Mark, Marks, ReportPage, TimeChart};

const MINUTE: i64 = 60_000;
/// The colours of the two releases.
const ACTIVE: usize = 0;
const CANDIDATE: usize = 1;

/// The report as one file.
pub(super) fn page(asked: &Asked, printed: &Printed) -> String {
    let Printed { release, active, from, until, .. } = printed;
    let mut page = ReportPage::new(&format!("Is {release} worse for its viewers than {active}?"));
    page.verdict(printed.verdict, &printed.reason);
    page.paragraph(&format!(
        "From {from} to {until}: {} page loads of {release} on trial, {} of {active}. Times are in UTC.",
        printed.page_loads.release, printed.page_loads.active
    ));
    let judgement = &asked.judgement;
    let times = (judgement.trial.from(), judgement.until);
    let evidence = evidence(judgement, times, printed.settings.alpha());
    page.charts([share(judgement).plot(), evidence.plot()]);
    page.heading("Viewers with errors");
    let all = [Kind::ServerError, Kind::MissingFile, Kind::PageError];
    let all = all.into_iter().filter(|kind| has_bad(judgement, *kind));
    page.charts(all.map(|kind| rates(judgement, kind).plot()));
    kinds(&mut page, judgement);
    latency(&mut page, &asked.observation, &[(release, CANDIDATE), (active, ACTIVE)]);
    page.finish()
}

/// The batches of each piece of time, and its middle.
fn pieces(judgement: &Judgement) -> Vec<(Timestamp, Vec<&Batch>)> {
    let piece = piece_minutes(judgement.trial.from(), judgement.until);
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
        Mark::percent(at, loads.candidate, loads.sum())
    });
    let stretches = judgement.trial.stretches().iter();
    let points = stretches.flat_map(|one| {
        let until = one.until.min(judgement.until).max(one.from);
        [(one.from, 100.0 * one.share), (until, 100.0 * one.share)]
    });
    let (marks, points): (Vec<Mark>, Vec<_>) = (marks.collect(), points.collect());
    let most = points.iter().map(|(_, share)| *share).chain(marks.iter().map(|mark| mark.most));
    let to = (most.fold(1.0, f64::max) * 1.1).min(100.0);
    let candidate = &judgement.trial.candidate;
    TimeChart {
        caption: format!("Share of {candidate} in the page loads"),
        unit: "%",
        up: (0.0, to),
        from: judgement.trial.from(),
        until: judgement.until,
        lines: vec![Line { name: "planned".into(), look: ACTIVE, points }],
        marks: vec![Marks { name: "seen".into(), look: CANDIDATE, marks }],
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
        candidate.extend(Mark::percent(at, bad.candidate, viewers.candidate));
        active.extend(Mark::percent(at, bad.active, viewers.active));
    }
    let [candidate, active] = sides;
    let trial = &judgement.trial;
    TimeChart {
        caption: format!("Viewers with a {kind}"),
        unit: "% of the viewers",
        up: (0.0, Mark::room_for(candidate.iter().chain(&active))),
        from: trial.from(),
        until: judgement.until,
        lines: Vec::new(),
        marks: vec![
            Marks { name: trial.active.clone(), look: ACTIVE, marks: active },
            Marks { name: trial.candidate.clone(), look: CANDIDATE, marks: candidate },
        ],
    }
}

fn sum(one: Pair<u64>, other: Pair<u64>) -> Pair<u64> {
    Pair::new(one.candidate + other.candidate, one.active + other.active)
}
