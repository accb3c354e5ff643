use std::io;
use std::path::Path;

use edge_time::Clock;
use guard_rules::WRITER;

use crate::aws::Cloud;
use crate::control::{Console, Project, ProjectError, Session, Target};
use crate::failure::Failure;
use crate::guard::{GuardRun, Intent, Woken, guard_run, woken};
use crate::logs::ReadLimits;

/// The guard of a project without a terminal: what the deployed function runs.
pub struct Unattended {
    project: Project,
}

/// The result of an invocation.
#[derive(Debug)]
pub enum Invoked {
    Ran(GuardRun),
    /// The event is not for this project, for this reason. Nothing was read or written.
    Refused(String),
}

impl Unattended {
    /// The guard of the project whose `edgeswitch.toml` this is.
    ///
    /// # Errors
    /// If the configuration cannot be read.
    pub fn of(config: &Path) -> Result<Self, Box<dyn Failure>> {
        let target = Target { config: Some(config.into()), ..Target::default() };
        Ok(Self::find(&target)?)
    }

    pub(crate) fn find(target: &Target) -> Result<Self, ProjectError> {
        Ok(Self { project: Project::find(target)? })
    }

    /// Whether both watch the same parameter.
    #[cfg(feature = "dev")]
    pub(crate) fn watches_the_plan_of(&self, other: &Self) -> bool {
        self.project.parameter == other.project.parameter
    }

    /// Carries out what is due when an event comes. The gate of a ramp reads logs up to the limits.
    pub async fn invoke(
        &self,
        cloud: &dyn Cloud,
        clock: &dyn Clock,
        payload: &str,
        limits: ReadLimits,
    ) -> Invoked {
        let occurrence = match woken(payload, &self.project.parameter.name) {
            Woken::By(occurrence) => occurrence,
            Woken::Not(reason) => return Invoked::Refused(reason),
        };
        let (mut out, mut err) = (io::sink(), io::sink());
        let console = Console::unwatched(&mut out, &mut err);
        let writer = Some(WRITER.to_owned());
        let mut session = Session { cloud, clock, console, writer };
        let (session, project) = (&mut session, &self.project);
        Invoked::Ran(guard_run(session, project, &occurrence, Intent::Act, limits).await)
    }
}

impl std::fmt::Debug for Unattended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unattended")
            .field("parameter", &self.project.parameter)
            .finish_non_exhaustive()
    }
}
