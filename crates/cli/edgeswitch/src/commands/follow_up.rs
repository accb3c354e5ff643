use std::time::Duration;

use guard_rules::Switch;
use plan_change::{Begins, Effect, Moment, Summary};
use thiserror::Error;
use tokio::time::sleep;

use crate::aws::{AwsError, Distribution, Invalidation};
use crate::commands::followers::{FollowersError, move_followers};
use crate::control::{Project, ReadPlanError, Session, TerminalError, Updated, wait_until};
use crate::failure::{Advice, Failure};

/// The paths to invalidate. Any path may be a document, because paths without an extension get the index
/// document.
pub(crate) const DOCUMENTS: &str = "/*";
/// The time between two reads of an invalidation's state, and between two attempts to create one.
const LOOK: Duration = Duration::from_secs(5);
/// The number of attempts to create an invalidation. CloudFront runs at most 15 with a `*` at a time (page
/// `Quotas` of its guide).
const ATTEMPTS: u32 = 12;

/// The plan is written, but its switch or its invalidation did not happen.
#[derive(Debug, Error)]
pub(crate) enum FollowError {
    #[error("the plan is written, but documents of the old release may still be cached: {0}")]
    NotInvalidated(AwsError),
    /// At the time of the switch another plan is in force.
    #[error("`{release}` should have all traffic since {at}, but does not: {instead}")]
    NotInForce { release: String, at: Moment, instead: String },
    #[error(transparent)]
    Followers(#[from] FollowersError),
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for FollowError {
    fn advice(&self) -> Advice {
        match self {
            Self::NotInvalidated(_) => Advice::failed().hint(
                "`edgeswitch promote` with the release that is active now repeats the invalidation",
            ),
            Self::NotInForce { .. } => {
                Advice::failed().hint("`edgeswitch history` shows the change and its author")
            }
            Self::Followers(error) => error.advice(),
            Self::Read(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// The work that remains after a write.
#[derive(Debug, Default)]
pub(crate) struct FollowUp {
    /// A release that gets all traffic, and the time of the switch.
    switch: Option<(String, Moment)>,
    /// The time at which the cached documents must be invalidated.
    invalidation: Option<Moment>,
    /// The version of the plan in the home Region.
    version: u64,
}

impl FollowUp {
    pub(crate) fn of(project: &Project, updated: &Updated) -> Self {
        let mut follow_up = Self { version: updated.version(project), ..Self::default() };
        for effect in &updated.changed.effects {
            if let Effect::GivesEverybody { release, begins: Begins::At(at) } = effect {
                follow_up.switch = Some((release.clone(), *at));
            } else if let Effect::NeedsInvalidation { at } = effect {
                follow_up.invalidation = Some(*at);
            }
        }
        follow_up
    }

    /// Only an invalidation, for a change that an earlier command wrote.
    pub(crate) fn invalidation_at(at: Moment) -> Self {
        Self { invalidation: Some(at), ..Self::default() }
    }

    /// The same work, without the wait for the switch.
    pub(crate) fn without_switch(self) -> Self {
        Self { switch: None, ..self }
    }
}

/// Waits for the switch, checks that it happened, moves the followers, and invalidates the cached documents.
pub(crate) async fn follow(
    session: &mut Session<'_>,
    project: &Project,
    follow_up: &FollowUp,
) -> Result<(), FollowError> {
    if let Some((release, at)) = &follow_up.switch {
        let what =
            format!("the switch happens at {at} without this command: Ctrl-C ends only the wait");
        wait_until(session, at.at, &what).await?;
        check_in_force(session, project, release, *at).await?;
    }
    let moved = move_followers(session, project, follow_up.version).await;
    if let Some(at) = follow_up.invalidation {
        invalidate(session, project, at, follow_up.version).await?;
    }
    Ok(moved?)
}

async fn check_in_force(
    session: &mut Session<'_>,
    project: &Project,
    release: &str,
    at: Moment,
) -> Result<(), FollowError> {
    let document = project.current(session.cloud).await?;
    let summary = Summary::of(&document, &project.context_now(session));
    if summary.percent(release) < 100.0 {
        let shares: Vec<String> = summary.traffic.iter().map(ToString::to_string).collect();
        let writer = project.who_wrote_last(&project.home(session.cloud)).await;
        let instead = format!("{}: {writer}", shares.join(", "));
        return Err(FollowError::NotInForce { release: release.into(), at, instead });
    }
    Ok(session
        .console
        .say(&format!("{release} has all traffic at every edge location since {at}"))?)
}

/// Waits until every edge location has the plan, because an edge location without it still fills the cache with
/// documents of the old release. Then invalidates the documents.
async fn invalidate(
    session: &mut Session<'_>,
    project: &Project,
    at: Moment,
    version: u64,
) -> Result<(), FollowError> {
    let id = project.config.as_ref().and_then(|config| config.distribution_id.as_deref());
    let Some(id) = id else {
        let advice = format!("no `distribution_id`: invalidate `{DOCUMENTS}` yourself after {at}");
        return Ok(session.console.say(&advice)?);
    };
    let what = "waiting until every edge location has the plan, to invalidate the old documents";
    wait_until(session, at.at, what).await?;
    let distribution = session.cloud.distribution(id);
    let reference = match version {
        // An earlier command wrote the switch, and its invalidation is made again.
        0 => format!("edgeswitch-{}-at-{}", project.parameter.name, at.at.0),
        // The same as the guard's, so that there is one.
        _ => Switch { version, number: 1, complete: at.at }.reference(&project.parameter.name),
    };
    let begun = begin(distribution.as_ref(), &reference).await;
    let invalidation = begun.map_err(FollowError::NotInvalidated)?;
    session
        .console
        .say(&format!("invalidation {invalidation} of `{DOCUMENTS}` of {id} is under way"))?;
    let completed = wait_completed(distribution.as_ref(), &invalidation).await;
    completed.map_err(FollowError::NotInvalidated)?;
    Ok(session.console.say(&format!("invalidation {invalidation} is completed"))?)
}

/// Every attempt uses the same reference, so an invalidation whose answer was lost is not created twice.
async fn begin(distribution: &dyn Distribution, reference: &str) -> Result<String, AwsError> {
    for _ in 1..ATTEMPTS {
        match distribution.invalidate(DOCUMENTS, reference).await {
            Err(error) if error.kind.is_passing() => sleep(LOOK).await,
            done => return done,
        }
    }
    distribution.invalidate(DOCUMENTS, reference).await
}

async fn wait_completed(distribution: &dyn Distribution, id: &str) -> Result<(), AwsError> {
    loop {
        match distribution.invalidation(id).await? {
            Invalidation::Completed => return Ok(()),
            Invalidation::InProgress => sleep(LOOK).await,
        }
    }
}
