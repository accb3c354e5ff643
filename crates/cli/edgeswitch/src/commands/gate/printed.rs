use edge_time::Timestamp;
use release_trial::Judgement;
use release_verdict::{Figures, Kind, Pair, ShareFigures};
use serde::Serialize;

use crate::gate::{Asked, GateSettings, PrintedSettings};

/// The verdict, as `--output json` prints it.
#[derive(Serialize)]
pub(super) struct Printed {
    schema: u8,
    pub(super) release: String,
    pub(super) active: String,
    pub(super) verdict: &'static str,
    pub(super) reason: String,
    pub(super) from: String,
    pub(super) until: String,
    soaked_seconds: u64,
    pub(super) page_loads: Both<u64>,
    pub(super) kinds: Vec<OfKind>,
    pub(super) shares: Vec<OfStretch>,
    pub(super) settings: PrintedSettings,
    pub(super) logs: usize,
    pub(super) requests: Requests,
    pub(super) skipped_lines: u64,
    pub(super) unread: Vec<Unread>,
}

/// A number of the release, and one of the active release.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Both<T> {
    pub(super) release: T,
    pub(super) active: T,
}

/// The numbers of one kind of errors.
#[derive(Serialize)]
pub(super) struct OfKind {
    pub(super) kind: &'static str,
    pub(super) bad_viewers: Both<u64>,
    /// The viewers of each minute, added up.
    pub(super) viewer_minutes: Both<u64>,
    /// How many times as often the release's viewers are bad.
    pub(super) times: Option<f64>,
    pub(super) at_least: Option<f64>,
    pub(super) at_most: Option<f64>,
    /// The evidence that it is more than the tolerated ratio.
    evidence: f64,
}

impl OfKind {
    /// `server error`
    pub(super) fn words(&self) -> String {
        self.kind.replace('-', " ")
    }

    /// How many times as often, at least and at most, each as `2.3`, or `-` if it cannot be told.
    pub(super) fn ratios(&self) -> [String; 3] {
        [self.times, self.at_least, self.at_most]
            .map(|number| number.map_or("-".into(), |number| format!("{number:.1}")))
    }
}

/// A time of unchanged shares.
#[derive(Serialize)]
pub(super) struct OfStretch {
    pub(super) from: String,
    pub(super) planned_percent: f64,
    /// `None`: nobody was seen.
    pub(super) percent: Option<f64>,
    pub(super) viewers: Both<u64>,
}

/// Requests by whether they counted.
#[derive(Serialize)]
pub(super) struct Requests {
    pub(super) counted: u64,
    pub(super) other_releases: u64,
    pub(super) other_times: u64,
    pub(super) function_errors: u64,
}

#[derive(Serialize)]
pub(super) struct Unread {
    pub(super) log: String,
    pub(super) error: String,
}

impl Printed {
    pub(super) fn of(asked: &Asked, settings: &GateSettings) -> Printed {
        let Judgement { trial, seen, .. } = &asked.judgement;
        let unread = asked.found.unread.iter().cloned();
        Printed {
            schema: 1,
            release: trial.candidate.clone(),
            active: trial.active.clone(),
            verdict: asked.conclusion().name(),
            reason: asked.words(),
            from: trial.from().to_string(),
            until: asked.judgement.until.floor_second().to_string(),
            soaked_seconds: asked.judgement.soaked_seconds,
            page_loads: both(asked.judgement.page_loads),
            kinds: asked.judgement.figures.iter().map(of_kind).collect(),
            shares: shares(&asked.judgement),
            settings: PrintedSettings::from(settings),
            logs: asked.logs,
            requests: Requests {
                counted: seen.counted,
                other_releases: seen.others,
                other_times: seen.outside,
                function_errors: seen.function_errors,
            },
            skipped_lines: asked.found.skipped_lines,
            unread: unread.map(|(log, error)| Unread { log, error }).collect(),
        }
    }
}

fn both<T>(Pair { candidate, active }: Pair<T>) -> Both<T> {
    Both { release: candidate, active }
}

fn of_kind(figures: &Figures) -> OfKind {
    OfKind {
        kind: match figures.kind {
            Kind::ServerError => "server-error",
            Kind::MissingFile => "missing-file",
            Kind::PageError => "page-error",
        },
        bad_viewers: both(figures.bad),
        viewer_minutes: both(figures.viewers),
        times: figures.ratio.map(rounded),
        at_least: figures.at_least.map(rounded),
        at_most: figures.at_most.map(rounded),
        evidence: rounded(figures.log_evidence.exp().min(1e12)),
    }
}

fn shares(judgement: &Judgement) -> Vec<OfStretch> {
    let stretches = judgement.trial.stretches().iter().map(|one| one.from);
    let of_stretch = |(from, (_, figures)): (Timestamp, (u32, ShareFigures))| OfStretch {
        from: from.to_string(),
        planned_percent: rounded(100.0 * figures.planned),
        percent: (figures.viewers.sum() > 0).then(|| rounded(100.0 * figures.seen())),
        viewers: both(figures.viewers),
    };
    stretches.zip(judgement.shares.stages()).map(of_stretch).collect()
}

/// Two places are enough to act on.
fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
