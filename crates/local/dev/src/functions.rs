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
use crate::parameters::Parameters;
use crate::project::Project;

/// Where the functions run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Functions {
    /// In this process.
    InProcess,
    /// As the packages in a folder, in processes of their own.
    Packages(PathBuf),
    /// Behind a Lambda Invoke API.
    InvokeApi(Url),
}

/// The functions as CloudFront calls them, and those in this process as one may look into them.
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

    /// The functions, with the project's configuration and this Parameter Store.
    ///
    /// # Errors
    /// When a package cannot run, or the Invoke API's address is none.
    pub(crate) fn host(
        &self,
        project: &Project,
        parameters: &Parameters,
        variables: BTreeMap<String, String>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Hosted, DevError> {
        let host: Arc<dyn FunctionHost> = match self {
            Self::InProcess => {
                let host = Arc::new(in_process(project, parameters.clone(), Arc::clone(clock)));
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

/// What the functions in other processes find in their environment.
pub(crate) fn variables(project: &Project, store: String) -> BTreeMap<String, String> {
    let config = project.functions_config().display().to_string();
    [("AWS_ENDPOINT_URL_SSM", store), ("EDGESWITCH_CONFIG", config)]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

fn in_process(project: &Project, parameters: Parameters, clock: Arc<dyn Clock>) -> InProcess {
    InProcess::new(project.config.clone(), move |_, _| Environment {
        store: parameters.as_store(),
        clock: Arc::clone(&clock),
        seed: random_seed(),
    })
}

/// As cargo names the binaries.
fn names() -> BTreeMap<Trigger, String> {
    TRIGGERS.map(|trigger| (trigger, trigger.to_string())).into()
}
