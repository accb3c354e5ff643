use std::fmt;

use plan_change::{Moment, Summary};
use routing_core::DecideAt;
use serde::Serialize;

use crate::aws::Invalidation;
use crate::commands::follow_up::DOCUMENTS;
use crate::control::{Project, Session};

/// Whether the cached documents of the previous release were invalidated. Only needed if releases are decided at
/// origin-request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Documents {
    /// The time of the switch: an invalidation must be newer.
    since: Moment,
    /// The active release since then.
    active: String,
    #[serde(flatten)]
    pub(crate) invalidated: Invalidated,
}

/// The state of the invalidation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "is", content = "reason")]
pub(crate) enum Invalidated {
    Completed,
    InProgress,
    Missing,
    Unreadable(String),
}

/// Returns `None` if no invalidation is needed, or if the configuration names no distribution.
pub(crate) async fn documents(
    session: &Session<'_>,
    project: &Project,
    summary: &Summary,
) -> Option<Documents> {
    let config = project.config.as_ref()?;
    match config.rules.decide_at {
        DecideAt::ViewerRequest => return None,
        DecideAt::OriginRequest => {}
    }
    let distribution = session.cloud.distribution(config.distribution_id.as_deref()?);
    // The first stage has no previous release.
    let since = summary.since.filter(|_| summary.stage > 1)?;
    let active = summary.traffic.first()?.release.clone();
    let invalidated = match distribution.invalidated(DOCUMENTS, since.at).await {
        Ok(Some(Invalidation::Completed)) => Invalidated::Completed,
        Ok(Some(Invalidation::InProgress)) => Invalidated::InProgress,
        Ok(None) => Invalidated::Missing,
        Err(error) => Invalidated::Unreadable(error.reason),
    };
    Some(Documents { since, active, invalidated })
}

impl fmt::Display for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { since, active, invalidated } = self;
        match invalidated {
            Invalidated::Completed => write!(f, "invalidated since {since}"),
            Invalidated::InProgress => f.write_str("an invalidation is under way"),
            Invalidated::Missing => {
                write!(f, "not invalidated since {since}; `edgeswitch promote {active}` does it")
            }
            Invalidated::Unreadable(reason) => {
                write!(f, "whether they are invalidated cannot be read: {reason}")
            }
        }
    }
}
