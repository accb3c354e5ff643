use std::future::pending;

use edge_config::OnFailure;
use plan_change::{Document, Summary};

use super::progress::RampProgress;
use crate::aws::Cloud;
use crate::control::{Project, Session, TerminalError};
use crate::hooks::{HookFacts, HookFailure, HookPoint, Running, start};

/// The hooks of a ramp. One runs at a time, beside the renewals of the lease and the alarms.
pub(super) struct Validation<'c> {
    cloud: &'c dyn Cloud,
    /// The hook that runs.
    running: Option<Running<'c>>,
    /// The share whose hook has been started last.
    step: f64,
    /// Whether the hook of the end has been started.
    is_ended: bool,
}

impl<'c> Validation<'c> {
    pub(super) fn new(cloud: &'c dyn Cloud) -> Self {
        Self { cloud, running: None, step: 0.0, is_ended: false }
    }

    /// Starts the hook of a step that has begun, or of the end. Returns whether the ramp must wait for a hook.
    pub(super) fn keeps_waiting(
        &mut self,
        session: &mut Session<'_>,
        project: &Project,
        release: &str,
        (document, summary): (&Document, &Summary),
        progress: &RampProgress,
    ) -> Result<bool, TerminalError> {
        let percent = summary.percent(release);
        if self.running.is_none() && percent > 0.0 && (percent - self.step).abs() > f64::EPSILON {
            self.step = percent;
            self.begin(HookPoint::AfterStep, session, project, release, document, progress)?;
        }
        Ok(self.running.is_some())
    }

    /// Starts the hook after the last step, once. Returns whether the ramp must wait for it.
    pub(super) fn keeps_end_waiting(
        &mut self,
        session: &mut Session<'_>,
        project: &Project,
        release: &str,
        document: &Document,
        progress: &RampProgress,
    ) -> Result<bool, TerminalError> {
        if !self.is_ended {
            self.is_ended = true;
            self.begin(HookPoint::AfterTraffic, session, project, release, document, progress)?;
        }
        Ok(self.running.is_some())
    }

    fn begin(
        &mut self,
        point: HookPoint,
        session: &mut Session<'_>,
        project: &Project,
        release: &str,
        document: &Document,
        progress: &RampProgress,
    ) -> Result<(), TerminalError> {
        let facts = HookFacts::of(point, "ramp", release, document, session, project);
        self.running = start(self.cloud, project, facts);
        if self.running.is_some() {
            progress.say(session, &format!("hook {point} runs"))?;
        }
        Ok(())
    }

    /// Waits for the hook that runs; for ever if none does.
    pub(super) async fn ended(&mut self) -> Result<(), HookFailure> {
        let Some(running) = self.running.as_mut() else { return pending().await };
        let ended = running.await;
        self.running = None;
        ended
    }
}

/// Whether a failure takes the ramp back.
pub(super) fn takes_back(failure: &HookFailure) -> bool {
    match failure.on_failure {
        OnFailure::RollBack => true,
        OnFailure::Stop => false,
    }
}
