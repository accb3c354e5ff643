use std::time::Duration;

use indicatif::ProgressBar;
use tokio::time::sleep;

use super::standing::Standing;
use crate::aws::{Stack, StackEvent, StackState};
use crate::control::{Session, WaitError, persist};

/// The time between two looks at a stack.
pub(crate) const PAUSE: Duration = Duration::from_secs(1);

/// How CloudFormation's work on a stack ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    /// The last status of the stack.
    pub(crate) status: String,
    /// The first resource that failed.
    pub(crate) failed: Option<StackEvent>,
}

/// The newest event of a stack; the work that begins now has later ones.
pub(crate) async fn newest(
    stack: &Stack,
    id: &str,
    session: &mut Session<'_>,
) -> Result<Option<String>, WaitError> {
    let bar = ProgressBar::hidden();
    let mut events = persist(session, &bar, || stack.events(id, None)).await?;
    Ok(events.pop().map(|event| event.id))
}

/// Shows the events after `last` until the stack's own event says that the work has ended.
pub(crate) async fn follow(
    stack: &Stack,
    id: &str,
    mut last: Option<String>,
    what: &str,
    session: &mut Session<'_>,
) -> Result<Ended, WaitError> {
    let bar = session.console.spinner(what)?;
    let mut failed = None;
    loop {
        let events = persist(session, &bar, || stack.events(id, last.as_deref())).await?;
        if events.is_empty() && is_gone(stack, id, &bar, session).await? {
            bar.finish_and_clear();
            return Ok(Ended { status: "DELETE_COMPLETE".into(), failed });
        }
        for event in events {
            let is_stack = event.logical == stack.name();
            if let Some(words) = words(&event).filter(|_| !is_stack) {
                bar.suspend(|| session.console.say(&words))?;
            }
            bar.set_message(format!("{} {}", event.logical, event.status));
            if is_stack && is_end(&event.status) {
                bar.finish_and_clear();
                return Ok(Ended { status: event.status, failed });
            }
            last = Some(event.id.clone());
            if failed.is_none() && is_failure(&event) && !is_stack {
                failed = Some(event);
            }
        }
        sleep(PAUSE).await;
    }
}

/// Whether the stack is deleted. Work that begins on a deleted stack has no event.
async fn is_gone(
    stack: &Stack,
    id: &str,
    bar: &ProgressBar,
    session: &mut Session<'_>,
) -> Result<bool, WaitError> {
    let state = persist(session, bar, || stack.read_by(id)).await?;
    Ok(Standing::of(state.as_ref()) == Standing::Missing)
}

/// Waits until somebody else's work on a stack has ended.
pub(crate) async fn wait(
    stack: &Stack,
    state: &StackState,
    session: &mut Session<'_>,
) -> Result<(), WaitError> {
    let what = format!("stack `{}` is {}: waiting for its end", stack.name(), state.status);
    let bar = session.console.spinner(&what)?;
    while let Some(state) = persist(session, &bar, || stack.read_by(&state.id)).await?
        && Standing::of(Some(&state)) == Standing::InProgress
    {
        bar.set_message(state.status);
        sleep(PAUSE).await;
    }
    bar.finish_and_clear();
    Ok(())
}

fn is_end(status: &str) -> bool {
    !status.ends_with("_IN_PROGRESS")
}

/// The cancellation of a resource is not the reason for a failure.
fn is_failure(event: &StackEvent) -> bool {
    event.status.ends_with("_FAILED") && !event.reason.contains("cancelled")
}

/// The line for an event; `None` for a step that has only begun.
fn words(event: &StackEvent) -> Option<String> {
    let StackEvent { logical, status, reason, .. } = event;
    let verb = match &**status {
        "CREATE_COMPLETE" => "made",
        "UPDATE_COMPLETE" => "changed",
        "DELETE_COMPLETE" => "deleted",
        "DELETE_SKIPPED" => "kept",
        failed if failed.ends_with("_FAILED") => {
            return Some(format!("  failed {logical}: {reason}"));
        }
        _ => return None,
    };
    Some(format!("  {verb} {logical}"))
}
