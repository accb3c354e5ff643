use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use cloudfront_sim::FunctionHost;
use edge_event::Trigger;
use edge_time::Clock;
use functions_in_process::{Environment, InProcess};
use lambda_sim::{InvokeApi, Options, Packages};
use plan_store::random_seed;
use url::Url;

use crate::DevArgs;
use crate::distribution::TRIGGERS;
use crate::error::DevError;
use crate::plan_parameter::PlanParameter;
use crate::project::Project;

/// Where the functions run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Functions {
    /// In this process.
    InProcess,
    /// The packages in a folder, each in processes of its own.
    Packages(PathBuf),
    /// Behind a Lambda Invoke API.
    InvokeApi(Url),
}

/// The functions for CloudFront. Those in this process also for the page, which shows their plans.
pub(crate) struct Hosted {
    pub(crate) host: Arc<dyn FunctionHost>,
    pub(crate) in_process: Option<Arc<InProcess>>,
}

impl Functions {
    pub(crate) fn of(args: &DevArgs) -> Self {
        match (&args.packages, &args.functions) {
            (Some(folder), _) => Self::Packages(folder.clone()),
            (None, Some(url)) => Self::InvokeApi(url.clone()),
            (None, None) => Self::InProcess,
        }
    }

    /// Something to do before they use another configuration.
    pub(crate) fn at_a_new_configuration(&self) -> Option<String> {
        match self {
            Self::InProcess | Self::Packages(_) => None,
            Self::InvokeApi(url) => Some(format!(
                "the functions behind {url} read the configuration when they start: restart them"
            )),
        }
    }

    /// Makes the functions available, with the project's configuration and this Parameter Store.
    ///
    /// # Errors
    /// When a package cannot run, or the Invoke API's address is invalid.
    pub(crate) fn host(
        &self,
        project: &Project,
        parameter: &PlanParameter,
        variables: BTreeMap<String, String>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Hosted, DevError> {
        let host: Arc<dyn FunctionHost> = match self {
            Self::InProcess => {
                let host = Arc::new(in_process(project, parameter.clone(), Arc::clone(clock)));
                return Ok(Hosted { host: host.clone(), in_process: Some(host) });
            }
            Self::Packages(folder) => {
                let name = project.config.name.clone();
                Arc::new(Packages::open(folder, Options { name, variables, ..Options::default() })?)
            }
            Self::InvokeApi(url) => Arc::new(InvokeApi::new(url, names())?),
        };
        Ok(Hosted { host, in_process: None })
    }
}

/// The environment variables of functions in other processes.
pub(crate) fn variables(project: &Project, store: String) -> BTreeMap<String, String> {
    let config = project.functions_config().display().to_string();
    [("AWS_ENDPOINT_URL_SSM", store), ("EDGESWITCH_CONFIG", config)]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

fn in_process(project: &Project, parameter: PlanParameter, clock: Arc<dyn Clock>) -> InProcess {
    InProcess::new(project.config.clone(), move |_, _| Environment {
        store: parameter.as_store(),
        clock: Arc::clone(&clock),
        seed: random_seed(),
    })
}

/// The function names, which are the names of the binaries.
fn names() -> BTreeMap<Trigger, String> {
    TRIGGERS.map(|trigger| (trigger, trigger.to_string())).into()
}
