use std::future::pending;
use std::time::Duration;

use edge_time::Timestamp;
use futures_util::future::BoxFuture;
use plan_change::{Change, LastChange, MARGIN, Summary};

use super::progress::RampProgress;
use crate::aws::Cloud;
use crate::control::{Project, Session, TerminalError, Updated, WritePlanError, quietly};
use crate::gate::{Answer, Conclusion, GateSettings, Question};
use crate::logs::ReadLimits;

/// The time between two questions to the gate: logs are compared minute by minute.
const BETWEEN_QUESTIONS: Duration = Duration::from_secs(60);
/// The time before a step at which it is held, besides the time that edge locations need: some looks at the plan, and
/// the write.
const AHEAD: Duration = Duration::from_secs(20);

/// The name under which the gate writes plans, so that its pause is told from that of a person.
const GATE: &str = "gate";

/// The gate of a ramp. It is asked beside the renewals of the lease and the alarms.
pub(super) struct RampGate<'w> {
    project: &'w Project,
    cloud: &'w dyn Cloud,
    release: String,
    settings: GateSettings,
    /// The question that has no answer yet.
    running: Option<BoxFuture<'w, Answer>>,
    asked: Option<Timestamp>,
    /// The step that the answer is about: its share.
    step: f64,
    /// The last answer about this step.
    answer: Option<Answer>,
    /// The last answer that was said.
    said: Option<Conclusion>,
    hold: Hold,
}

/// Whether the gate keeps the next step waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    /// It does not, or not yet.
    Open,
    /// It has paused the ramp.
    Held,
    /// Somebody resumed the ramp while the gate held it: this step passes.
    LetPass,
}

impl<'w> RampGate<'w> {
    /// `held` is the share at which another gate holds the ramp: this one goes on with that.
    pub(super) fn new(
        project: &'w Project,
        cloud: &'w dyn Cloud,
        release: &str,
        settings: GateSettings,
        held: Option<f64>,
    ) -> Self {
        Self {
            project,
            cloud,
            release: release.to_owned(),
            settings,
            running: None,
            asked: None,
            step: held.unwrap_or_default(),
            answer: None,
            said: None,
            hold: held.map_or(Hold::Open, |_| Hold::Held),
        }
    }

    /// Asks if it is time to, and holds or resumes the ramp by the last answer.
    pub(super) async fn look(
        &mut self,
        session: &mut Session<'_>,
        summary: &Summary,
        progress: &RampProgress,
    ) -> Result<(), TerminalError> {
        let now = session.clock.now();
        let share = summary.percent(&self.release);
        if (share - self.step).abs() > f64::EPSILON {
            // An answer about the step before says nothing of this one.
            (self.step, self.answer, self.said, self.asked) = (share, None, None, None);
            (self.running, self.hold) = (None, Hold::Open);
        }
        if share <= 0.0 {
            return Ok(());
        }
        let is_time = self.asked.is_none_or(|asked| asked.plus(BETWEEN_QUESTIONS) <= now);
        if self.running.is_none() && is_time {
            self.asked = Some(now);
            self.running = Some(self.question(now));
        }
        self.hold_or_resume(session, summary, progress).await
    }

    fn question(&self, now: Timestamp) -> BoxFuture<'w, Answer> {
        let (project, cloud) = (self.project, self.cloud);
        let (release, settings) = (self.release.clone(), self.settings.clone());
        Box::pin(async move {
            let limits = ReadLimits::default();
            let (release, settings) = (release.as_str(), &settings);
            Question { project, cloud, release, settings, limits }.answer(now).await
        })
    }

    /// Waits for the answer; for ever if nothing was asked.
    pub(super) async fn answered(&mut self) -> Answer {
        let Some(running) = self.running.as_mut() else { return pending().await };
        let answer = running.await;
        self.running = None;
        answer
    }

    /// Keeps an answer, and says it if it differs from the one before. Returns the reason to roll back, if it is one.
    pub(super) fn take(
        &mut self,
        answer: Answer,
        session: &mut Session<'_>,
        progress: &RampProgress,
    ) -> Result<Option<String>, TerminalError> {
        if self.said != Some(answer.conclusion) {
            self.said = Some(answer.conclusion);
            progress.say(session, &format!("gate: {}", answer.words))?;
        }
        let worse =
            (answer.conclusion == Conclusion::Worse).then(|| format!("gate: {}", answer.words));
        self.answer = Some(answer);
        Ok(worse)
    }

    /// Whether the gate has not let the last step pass.
    pub(super) fn keeps_waiting(&self) -> bool {
        self.hold != Hold::LetPass && !self.lets_pass()
    }

    fn lets_pass(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.conclusion == Conclusion::NotWorse)
    }

    async fn hold_or_resume(
        &mut self,
        session: &mut Session<'_>,
        summary: &Summary,
        progress: &RampProgress,
    ) -> Result<(), TerminalError> {
        let is_paused = summary.paused_steps > 0;
        match self.hold {
            Hold::LetPass => Ok(()),
            Hold::Held if !is_paused => {
                self.hold = Hold::LetPass;
                progress.say(session, "gate: somebody resumed the ramp, so this step passes")
            }
            Hold::Held if self.lets_pass() => {
                let resumed = self.write(session, &Change::RampResume).await;
                if progress.say_error(session, resumed)? {
                    self.hold = Hold::Open;
                }
                Ok(())
            }
            Hold::Open if !is_paused && !self.lets_pass() && self.is_near(session, summary) => {
                let paused = self.write(session, &Change::RampPause).await;
                if progress.say_error(session, paused)? {
                    // The reason that is known is up to a minute old: the gate is asked again, and says it.
                    (self.hold, self.said, self.asked) = (Hold::Held, None, None);
                    progress.say(session, "gate: the next step is held until the gate can tell")?;
                }
                Ok(())
            }
            Hold::Held | Hold::Open => Ok(()),
        }
    }

    async fn write(
        &self,
        session: &mut Session<'_>,
        change: &Change,
    ) -> Result<Updated, WritePlanError> {
        let writer = session.writer.replace(GATE.to_owned());
        let written = quietly(session, self.project, change).await;
        session.writer = writer;
        written
    }

    /// Whether the next step must be held now, so that every edge location reads the pause before the step.
    fn is_near(&self, session: &Session<'_>, summary: &Summary) -> bool {
        let needed = self.project.context_now(session).hard_ttl + MARGIN + AHEAD;
        let next = summary.upcoming.first();
        next.is_some_and(|next| next.from.at <= session.clock.now().plus(needed))
    }
}

/// Whether the gate of a ramp's command has paused the ramp. If that command is gone, its pause is still there.
pub(super) fn is_held_by_a_gate(summary: &Summary) -> bool {
    let is_pause = |change: &LastChange| {
        change.what == Change::RampPause.to_string() && change.by.as_deref() == Some(GATE)
    };
    summary.paused_steps > 0 && summary.last_change.as_ref().is_some_and(is_pause)
}
