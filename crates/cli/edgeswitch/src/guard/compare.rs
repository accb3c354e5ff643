use std::time::Duration;

use guard_rules::{Rollout, Verdict};
use plan_change::GateTerms;

use crate::control::{Project, Session};
use crate::gate::{Answer, Conclusion, GateError, GateSettings, Logs, Question};
use crate::guard::GuardRun;
use crate::logs::ReadLimits;

/// The gate in a run of the guard. It is asked once, whatever the run changes.
pub(super) struct Compared {
    limits: ReadLimits,
    verdict: Option<Verdict>,
}

impl Compared {
    pub(super) fn new(limits: ReadLimits) -> Self {
        Self { limits, verdict: None }
    }

    /// The gate's verdict about the ramp; `None` if the ramp has no gate, or nobody to compare yet.
    ///
    /// Logs that cannot be read are trouble, and the gate cannot tell then: the step is held, and nothing is rolled back.
    pub(super) async fn verdict(
        &mut self,
        session: &Session<'_>,
        project: &Project,
        rollout: &Rollout,
        run: &mut GuardRun,
    ) -> Option<Verdict> {
        let terms = rollout.gate()?;
        if self.verdict.is_none() {
            self.verdict = Some(self.ask(session, project, rollout, terms, run).await);
        }
        self.verdict.clone()
    }

    async fn ask(
        &self,
        session: &Session<'_>,
        project: &Project,
        rollout: &Rollout,
        terms: &GateTerms,
        run: &mut GuardRun,
    ) -> Verdict {
        let settings = match settings(terms) {
            Ok(settings) => settings,
            Err(error) => {
                run.trouble(&format!("gate: {error}"));
                return Verdict::CannotTell(format!("gate: {error}"));
            }
        };
        let (cloud, now) = (session.cloud, session.clock.now());
        let (release, limits) = (rollout.release.as_str(), self.limits);
        let question = Question { project, cloud, release, settings: &settings, limits };
        let Answer { conclusion, words, logs } = question.answer(now).await;
        run.gate = Some(words.clone());
        let soak = Duration::from_secs(settings.verdict.soak_seconds);
        let expected = rollout.since.plus(settings.lateness.saturating_add(soak));
        match logs {
            Logs::Read => {}
            Logs::None if now < expected => {}
            Logs::None => run.trouble(&format!("gate: {words}")),
            Logs::NotRead(problem) => run.trouble(&format!("gate: {problem}")),
        }
        let words = format!("gate: {words}");
        match conclusion {
            Conclusion::Worse => Verdict::Worse(words),
            Conclusion::NotWorse => Verdict::NotWorse,
            Conclusion::CannotTell => Verdict::CannotTell(words),
        }
    }
}

/// The settings of the plan. Standard input ends after one look.
fn settings(terms: &GateTerms) -> Result<GateSettings, GateError> {
    let settings = GateSettings::of(terms)?;
    if settings.logs.as_os_str() == "-" { Err(GateError::NoLogs) } else { Ok(settings) }
}
