use plan_change::{ChangeRefusal, Document};
use routing_core::ReleaseId;
use thiserror::Error;

use crate::control::{Project, ReadPlanError, Session};
use crate::failure::{Advice, Failure};

/// A release is not in the plan, or is withdrawn.
#[derive(Debug, Error)]
pub(crate) enum RegisteredError {
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Refused(#[from] ChangeRefusal),
}

impl Failure for RegisteredError {
    fn advice(&self) -> Advice {
        match self {
            Self::Read(error) => error.advice(),
            Self::Refused(refusal) => refusal.advice(),
        }
    }
}

/// Reads the plan and checks that it has this release and may serve it.
pub(crate) async fn check_registered(
    session: &Session<'_>,
    project: &Project,
    id: &ReleaseId,
) -> Result<Document, RegisteredError> {
    let document = project.current(session.cloud).await?;
    let plan = document.plan();
    if plan.is_withdrawn(id.as_str()) {
        return Err(ChangeRefusal::Withdrawn(id.to_string()).into());
    }
    if plan.servable(id.as_str()).is_none() {
        let releases = plan.releases().iter().map(|release| release.id.to_string());
        let known = releases.filter(|known| !plan.is_withdrawn(known)).collect();
        return Err(ChangeRefusal::Unknown { id: id.to_string(), known }.into());
    }
    Ok(document)
}
