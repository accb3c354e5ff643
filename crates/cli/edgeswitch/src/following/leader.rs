use followers::{Problem, Shares};

use crate::control::{Project, ReadPlanError, Session};

/// The plan that followers follow.
pub(super) struct Leader {
    /// The version that was read in the home Region.
    pub(super) version: u64,
    /// The shares of the stage in force.
    pub(super) shares: Result<Shares, Problem>,
    /// The shares of every stage of the plan.
    pub(super) known: Vec<Shares>,
}

impl Leader {
    pub(super) async fn read(
        session: &Session<'_>,
        project: &Project,
    ) -> Result<Self, ReadPlanError> {
        let mut home = project.home(session.cloud);
        home.read().await?;
        let stored = home.stored.as_ref().ok_or_else(|| project.missing(&home))?;
        let document = project.document(stored, home.region())?;
        let plan = document.plan();
        let shares = Shares::at(plan, session.clock.now());
        Ok(Self { version: stored.version, shares, known: Shares::every(plan).collect() })
    }

    /// The shares of every stage of every version that Parameter Store keeps. A version that cannot be parsed is
    /// skipped: edge locations do not use it either.
    pub(super) async fn history(
        session: &Session<'_>,
        project: &Project,
    ) -> Result<Vec<Shares>, ReadPlanError> {
        let home = project.home(session.cloud);
        let versions = home.parameter.history().await?;
        let plans = versions.iter().filter_map(|one| project.document(one, home.region()).ok());
        Ok(plans.flat_map(|plan| Shares::every(plan.plan()).collect::<Vec<_>>()).collect())
    }
}
