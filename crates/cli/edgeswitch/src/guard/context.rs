use guard_rules::{Version, WRITER};
use plan_change::{Context, Document};

use crate::aws::{AwsError, Stored};
use crate::control::{Place, Project, ReadPlanError, Session};
use crate::guard::GuardRun;

/// The plan that a run has read, and everything that it needs besides.
pub(super) struct Watched<'p> {
    pub(super) project: &'p Project,
    pub(super) home: Place,
    pub(super) document: Document,
}

impl<'p> Watched<'p> {
    /// Reads the plan. `None` if there is none that the functions would use: the run then writes nothing.
    pub(super) async fn read(
        session: &Session<'_>,
        project: &'p Project,
        run: &mut GuardRun,
    ) -> Option<Self> {
        let mut home = project.home(session.cloud);
        match Self::document(project, &mut home).await {
            Ok(document) => Some(Self { project, home, document }),
            Err(error) => {
                run.trouble(&error);
                None
            }
        }
    }

    /// Reads the plan again, after a write.
    pub(super) async fn read_again(&mut self) -> Result<(), ReadPlanError> {
        self.document = Self::document(self.project, &mut self.home).await?;
        Ok(())
    }

    async fn document(project: &Project, home: &mut Place) -> Result<Document, ReadPlanError> {
        home.read().await?;
        let stored = home.stored.as_ref().ok_or_else(|| project.missing(home))?;
        project.document(stored, home.region())
    }

    /// The context of the guard's changes.
    pub(super) fn context(&self, session: &Session<'_>) -> Context {
        self.project.context(session.clock.now(), Some(WRITER))
    }

    /// The versions that Parameter Store keeps, oldest first.
    pub(super) async fn history(&self) -> Result<Vec<Version>, AwsError> {
        let versions = self.home.parameter.history().await?;
        Ok(versions.into_iter().map(|stored| self.version(stored)).collect())
    }

    fn version(&self, stored: Stored) -> Version {
        let document = self.project.document(&stored, self.home.region()).ok();
        let Stored { version: number, modified, user, .. } = stored;
        Version { number, modified, user, document }
    }
}
