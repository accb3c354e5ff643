//! What can be said.

use std::fmt;

use crate::{Comparison, Figures, Kind, Pair, ShareFigures};

/// Nobody needs a greater number than this.
const BEYOND_DOUBT: f64 = 1e6;

/// What can be said of the candidate.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is worse: go back.
    Worse(Worse),
    /// It is not known to be worse: go on.
    NotWorse(NotWorse),
    /// Nothing can be said: stay.
    CannotTell(CannotTell),
}

/// The candidate is worse, by the look that said so most.
#[derive(Debug, Clone, PartialEq)]
pub struct Worse {
    /// The kind that says so most.
    pub figures: Figures,
    /// The evidence over all kinds, which had to be at least `needed`.
    pub evidence: f64,
    /// One divided by the error rate.
    pub needed: f64,
}

/// The candidate is not known to be worse.
#[derive(Debug, Clone, PartialEq)]
pub struct NotWorse {
    /// The candidate's rate is at most so many times the active release's, for the kind with the widest bound. `None`: too
    /// few viewers were bad to bound any kind.
    pub at_most: Option<(Kind, f64)>,
    /// Kinds without a bound.
    pub unbounded: Vec<Kind>,
    /// Page loads of each release.
    pub page_loads: Pair<u64>,
}

/// Why nothing can be said.
#[derive(Debug, Clone, PartialEq)]
pub enum CannotTell {
    /// Viewers are not split as planned: the numbers compare something else.
    Share(ShareFigures),
    /// The candidate would be worse, but with so few bad viewers it can be one broken client.
    FewBadViewers {
        /// What went wrong.
        kind: Kind,
        /// The candidate's bad viewers.
        have: u64,
        /// The setting.
        need: u64,
    },
    /// The candidate had too few page loads.
    FewPageLoads {
        /// The candidate's page loads.
        have: u64,
        /// The setting.
        need: u64,
    },
    /// The active release had no page load: there is nothing to compare with.
    NoActive,
    /// The stage has not lasted long enough.
    Soak {
        /// Seconds since the stage began.
        have: u64,
        /// The setting.
        need: u64,
    },
}

impl Comparison {
    /// What can be said, `soaked_seconds` after the stage began.
    #[must_use]
    pub fn verdict(&self, soaked_seconds: u64) -> Verdict {
        let settings = &self.settings;
        if let Some(figures) = self.wrong_share() {
            return Verdict::CannotTell(CannotTell::Share(figures));
        }
        if let Some(worse) = &self.worse {
            return Verdict::Worse(worse.clone());
        }
        if let Some(why) = self.few_bad_viewers() {
            return Verdict::CannotTell(why);
        }
        let (have, need) = (self.page_loads.candidate, settings.min_page_loads);
        if have < need {
            return Verdict::CannotTell(CannotTell::FewPageLoads { have, need });
        }
        if self.page_loads.active == 0 {
            return Verdict::CannotTell(CannotTell::NoActive);
        }
        let (have, need) = (soaked_seconds, settings.soak_seconds);
        if have < need {
            return Verdict::CannotTell(CannotTell::Soak { have, need });
        }
        Verdict::NotWorse(self.not_worse())
    }

    fn wrong_share(&self) -> Option<ShareFigures> {
        let is_wrong = self.shares.log() >= -self.settings.share_alpha.ln();
        self.shares.worst().filter(|_| is_wrong)
    }

    fn few_bad_viewers(&self) -> Option<CannotTell> {
        let is_evident = self.log_evidence() >= -self.settings.alpha.ln();
        let Figures { kind, bad, .. } = self.leading().filter(|_| is_evident)?;
        let need = self.settings.min_bad_viewers;
        Some(CannotTell::FewBadViewers { kind, have: bad.candidate, need })
    }

    fn not_worse(&self) -> NotWorse {
        let mut at_most: Option<(Kind, f64)> = None;
        let mut unbounded = Vec::new();
        for figures in self.figures() {
            match figures.at_most {
                Some(bound) if at_most.is_none_or(|(_, widest)| bound > widest) => {
                    at_most = Some((figures.kind, bound));
                }
                Some(_) => {}
                None => unbounded.push(figures.kind),
            }
        }
        NotWorse { at_most, unbounded, page_loads: self.page_loads }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Worse(worse) => write!(f, "worse: {worse}"),
            Verdict::NotWorse(not_worse) => write!(f, "not worse so far: {not_worse}"),
            Verdict::CannotTell(why) => write!(f, "cannot tell: {why}"),
        }
    }
}

impl fmt::Display for Worse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { kind, bad, at_least, .. } = &self.figures;
        write!(f, "{} viewers of the candidate had a {kind}, ", bad.candidate)?;
        write!(f, "{} of the active release", bad.active)?;
        if let Some(times) = at_least {
            write!(f, ": at least {times:.1} times as often")?;
        }
        if self.evidence < BEYOND_DOUBT {
            write!(f, " (evidence {:.0}, needed {:.0})", self.evidence, self.needed)
        } else {
            write!(f, " (evidence above {BEYOND_DOUBT}, needed {:.0})", self.needed)
        }
    }
}

impl fmt::Display for NotWorse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let loads = self.page_loads.candidate;
        match self.at_most {
            Some((kind, times)) => {
                write!(f, "a {kind} at most {times:.1} times as often, after {loads} page loads")
            }
            None => write!(f, "too few bad viewers for a bound, after {loads} page loads"),
        }
    }
}

impl fmt::Display for CannotTell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CannotTell::Share(figures) => {
                let (seen, planned) = (100.0 * figures.seen(), 100.0 * figures.planned);
                write!(
                    f,
                    "{seen:.1} % of the viewers have the candidate, {planned:.1} % are planned"
                )
            }
            CannotTell::FewBadViewers { kind, have, need } => {
                write!(f, "only {have} viewers of the candidate had a {kind}, {need} are needed")
            }
            CannotTell::FewPageLoads { have, need } => {
                write!(f, "the candidate had {have} page loads, {need} are needed")
            }
            CannotTell::NoActive => write!(f, "the active release had no page load"),
            CannotTell::Soak { have, need } => {
                write!(f, "the stage has lasted {have} s, {need} s are needed")
            }
        }
    }
}
