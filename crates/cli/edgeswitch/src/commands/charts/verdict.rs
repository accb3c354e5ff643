use edge_time::Timestamp;
use release_trial::Judgement;
use release_verdict::{Figures, Pair};

use crate::report_page::{Line, ReportPage, TimeChart};

/// The looks of the evidence, and of the evidence that is needed.
const EVIDENCE: usize = 1;
const NEEDED: usize = 0;

/// The evidence after each minute, beside the evidence that is needed for the error rate `alpha`.
pub(in crate::commands) fn evidence(
    judgement: &Judgement,
    (from, until): (Timestamp, Timestamp),
    alpha: f64,
) -> TimeChart {
    let needed = -alpha.log10();
    let log10 = |log: f64| log / std::f64::consts::LN_10;
    let looks = judgement.looks.iter();
    let points: Vec<(Timestamp, f64)> =
        looks.map(|look| (look.at, log10(look.log_evidence).clamp(-3.0, 12.0))).collect();
    let values = points.iter().map(|(_, value)| *value);
    let low = values.clone().fold(-0.5, f64::min);
    let high = values.fold(needed, f64::max) + 0.7;
    let threshold = vec![(from, needed), (until, needed)];
    TimeChart {
        caption: "Verdict over time: the evidence that it is worse".into(),
        unit: "powers of ten",
        up: (low, high),
        from,
        until,
        lines: vec![
            Line { name: "worse from here on".into(), look: NEEDED, points: threshold },
            Line { name: "evidence".into(), look: EVIDENCE, points },
        ],
        marks: Vec::new(),
    }
}

/// The bad viewers of both releases, and how many times as often the candidate's are bad.
pub(in crate::commands) fn kinds(page: &mut ReportPage, judgement: &Judgement) {
    let trial = &judgement.trial;
    let headings =
        ["error", &trial.candidate, &trial.active, "times as often", "at least", "at most"];
    page.table("Viewers with an error", headings, 1, judgement.figures.iter().map(row));
}

fn row(figures: &Figures) -> [String; 6] {
    let Pair { candidate, active } = figures.bad;
    let times = |number: Option<f64>| number.map_or("-".into(), |number| format!("{number:.1}"));
    [
        figures.kind.to_string(),
        candidate.to_string(),
        active.to_string(),
        times(figures.ratio),
        times(figures.at_least),
        times(figures.at_most),
    ]
}
