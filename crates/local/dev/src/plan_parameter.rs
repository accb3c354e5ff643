use std::path::Path;
use std::sync::Arc;

use edge_time::{Clock, Timestamp};
use functions_in_process::SimulatedParameter;
use guard_rules::Memory;
use plan_format::{Parameter, ReleaseDefaults};
use plan_store::PlanStore;
use routing_core::Plan;
use ssm_sim::{FaultSwitch, OpenError, ParameterStore, ParameterVersion, Put, SsmError};
use tokio::sync::watch;

use crate::error::DevError;
use crate::kept_plan::KeptPlan;
use crate::project::Project;

/// The user in the parameter's history when the page writes.
pub(crate) const USER: &str = "edgeswitch-dev";

/// Explains a parameter that was never written.
pub(crate) const NO_PLAN_YET: &str = "there is no plan yet: every request passes unchanged; \
     `edgeswitch init <id>` writes the first one";

/// The parameter that holds the plan, in its home Region and with its replicas.
#[derive(Clone)]
pub(crate) struct PlanParameter {
    place: Parameter,
    home: ParameterStore,
    kept: KeptPlan,
    /// The version that the last run left.
    last_run: Option<u64>,
    /// Why the plan of this run is not kept, although it should be.
    not_kept: Option<Arc<OpenError>>,
}

impl PlanParameter {
    /// Opens the project's Parameter Store. If the parameter is empty, writes the project's first plan, if any.
    ///
    /// # Errors
    /// When the state file or the first plan is invalid.
    pub(crate) async fn open(project: &Project, clock: &Arc<dyn Clock>) -> Result<Self, DevError> {
        let (store, not_kept) = project.kept.open(project.fresh, clock)?;
        let place = project.config.parameter.clone();
        let home = store.in_region(&place.home_region);
        let last_run = home.peek(&place.name).map(|parameter| parameter.version);
        let not_kept = not_kept.map(Arc::new);
        let parameters = Self { place, home, kept: project.kept.clone(), last_run, not_kept };
        if last_run.is_none()
            && let Some(plan) = project.first_plan(clock.now())?
        {
            parameters.write(&plan).await?;
        }
        Ok(parameters)
    }

    /// The file that keeps the plan, and the version in it that the last run left.
    pub(crate) fn kept(&self) -> Option<(&Path, Option<u64>)> {
        let path = self.kept.path().filter(|_| self.not_kept.is_none())?;
        Some((path, self.last_run))
    }

    /// Why the plan of this run is not kept, although it should be.
    pub(crate) fn not_kept(&self) -> Option<&OpenError> {
        self.not_kept.as_deref()
    }

    /// The store in the home Region.
    pub(crate) fn home(&self) -> &ParameterStore {
        &self.home
    }

    /// The parameter's name and Regions.
    pub(crate) fn place(&self) -> &Parameter {
        &self.place
    }

    /// The latest version in the home Region, even while faults are switched on.
    pub(crate) fn current(&self) -> Option<ParameterVersion> {
        self.home.peek(&self.place.name)
    }

    /// The times and the texts of all versions in the home Region, the oldest first.
    pub(crate) fn history(&self) -> impl Iterator<Item = (Timestamp, String)> {
        let versions = self.home.peek_history(&self.place.name).into_iter();
        versions.map(|version| (version.last_modified, version.value))
    }

    /// The plan in the home Region, if it is valid.
    pub(crate) fn plan(&self, defaults: &ReleaseDefaults) -> Option<Plan> {
        plan_format::parse(&self.current()?.value, defaults).ok()
    }

    /// The note of the guard's last run, wherever it runs.
    pub(crate) fn guard_memory(&self) -> Option<Memory> {
        Memory::parse(&self.home.peek(&Memory::parameter(&self.place.name))?.value)
    }

    /// The slot of the release that is active at `now`.
    pub(crate) fn active_slot(&self, defaults: &ReleaseDefaults, now: Timestamp) -> Option<String> {
        let plan = self.plan(defaults)?;
        let (_, stage) = plan.stage_at(now);
        plan.releases().get(stage.active())?.slot.clone()
    }

    /// The store for functions that run in this process.
    pub(crate) fn as_store(&self) -> Arc<dyn PlanStore> {
        Arc::new(SimulatedParameter::new(self.home.clone(), &self.place.name))
    }

    /// Changes with every write.
    pub(crate) fn writes(&self) -> watch::Receiver<u64> {
        self.home.writes()
    }

    /// Writes the next version to the home Region, then to the replicas. Returns its number in the home Region.
    ///
    /// # Errors
    /// Those of Parameter Store.
    pub(crate) async fn write(&self, plan: &str) -> Result<u64, SsmError> {
        let version = self.home.put(self.put(plan)).await?;
        for region in &self.place.replica_regions {
            self.home.in_region(region).put(self.put(plan)).await?;
        }
        Ok(version)
    }

    /// The fault switch for reads in each Region; the home Region is first.
    pub(crate) fn read_faults(&self) -> impl Iterator<Item = FaultSwitch> {
        let replicas = self.place.replica_regions.iter().map(|region| self.home.in_region(region));
        let stores = std::iter::once(self.home.clone()).chain(replicas);
        stores.map(|store| store.faults().reads.clone())
    }

    fn put(&self, plan: &str) -> Put {
        Put {
            name: self.place.name.clone(),
            value: plan.into(),
            overwrite: true,
            description: None,
            user: USER.into(),
        }
    }
}
