use std::io;
use std::path::PathBuf;

use cloudfront_sim::{BaseUrlError, DistributionError, ListenError, TlsError};
use edge_config::ConfigError;
use lambda_sim::{EndpointError, PackageError};
use override_token::NoRandomness;
use plan_store::PlanProblem;
use ssm_sim::{OpenError, SsmError};
use thiserror::Error;

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
    /// There is no plan to begin with.
    #[error("there is no first plan for parameter `{0}`")]
    NoPlan(String),
    /// Nothing says what the bucket holds.
    #[error("there is no folder for the bucket")]
    NoBucket,
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

impl DevError {
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
            Self::NoPlan(_) => "name a file with one, `plan` in [dev], or set `fallback`".into(),
            Self::NoBucket => {
                "name the folder with the releases: `bucket` in [dev], or `--bucket DIR`".into()
            }
            Self::NotAFolder(_) => {
                "build a release into it first: `DIR/releases/<id>/index.html`".into()
            }
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
