use std::collections::BTreeMap;
use std::sync::Arc;

use cloudfront_sim::{CloudFront, KnownHosts, Site};
use cloudwatch_sim::Alarms;
use edge_config::Config;
use edge_time::Clock;
use functions_in_process::InProcess;

use crate::balancing::Balancing;
use crate::distribution::distribution;
use crate::error::DevError;
use crate::functions::{Functions, Hosted};
use crate::network::network;
use crate::plan_parameter::PlanParameter;
use crate::project::{Previews, Project, ProjectKind};
use crate::saved::saved_distribution;

/// A configuration at work: its distribution with empty caches, and its functions.
pub(crate) struct Running {
    pub(crate) cloudfront: Arc<CloudFront>,
    /// The functions, if they run in this process.
    pub(crate) in_process: Option<Arc<InProcess>>,
    pub(crate) config: Arc<Config>,
    pub(crate) previews: Previews,
    hosts: KnownHosts,
}

/// The parts that stay the same when the configuration changes.
pub(crate) struct Surroundings {
    pub(crate) functions: Functions,
    /// The environment of functions in other processes.
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) parameter: PlanParameter,
    pub(crate) clock: Arc<dyn Clock>,
    /// The load balancers of the followers, if they run here.
    pub(crate) balancing: Option<Arc<Balancing>>,
    pub(crate) alarms: Alarms,
}

impl Running {
    /// Starts the distribution and the functions of `project`. `origins` are the local addresses of its origins.
    ///
    /// # Errors
    /// When CloudFront would refuse the distribution, an address is invalid, or a package cannot run.
    pub(crate) fn start(
        project: &Project,
        origins: &[(String, String)],
        surroundings: &Surroundings,
    ) -> Result<Self, DevError> {
        let Surroundings { functions, variables, parameter, clock, .. } = surroundings;
        let plan = parameter.plan(&project.config.release_defaults);
        let distribution = match &project.dev.distribution {
            Some(folder) => saved_distribution(folder, &project.dev)?,
            None => distribution(&project.config, &project.dev, plan.as_ref())?,
        };
        let network = network(project, &distribution, origins)?;
        let Hosted { host, in_process } =
            functions.host(project, parameter, variables.clone(), clock)?;
        let cloudfront = CloudFront::new(distribution, network, host, Arc::clone(clock))?;
        project.write_functions_config()?;
        Ok(Self {
            cloudfront: Arc::new(cloudfront),
            in_process,
            config: Arc::new(project.config.clone()),
            previews: project.previews.clone(),
            hosts: known_hosts(project),
        })
    }

    /// The distribution for the listeners.
    pub(crate) fn site(&self) -> Site {
        Site { cloudfront: Arc::clone(&self.cloudfront), hosts: self.hosts.clone() }
    }
}

fn known_hosts(project: &Project) -> KnownHosts {
    let advice = match project.kind {
        ProjectKind::Own => ", or add the name to `hosts` in [dev]",
        ProjectKind::Sample => "",
    };
    KnownHosts { more: project.dev.hosts.clone(), advice: advice.into() }
}
