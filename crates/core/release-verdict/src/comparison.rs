//! Batches become evidence.

use crate::ratio::log_mean;
use crate::{Batch, Cell, Evidence, Kind, Pair, Range, Settings, SettingsError, Shares, Worse};

/// The comparison of a candidate with the active release over one rollout.
///
/// Add the batches in the order of time, each once and complete: late rows come with the batch, not after it. Nothing has
/// to be stored between two looks, because the same batches give the same comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    pub(crate) settings: Settings,
    pub(crate) kinds: Vec<OfKind>,
    pub(crate) page_loads: Pair<u64>,
    /// The look that said most that the candidate is worse.
    pub(crate) worse: Option<Worse>,
    /// Viewers and planned shares.
    pub shares: Shares,
}

/// What was counted of one kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OfKind {
    pub(crate) kind: Kind,
    evidence: Evidence,
    range: Range,
    viewers: Pair<u64>,
    pub(crate) bad: Pair<u64>,
    /// The sums of Mantel and Haenszel's estimate.
    weighted: Pair<f64>,
}

/// The numbers of one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// What went wrong.
    pub kind: Kind,
    /// The bad viewers, each once.
    pub bad: Pair<u64>,
    /// The viewers of all batches: a viewer counts in each batch in which it was seen.
    pub viewers: Pair<u64>,
    /// How many times the active release's rate the candidate's is, by Mantel and Haenszel over all batches.
    pub ratio: Option<f64>,
    /// It is at least so many times as high.
    pub at_least: Option<f64>,
    /// It is at most so many times as high.
    pub at_most: Option<f64>,
    /// The logarithm of the evidence that it is above the tolerated ratio.
    pub log_evidence: f64,
}

impl Comparison {
    /// A comparison by these kinds. Each kind that is never seen makes the others a little slower to tell.
    ///
    /// # Errors
    ///
    /// See [`Settings::check`].
    pub fn new(settings: Settings, kinds: &[Kind]) -> Result<Comparison, SettingsError> {
        let settings = settings.check()?;
        let kinds = kinds.iter().map(|kind| OfKind::new(*kind, settings.tolerated_ratio));
        Ok(Comparison {
            settings,
            kinds: kinds.collect(),
            page_loads: Pair::default(),
            worse: None,
            shares: Shares::default(),
        })
    }

    /// Adds a batch, and looks at the evidence. Cells of other kinds are ignored.
    pub fn add(&mut self, batch: &Batch) {
        self.page_loads.candidate += batch.page_loads.candidate;
        self.page_loads.active += batch.page_loads.active;
        for cell in &batch.cells {
            if let Some(of_kind) = self.kinds.iter_mut().find(|one| one.kind == cell.kind) {
                of_kind.add(cell);
            }
        }
        self.look();
    }

    /// Evidence that was enough once stays enough: the alarm was right or wrong then.
    fn look(&mut self) {
        let log = self.log_evidence();
        let needed = 1.0 / self.settings.alpha;
        let is_highest = self.worse.as_ref().is_none_or(|worse| log.exp() > worse.evidence);
        if log < needed.ln() || !is_highest {
            return;
        }
        let Some(figures) = self.leading() else { return };
        if figures.bad.candidate >= self.settings.min_bad_viewers {
            self.worse = Some(Worse { figures, evidence: log.exp(), needed });
        }
    }

    /// The kind with most evidence.
    pub(crate) fn leading(&self) -> Option<Figures> {
        self.figures().max_by(|one, other| one.log_evidence.total_cmp(&other.log_evidence))
    }

    /// The logarithm of the evidence over all kinds: the mean of the kinds' evidence is evidence too.
    #[must_use]
    pub fn log_evidence(&self) -> f64 {
        log_mean(self.kinds.iter().map(|one| one.evidence.log()))
    }

    /// The numbers of each kind.
    pub fn figures(&self) -> impl Iterator<Item = Figures> {
        // All bounds together are wrong as seldom as the verdict.
        let alpha = self.settings.alpha / self.kinds.len() as f64;
        self.kinds.iter().map(move |one| one.figures(alpha))
    }

    /// Page loads of each release.
    #[must_use]
    pub fn page_loads(&self) -> Pair<u64> {
        self.page_loads
    }
}

impl OfKind {
    fn new(kind: Kind, tolerated_ratio: f64) -> OfKind {
        OfKind {
            kind,
            evidence: Evidence::against(tolerated_ratio),
            range: Range::default(),
            viewers: Pair::default(),
            bad: Pair::default(),
            weighted: Pair::default(),
        }
    }

    fn add(&mut self, cell: &Cell) {
        let Pair { candidate, active } = cell.viewers;
        self.viewers.candidate += candidate;
        self.viewers.active += active;
        self.bad.candidate += cell.bad.candidate;
        self.bad.active += cell.bad.active;
        self.evidence.add(cell);
        self.range.add(cell);
        if candidate > 0 && active > 0 {
            let (candidate, active) = (candidate as f64, active as f64);
            let all = candidate + active;
            self.weighted.candidate += cell.bad.candidate as f64 * active / all;
            self.weighted.active += cell.bad.active as f64 * candidate / all;
        }
    }

    fn figures(&self, alpha: f64) -> Figures {
        let Pair { candidate, active } = self.weighted;
        Figures {
            kind: self.kind,
            bad: self.bad,
            viewers: self.viewers,
            ratio: (active > 0.0).then(|| candidate / active),
            at_least: self.range.at_least(alpha),
            at_most: self.range.at_most(alpha),
            log_evidence: self.evidence.log(),
        }
    }
}
