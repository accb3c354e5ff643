use std::time::Duration;

use edge_config::Follower;
use edge_time::Timestamp;
use followers::{Shares, Standing};
use routing_core::Plan;
use tokio::time::sleep;

use crate::aws::{AwsError, AwsErrorKind};
use crate::control::{Project, Session};
use crate::following::error::FollowerError;
use crate::following::leader::Leader;
use crate::following::moved::{Is, Moved};
use crate::following::resource::Resource;

/// The number of writes while others write too, or while reads still show the values from before.
const ROUNDS: u32 = 8;
/// The pause after a write that a read does not show yet, or whose answer was lost.
const PAUSE: Duration = Duration::from_millis(200);

/// Which differences are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// None.
    Look,
    /// Those to other shares of the plan.
    Follow,
    /// Those that somebody else has made too.
    Force,
}

/// Brings each follower in line. The others go on if one of them fails.
pub(crate) async fn bring_all(
    session: &Session<'_>,
    project: &Project,
    followers: &[&Follower],
    mode: Mode,
    since: u64,
) -> (Vec<Moved>, Vec<FollowerError>) {
    let (mut moved, mut failed) = (Vec::new(), Vec::new());
    for follower in followers {
        match bring(session, project, follower, mode, since).await {
            Ok(one) => moved.push(one),
            Err(error) => failed.push(error),
        }
    }
    (moved, failed)
}

/// Brings a follower in line with the plan.
///
/// A load balancer has no ETag. So each round reads the plan and the resource, and writes only what differs. The last
/// round has found nothing that differs, after the last write of this command: a slower command with an older plan
/// is corrected.
///
/// `since` is the version of the plan that the command has written or seen. Parameter Store may still answer with an
/// older one, which moves nothing.
pub(crate) async fn bring(
    session: &Session<'_>,
    project: &Project,
    follower: &Follower,
    mode: Mode,
    since: u64,
) -> Result<Moved, FollowerError> {
    let name = &*follower.name;
    let (problem, aws, unread) =
        (FollowerError::problem(name), FollowerError::aws(name), FollowerError::read(name));
    let resource = Resource::of(follower, session.cloud);
    let mut written = Vec::new();
    let mut lost: Option<AwsError> = None;
    let mut read = since;
    for round in 0..ROUNDS {
        sleep(PAUSE * round).await;
        let leader = Leader::read(session, project).await.map_err(&unread)?;
        read = leader.version;
        if read < since {
            continue;
        }
        let shares = leader.shares.map_err(&problem)?;
        let observed = resource.observe().await.map_err(&aws)?;
        let mut standing = observed.compare(&shares, &leader.known).map_err(&problem)?;
        if let (Standing::Drifted(_), Mode::Follow | Mode::Look) = (&standing, mode) {
            // It may have the shares of an earlier version.
            let history = Leader::history(session, project).await.map_err(&unread)?;
            standing = observed.compare(&shares, &history).map_err(&problem)?;
        }
        let tails = observed.tails();
        let moved = |is, differences: &[_]| Moved::new(follower, &shares, is, differences, &tails);
        let update = match (standing, mode) {
            (Standing::InLine, _) if written.is_empty() => return Ok(moved(Is::InLine, &[])),
            (Standing::InLine, _) => return Ok(moved(Is::Written, &written)),
            (Standing::Behind(update), Mode::Look) => {
                return Ok(moved(Is::Behind, update.differences()));
            }
            (Standing::Drifted(update), Mode::Look | Mode::Follow) => {
                return Ok(moved(Is::Drifted, update.differences()));
            }
            (Standing::Behind(update), Mode::Follow | Mode::Force)
            | (Standing::Drifted(update), Mode::Force) => update,
        };
        if written.is_empty() {
            written = update.differences().to_vec();
        }
        match resource.write(&update).await {
            Ok(()) => lost = None,
            // It may have been written, by this command or by another: the next round looks.
            Err(error) if error.kind.is_passing() || error.kind == AwsErrorKind::Changed => {
                lost = Some(error);
            }
            Err(error) => return Err(aws(error)),
        }
    }
    Err(match lost {
        _ if read < since => FollowerError::OldPlan { name: name.into(), read, since },
        Some(error) => aws(error),
        None => FollowerError::Restless { name: name.into(), rounds: ROUNDS },
    })
}

/// Compares a follower with the stage of a plan at `at`, without writing.
pub(crate) async fn preview(
    session: &Session<'_>,
    plan: &Plan,
    follower: &Follower,
    at: Timestamp,
) -> Result<Moved, FollowerError> {
    let (problem, aws) =
        (FollowerError::problem(&follower.name), FollowerError::aws(&follower.name));
    let shares = Shares::at(plan, at).map_err(&problem)?;
    let observed = Resource::of(follower, session.cloud).observe().await.map_err(aws)?;
    let (standing, tails) = (observed.compare(&shares, &[]).map_err(problem)?, observed.tails());
    Ok(match standing {
        Standing::InLine => Moved::new(follower, &shares, Is::InLine, &[], &tails),
        Standing::Behind(update) | Standing::Drifted(update) => {
            Moved::new(follower, &shares, Is::Later, update.differences(), &tails)
        }
    })
}
