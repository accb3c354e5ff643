//! Programs and Lambda functions that validate a release while its traffic changes.

mod action;
mod error;
mod facts;
mod process;
mod tail;
mod take_back;

use std::fmt;

use edge_config::{Hook, HookAction, Hooks, OnFailure};
use futures_util::future::BoxFuture;
use plan_change::{Change, apply};
use routing_core::ReleaseId;
use serde::Serialize;

use crate::aws::Cloud;
use crate::control::{Project, Session};
use crate::signals::Signals;

pub(crate) use error::{HookError, Lapse, rollback_by_hand};
pub(crate) use facts::HookFacts;
pub(crate) use take_back::after_rollback;
use take_back::roll_back;

/// When a hook runs. The names are CodeDeploy's, as far as it has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum HookPoint {
    BeforeTraffic,
    AfterStep,
    AfterTraffic,
    OnRollback,
}

impl HookPoint {
    pub(crate) fn hook(self, hooks: &Hooks) -> Option<&Hook> {
        match self {
            Self::BeforeTraffic => hooks.before_traffic.as_ref(),
            Self::AfterStep => hooks.after_step.as_ref(),
            Self::AfterTraffic => hooks.after_traffic.as_ref(),
            Self::OnRollback => hooks.on_rollback.as_ref(),
        }
    }
}

impl fmt::Display for HookPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BeforeTraffic => "before-traffic",
            Self::AfterStep => "after-step",
            Self::AfterTraffic => "after-traffic",
            Self::OnRollback => "on-rollback",
        })
    }
}

/// The reason why a hook failed, with the end of its output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HookFailure {
    pub(crate) point: HookPoint,
    pub(crate) why: String,
    pub(crate) on_failure: OnFailure,
}

impl fmt::Display for HookFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hook `{}`: {}", self.point, self.why)
    }
}

/// A hook that runs.
pub(crate) type Running<'c> = BoxFuture<'c, Result<(), HookFailure>>;

/// Starts a hook; `None` if the configuration has none for this point.
pub(crate) fn start<'c>(
    cloud: &'c dyn Cloud,
    project: &Project,
    facts: HookFacts,
) -> Option<Running<'c>> {
    let hook = facts.hook.hook(&project.hooks)?;
    Some(begin(cloud, project, hook, facts))
}

fn begin<'c>(
    cloud: &'c dyn Cloud,
    project: &Project,
    hook: &Hook,
    facts: HookFacts,
) -> Running<'c> {
    let Hook { action, timeout, on_failure } = hook.clone();
    let home = project.parameter.home_region.clone();
    Box::pin(async move {
        let ended = action::carry_out(cloud, &action, &home, timeout, &facts).await;
        ended.map_err(|why| HookFailure { point: facts.hook, why, on_failure })
    })
}

/// The action in words: `./smoke.sh --fast`, or `function shop-check`.
pub(crate) fn words(hook: &Hook) -> String {
    match &hook.action {
        HookAction::Command(words) => words.join(" "),
        HookAction::Function { name, .. } => format!("function {name}"),
    }
}

/// Runs a hook and waits for it. Without one, nothing happens.
///
/// Its programs have a process group of their own, so Ctrl-C does not reach them: a signal ends them here.
pub(crate) async fn run(
    session: &mut Session<'_>,
    project: &Project,
    facts: HookFacts,
) -> Result<Result<(), HookFailure>, HookError> {
    let Some(hook) = facts.hook.hook(&project.hooks) else { return Ok(Ok(())) };
    let point = facts.hook;
    let mut signals = Signals::listen().map_err(HookError::Signals)?;
    let spinner = session.console.spinner(&format!("hook {point}: {}", words(hook)))?;
    let running = begin(session.cloud, project, hook, facts);
    let ended = tokio::select! {
        ended = running => Ok(ended),
        by = signals.next() => Err(HookError::Interrupted { point, by }),
    };
    spinner.finish_and_clear();
    ended
}

/// Runs the hook that must succeed before a release gets its first traffic. Nothing has been written yet.
///
/// A change that would be refused runs no hook. Neither does a release that has traffic already.
pub(crate) async fn before_traffic(
    session: &mut Session<'_>,
    project: &Project,
    command: &'static str,
    id: &ReleaseId,
    change: &Change,
) -> Result<(), HookError> {
    if project.hooks.before_traffic.is_none() {
        return Ok(());
    }
    let document = project.current(session.cloud).await?;
    let context = project.context_now(session);
    let has_traffic = plan_change::has_traffic(&document, &context, id);
    if has_traffic || apply(&document, change, &context).is_err() {
        return Ok(());
    }
    let point = HookPoint::BeforeTraffic;
    let facts = HookFacts::of(point, command, id.as_str(), &document, session, project);
    run(session, project, facts).await?.map_err(HookError::Before)
}

/// What a failure of a hook takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undo {
    /// The change of the command.
    Change,
    /// Nothing: the release was the active one before, and a rollback would go to an even older one.
    Nothing,
}

/// Runs a hook when a release has its share. If it fails, takes the change back or leaves it, as configured.
pub(crate) async fn after_change(
    session: &mut Session<'_>,
    project: &Project,
    point: HookPoint,
    command: &'static str,
    release: &str,
    undo: Undo,
) -> Result<(), HookError> {
    if point.hook(&project.hooks).is_none() {
        return Ok(());
    }
    let document = project.current(session.cloud).await?;
    let facts = HookFacts::of(point, command, release, &document, session, project);
    let (previous, rollout) = (facts.previous.clone(), facts.rollout.clone());
    let Err(failure) = run(session, project, facts).await? else { return Ok(()) };
    match (failure.on_failure, undo) {
        (OnFailure::Stop, _) | (OnFailure::RollBack, Undo::Nothing) => {
            Err(HookError::Stopped { failure, lapse: None })
        }
        (OnFailure::RollBack, Undo::Change) => {
            let now = project.current(session.cloud).await?;
            if now.plan().rollout() != rollout {
                return Err(HookError::Overtaken(failure));
            }
            Err(roll_back(session, project, command, release, previous, failure).await)
        }
    }
}
