use std::future::pending;
use std::time::Duration;

use plan_change::{Change, Document, Moment, Summary};
use routing_core::ReleaseId;

use super::Then;
use super::alarms::RampAlarms;
use super::error::RampError;
use super::gated::RampGate;
use super::interrupt::{Choice, Interrupts};
use super::progress::{RampProgress, finished};
use super::ramp_state::{RampState, lease_end, stable};
use super::validation::{Validation, takes_back};
use crate::commands::followers::{FollowersError, lead_followers};
use crate::commands::insistent::{TakenBack, take_back};
use crate::control::{Project, ReadPlanError, Session, TerminalError, Writing, quietly, update};
use crate::exit::Exit;
use crate::gate::{Answer, GateSettings};
use crate::hooks::{HookError, Lapse};
use crate::signals::Interrupt;

/// The time between two reads of the plan and the alarms.
const LOOK: Duration = Duration::from_secs(5);
/// A lease is renewed when the hard TTL plus this time is left, so that a failed renewal can be repeated. A short lease
/// is renewed in the middle between the hard TTL and its length.
pub(super) const RESERVE: Duration = Duration::from_secs(60);

/// A ramp in progress, which this command keeps alive.
pub(super) struct Watch<'p> {
    pub(super) project: &'p Project,
    pub(super) release: String,
    pub(super) lease: Duration,
    /// The time for which the last step is watched.
    pub(super) bake: Duration,
    /// What to do after the last step.
    pub(super) then: Option<Then>,
    pub(super) alarms: RampAlarms,
    /// How the gate compares, if it is asked.
    pub(super) gate: Option<GateSettings>,
    /// The share at which another gate held the ramp, if this command has taken it over from there.
    pub(super) held: Option<f64>,
    /// The release to which a rollback goes, from the first look at a plan with a lease. Without the lease, the plan no
    /// longer says it.
    pub(super) stable: Option<ReleaseId>,
}

impl Watch<'_> {
    /// Renews the lease, watches the alarms and shows each step until the last step applies.
    pub(super) async fn run(mut self, session: &mut Session<'_>) -> Result<Exit, RampError> {
        let mut interrupts = Interrupts::listen().map_err(RampError::Signals)?;
        let mut progress = RampProgress::new(&self.release, session)?;
        if !self.project.followers.is_empty() {
            let alone = "the followers move while this command runs: without it, `edgeswitch follow --watch` moves them";
            progress.say(session, alone)?;
        }
        let mut last = None;
        let mut led = Led::default();
        let mut validation = Validation::new(session.cloud);
        let mut gate = self.gate.take().map(|settings| {
            RampGate::new(self.project, session.cloud, &self.release, settings, self.held)
        });
        loop {
            match look(session, self.project).await {
                Ok(seen) => {
                    self.keep_stable(&seen.summary);
                    if let Some(gate) = &mut gate {
                        gate.look(session, &seen.summary, &progress).await?;
                    }
                    let holds = gate.as_ref().is_some_and(RampGate::keeps_waiting);
                    let watched = (&mut validation, holds);
                    let is_finished =
                        self.is_finished(session, &seen, &mut progress, watched).await;
                    // Also after the lease has ended: the followers go back with the plan.
                    let moved = self.lead(session, &seen, &mut led, &progress).await?;
                    if is_finished? {
                        progress.end();
                        moved?;
                        finished(session, self.project, &self.release, &seen.summary)?;
                        return Ok(Exit::Done);
                    }
                    last = Some(seen.summary);
                }
                Err(ReadPlanError::Aws(error)) if error.kind.is_passing() => {
                    progress.say(session, &error.to_string())?;
                }
                Err(error) => return Err(error.into()),
            }
            if let Some(reason) = self.alarms.reason(session.clock.now()).await {
                progress.end();
                return Err(self.roll_back(session, reason).await);
            }
            tokio::select! {
                () = progress.wait(session.clock, LOOK) => {}
                answer = answered(gate.as_mut()) => {
                    let Some(gate) = &mut gate else { continue };
                    if let Some(why) = gate.take(answer, session, &progress)? {
                        progress.end();
                        return Err(self.roll_back(session, why).await);
                    }
                }
                ended = validation.ended() => if let Err(failure) = ended {
                    if takes_back(&failure) {
                        progress.end();
                        return Err(self.roll_back(session, failure.to_string()).await);
                    }
                    // If no step remains, there is nothing to pause.
                    let paused = quietly(session, self.project, &Change::RampPause).await;
                    progress.say_error(session, paused)?;
                    progress.end();
                    // The lease may have been renewed since the last look.
                    let now = look(session, self.project).await.ok().map(|seen| seen.summary);
                    let lapse = now.or(last).as_ref().and_then(lapse).map(Lapse::of);
                    return Err(HookError::Stopped { failure, lapse }.into());
                },
                interrupt = interrupts.next() => {
                    let ask = || self.choose(session, &interrupts, interrupt, last.as_ref());
                    let choice = progress.aside(ask)?;
                    if choice == Choice::Continue {
                        progress.say(session, "the ramp continues")?;
                        continue;
                    }
                    progress.end();
                    return self.end(session, choice, last.as_ref()).await;
                }
            }
        }
    }

    fn keep_stable(&mut self, summary: &Summary) {
        if self.stable.is_none() && summary.lease.is_some() {
            self.stable = stable(summary).and_then(|release| ReleaseId::parse(release).ok());
        }
    }

    /// Moves the followers when the share has changed, or when they could not be moved at the last look.
    async fn lead(
        &self,
        session: &mut Session<'_>,
        seen: &Seen,
        led: &mut Led,
        progress: &RampProgress,
    ) -> Result<Result<(), FollowersError>, TerminalError> {
        let share = seen.summary.percent(&self.release);
        if led.share == Some(share) {
            return Ok(Ok(()));
        }
        let (lines, moved) = lead_followers(session, self.project, seen.version).await;
        let mut words = lines.to_string();
        match &moved {
            Ok(()) => led.share = Some(share),
            Err(error) => words = format!("{words}\n{error}"),
        }
        if led.said != words {
            for line in words.lines().filter(|line| !line.is_empty()) {
                progress.say(session, line)?;
            }
            led.said = words;
        }
        Ok(moved)
    }

    /// Whether the ramp has finished. If not, renews the lease when that is due.
    async fn is_finished(
        &self,
        session: &mut Session<'_>,
        seen: &Seen,
        progress: &mut RampProgress,
        (validation, gate_holds): (&mut Validation<'_>, bool),
    ) -> Result<bool, RampError> {
        let summary = &seen.summary;
        let (project, release) = (self.project, self.release.as_str());
        let at = (&seen.document, summary);
        let is_validated = !validation.keeps_waiting(session, project, release, at, progress)?;
        let has_all = summary.percent(release) >= 100.0;
        let done = match RampState::of(summary, &self.release) {
            RampState::Lapsed(at) => {
                let has_followers = !self.project.followers.is_empty();
                return Err(RampError::Lapsed { at, has_followers });
            }
            RampState::Ended => {
                let (release, by) = (self.release.clone(), seen.by.clone());
                return Err(RampError::Ended { release, by });
            }
            RampState::UnderWay => false,
            RampState::Done if self.bakes(session, summary) || !is_validated => false,
            // Once the release has everybody, there is nothing to compare it with.
            RampState::Done if gate_holds && !has_all => false,
            RampState::Done
                if has_all
                    && validation.keeps_end_waiting(
                        session,
                        project,
                        release,
                        &seen.document,
                        progress,
                    )? =>
            {
                false
            }
            RampState::Done if lease_end(summary).is_none() => true,
            RampState::Done => self.conclude(session, summary, progress).await?,
        };
        if done {
            return Ok(true);
        }
        progress.show(session, summary)?;
        if self.is_due(session, summary) {
            let renewed = quietly(session, self.project, &Change::RenewLease(self.lease)).await;
            progress.say_error(session, renewed)?;
        }
        Ok(false)
    }

    /// Ends the lease after the last step, or renews it for the command that comes next. Returns whether this command
    /// has nothing more to do.
    ///
    /// If nobody promotes the release or detaches the ramp, traffic goes back when the lease ends, so that a pipeline
    /// that dies here leaves no half rollout.
    async fn conclude(
        &self,
        session: &mut Session<'_>,
        summary: &Summary,
        progress: &RampProgress,
    ) -> Result<bool, RampError> {
        let has_all = summary.percent(&self.release) >= 100.0;
        let change = match self.then {
            Some(Then::Promote) if !has_all => Change::RampFinish,
            None if !has_all => Change::RenewLease(self.lease),
            Some(Then::Promote | Then::Detach) | None => Change::EndLease,
        };
        let updated = match quietly(session, self.project, &change).await {
            Ok(updated) => updated,
            Err(error) => return Ok(progress.say_error(session, Err::<(), _>(error))?),
        };
        for effect in updated.changed.effects.iter().filter(|_| !has_all) {
            progress.say(session, &effect.to_string())?;
        }
        if self.then.is_none() && !has_all {
            let next = format!(
                "`edgeswitch promote {0}` gives {0} everybody, `edgeswitch ramp detach` keeps its share",
                self.release
            );
            progress.say(session, &next)?;
        }
        // After a promote, the command waits for the switch.
        Ok(has_all || self.then != Some(Then::Promote))
    }

    /// Whether the last step is still watched. A promote after the ramp ends the watch.
    fn bakes(&self, session: &Session<'_>, summary: &Summary) -> bool {
        if self.then == Some(Then::Promote) && lease_end(summary).is_none() {
            return false;
        }
        let end = |since: Moment| since.at.0 + millis(self.bake);
        summary.since.is_some_and(|since| session.clock.now().0 < end(since))
    }

    /// Whether the lease must be renewed now. Every edge location must read the new end before the old one comes.
    fn is_due(&self, session: &Session<'_>, summary: &Summary) -> bool {
        let hard_ttl = self.project.context_now(session).hard_ttl;
        let due = hard_ttl + RESERVE.min(self.lease.saturating_sub(hard_ttl) / 2);
        let left = |until: Moment| until.at.0 - session.clock.now().0;
        lease_end(summary).is_some_and(|until| left(until) <= millis(due))
    }

    fn choose(
        &self,
        session: &mut Session<'_>,
        interrupts: &Interrupts,
        interrupt: Interrupt,
        last: Option<&Summary>,
    ) -> Result<Choice, TerminalError> {
        let leaving = match last.and_then(lapse) {
            Some((release, until)) => {
                format!("everybody gets {release} from {until} on{}", self.left())
            }
            None => "the steps continue, because there is no lease".into(),
        };
        Ok(interrupts.choose(interrupt, &mut session.console, &leaving)?)
    }

    /// The words about followers after the end of a lease. Nobody moves them then, unless a command runs.
    fn left(&self) -> &'static str {
        if self.project.followers.is_empty() {
            ""
        } else {
            "; the followers stay until `edgeswitch follow` runs after that"
        }
    }

    /// Ends the command in the way that the user chose.
    async fn end(
        &self,
        session: &mut Session<'_>,
        choice: Choice,
        last: Option<&Summary>,
    ) -> Result<Exit, RampError> {
        match choice {
            Choice::RollBack => Err(self.roll_back(session, "stopped by hand".into()).await),
            Choice::Detach => {
                update(session, self.project, &Change::EndLease, Writing::AGREED).await?;
                Ok(Exit::Done)
            }
            Choice::Continue | Choice::Leave => match last.and_then(lapse) {
                Some((release, until)) => {
                    let (release, followers) = (release.into(), self.left());
                    Err(RampError::Stopped { release, until, followers })
                }
                None => Ok(Exit::Done),
            },
        }
    }

    /// Gives everybody the stable release, and returns the error that says why.
    ///
    /// The rollback names that release. Otherwise a second attempt would go back to an even older one.
    async fn roll_back(&self, session: &mut Session<'_>, why: String) -> RampError {
        // To the release itself would be no rollback.
        let to = self.stable.clone().filter(|stable| stable.as_str() != self.release);
        let TakenBack { followers, hook } =
            match take_back(session, self.project, "ramp", &self.release, to.clone(), &why).await {
                Ok(taken_back) => taken_back,
                Err(problem) => return RampError::RollbackFailed { why, problem, to },
            };
        if let Err(error) = hook {
            // The terminal may be gone. The rollback is in force all the same.
            let _ = session.console.say(&error.to_string());
        }
        match followers {
            Ok(()) => RampError::RolledBack(why),
            Err(left) => RampError::FollowersLeft { why, left: Box::new(left) },
        }
    }
}

/// Waits for an answer of the gate; for ever without one.
async fn answered(gate: Option<&mut RampGate<'_>>) -> Answer {
    match gate {
        Some(gate) => gate.answered().await,
        None => pending().await,
    }
}

/// The followers during a ramp.
#[derive(Default)]
struct Led {
    /// The share that they have.
    share: Option<f64>,
    /// The last lines about them.
    said: String,
}

/// The release that gets all traffic if nobody renews the lease, and the time.
fn lapse(summary: &Summary) -> Option<(&str, Moment)> {
    Some((stable(summary)?, lease_end(summary)?))
}

/// The plan at the last read.
struct Seen {
    document: Document,
    summary: Summary,
    version: u64,
    /// The author and the change.
    by: String,
}

/// The release of the ramp in progress.
pub(super) async fn candidate(
    session: &Session<'_>,
    project: &Project,
) -> Result<String, RampError> {
    let Seen { summary, .. } = look(session, project).await?;
    let release = super::ramp_state::candidate(&summary).ok_or(RampError::None)?;
    Ok(release.to_owned())
}

async fn look(session: &Session<'_>, project: &Project) -> Result<Seen, ReadPlanError> {
    let mut home = project.home(session.cloud);
    home.read().await?;
    let stored = home.stored.as_ref().ok_or_else(|| project.missing(&home))?;
    let document = project.document(stored, home.region())?;
    let summary = Summary::of(&document, &project.context_now(session));
    let (version, by) = (stored.version, project.who_wrote(stored));
    Ok(Seen { document, summary, version, by })
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
