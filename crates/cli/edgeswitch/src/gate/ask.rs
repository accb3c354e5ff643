use std::time::Duration;

use edge_time::Timestamp;
use indicatif::ProgressBar;
use observation::{Observation, Plans, Site};
use release_trial::{Judgement, Trial};
use release_verdict::Verdict;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use super::sightings::Sightings;
use super::{GateError, GateSettings, Terms};
use crate::aws::Cloud;
use crate::control::Project;
use crate::logs::{Found, Limit, Log, ReadLimits, find, have_cookies, plans_of_parameter, read};

/// For so long after the limit of time, the gate waits for whoever reads.
const GRACE: Duration = Duration::from_secs(2);

/// A question to the gate.
pub(crate) struct Question<'q> {
    pub(crate) project: &'q Project,
    pub(crate) cloud: &'q dyn Cloud,
    pub(crate) release: &'q str,
    pub(crate) settings: &'q GateSettings,
    pub(crate) limits: ReadLimits,
}

/// How much is read from the logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// As much as the verdict needs.
    Verdict,
    /// Also the numbers of each release, for a report.
    Report,
}

/// The answer of the gate.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) judgement: Judgement,
    /// The numbers of each release in the time of the trial; empty without [`Detail::Report`].
    pub(crate) observation: Observation,
    /// What was found in the logs besides rows.
    pub(crate) found: Found,
    /// The number of logs.
    pub(crate) logs: usize,
}

/// What a release may do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Conclusion {
    /// Go back.
    Worse,
    /// Go on.
    NotWorse,
    /// Stay.
    CannotTell,
}

impl Question<'_> {
    /// The trial of the release and the plans of its time, from the versions that Parameter Store keeps.
    pub(crate) async fn trial(&self, now: Timestamp) -> Result<(Trial, Plans), GateError> {
        let plans = plans_of_parameter(self.project, self.cloud).await?;
        let trial = Trial::find(plans.written(), self.release, now)?;
        Ok((trial, plans))
    }

    /// Reads the logs, and compares the releases of the trial.
    pub(crate) async fn judge(
        &self,
        (trial, plans): (Trial, Plans),
        logs: Vec<Log>,
        now: Timestamp,
        detail: Detail,
        bar: ProgressBar,
    ) -> Result<Asked, GateError> {
        let config = self.project.config.as_ref();
        let terms = Terms::of(config, self.settings);
        let ledger = terms.ledger(trial, now);
        let rules = config.map(|config| config.rules.clone()).unwrap_or_default();
        let observation = match detail {
            Detail::Verdict => None,
            Detail::Report => Some(Observation::default()),
        };
        let limits = self.limits;
        let work = move || {
            bar.set_length(logs.len() as u64);
            let plans = have_cookies(&logs, &rules).then_some(&plans);
            let site = Site { rules: &rules, plans, beacon: terms.beacon.as_deref() };
            let sink = Sightings { site, ledger, observation };
            let (Sightings { ledger, observation, .. }, found) =
                read(&logs, sink, &rules, &bar, limits);
            bar.finish_and_clear();
            let judgement = terms.judge(ledger)?;
            let observation = observation.unwrap_or_default();
            Ok(Asked { judgement, observation, found, logs: logs.len() })
        };
        let ended = spawn_blocking(work).await;
        ended.map_err(|panic| GateError::Stopped(panic.to_string()))?
    }

    /// Asks, without a sign of progress.
    pub(crate) async fn ask(&self, now: Timestamp) -> Result<Asked, GateError> {
        let Some(until) = self.limits.until else { return self.ask_without_end(now).await };
        // Whoever reads looks at the clock too, unless an answer of the bucket takes this long.
        let end = Instant::from_std(until + GRACE);
        let asked = timeout_at(end, self.ask_without_end(now)).await;
        asked.unwrap_or(Err(GateError::TooMuch(Limit::Time)))
    }

    async fn ask_without_end(&self, now: Timestamp) -> Result<Asked, GateError> {
        let trial = self.trial(now).await?;
        let logs = find(&self.settings.logs, Some(trial.0.from()), self.cloud).await?;
        self.judge(trial, logs, now, Detail::Verdict, ProgressBar::hidden()).await
    }
}

impl Asked {
    /// What the release may do next.
    pub(crate) fn conclusion(&self) -> Conclusion {
        Conclusion::of(&self.judgement.verdict, &self.found)
    }

    /// The verdict as a sentence.
    pub(crate) fn words(&self) -> String {
        words(&self.judgement.verdict, &self.found)
    }
}

impl Conclusion {
    /// What the release may do next. It may not go on if a log is missing, because its errors can be there, and not go back
    /// if reading had to stop.
    pub(crate) fn of(verdict: &Verdict, found: &Found) -> Self {
        if found.stopped.is_some() {
            return Self::CannotTell;
        }
        match verdict {
            Verdict::Worse(_) => Self::Worse,
            Verdict::NotWorse(_) if found.unread.is_empty() => Self::NotWorse,
            Verdict::NotWorse(_) | Verdict::CannotTell(_) => Self::CannotTell,
        }
    }

    /// `worse`, `not-worse` or `cannot-tell`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Worse => "worse",
            Self::NotWorse => "not-worse",
            Self::CannotTell => "cannot-tell",
        }
    }
}

/// A verdict as a sentence, which also says if a log is missing.
pub(crate) fn words(verdict: &Verdict, found: &Found) -> String {
    if let Some(limit) = found.stopped {
        return format!("cannot tell: {limit}");
    }
    match (verdict, found.unread.first()) {
        (Verdict::NotWorse(_), Some((log, error))) => {
            format!("cannot tell: {log} was not read to its end: {error}")
        }
        (verdict, _) => verdict.to_string(),
    }
}
