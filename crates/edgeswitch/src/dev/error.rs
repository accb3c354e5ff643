use std::io;
use std::path::{Path, PathBuf};

use cloudfront_sim::{BaseUrlError, DistributionError, ListenError, TlsError};
use edge_config::ConfigError;
use lambda_sim::{EndpointError, PackageError};
use override_token::NoRandomness;
use plan_store::PlanProblem;
use ssm_sim::{OpenError, SsmError};
use thiserror::Error;

use crate::exit::Exit;

/// Why the local CloudFront does not start.
#[derive(Debug, Error)]
pub enum DevError {
    /// The configuration could not be read.
    #[error("read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file with the first plan could not be read.
    #[error("read the first plan `{}`", path.display())]
    ReadPlan {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The configuration breaks a rule.
    #[error("configuration `{}`", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ConfigError,
    },
    /// The first plan is none.
    #[error("plan {place}")]
    Plan {
        /// Where it is from.
        place: String,
        /// What is wrong with it.
        source: PlanProblem,
    },
    /// An option for projects, and no project.
    #[error("`{0}` is for a project, and none is named: the sample runs with what it brings")]
    NoProject(&'static str),
    /// The bucket's folder is not there.
    #[error("bucket folder `{}` is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// A route's origin has no domain name.
    #[error("no domain name is known for origin `{0}`")]
    NoDomain(String),
    /// An origin's local address is none.
    #[error("origin `{domain}`")]
    Origin {
        /// The origin's domain name.
        domain: String,
        /// What is wrong with the address.
        source: BaseUrlError,
    },
    /// The distribution is not possible, or not modelled.
    #[error("distribution")]
    Distribution(#[from] DistributionError),
    /// A package cannot run.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The address of the functions is none.
    #[error(transparent)]
    Functions(#[from] EndpointError),
    /// The state file is not one.
    #[error(transparent)]
    State(#[from] OpenError),
    /// The first plan could not be written.
    #[error("write the first plan")]
    FirstPlan(#[from] SsmError),
    /// An edge location cannot listen.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The Parameter Store cannot listen.
    #[error("listen for the Parameter Store on port {port}")]
    Endpoint {
        /// The port.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// The ports end before all have one.
    #[error(
        "port {first} leaves no room: the edge locations and the Parameter Store need {needed} ports, up to 65535"
    )]
    NoRoom {
        /// The first port.
        first: u16,
        /// How many there have to be.
        needed: usize,
    },
    /// There is no certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// There is no key for preview links.
    #[error(transparent)]
    Key(#[from] NoRandomness),
    /// The sample or the functions' configuration could not be written, or its back ends cannot listen.
    #[error("prepare what runs here")]
    Prepare(#[from] io::Error),
}

/// A project's configuration, as a rule.
pub(super) const CONFIGURATION: &str = "edgeswitch.toml";

impl DevError {
    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::NoProject(_) => Exit::Usage,
            Self::Read { .. }
            | Self::ReadPlan { .. }
            | Self::Config { .. }
            | Self::Plan { .. }
            | Self::NotAFolder(_)
            | Self::NoDomain(_)
            | Self::Origin { .. }
            | Self::Distribution(_)
            | Self::Package(_)
            | Self::Functions(_)
            | Self::State(_)
            | Self::FirstPlan(_)
            | Self::Listen(_)
            | Self::Endpoint { .. }
            | Self::NoRoom { .. }
            | Self::Tls(_)
            | Self::Key(_)
            | Self::Prepare(_) => Exit::Failed,
        }
    }

    /// What repairs it, where the error does not say so itself.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Read { .. } => {
                "name a file that is there; without `--config` a sample runs".into()
            }
            Self::ReadPlan { .. } => {
                "`plan` in [dev] names it; without `plan`, `fallback` is the first plan".into()
            }
            Self::NoProject(_) if Path::new(CONFIGURATION).is_file() => {
                format!("add `--config {CONFIGURATION}`")
            }
            Self::NoProject(_) => {
                "name its configuration: `--config FILE`; `edgeswitch init` writes one".into()
            }
            Self::NotAFolder(folder) => format!(
                "build a release into it first, `{}/<id>/index.html`, or name another one: `bucket` in [dev], or \
                 `--bucket DIR`",
                folder.join("releases").display()
            ),
            Self::NoDomain(origin) => format!("name one: `{origin} = \"...\"` in [slots.blue]"),
            Self::Origin { .. } => "such as `http://127.0.0.1:4001`".into(),
            Self::Endpoint { .. } | Self::NoRoom { .. } => {
                "choose another `--port`; 0 takes any that are free".into()
            }
            Self::Plan { .. } => "README.md describes the plan".into(),
            Self::Config { .. }
            | Self::Distribution(_)
            | Self::Package(_)
            | Self::Functions(_)
            | Self::State(_)
            | Self::FirstPlan(_)
            | Self::Listen(_)
            | Self::Tls(_)
            | Self::Key(_)
            | Self::Prepare(_) => return None,
        })
    }
}
