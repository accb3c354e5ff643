use std::io;
use std::path::PathBuf;

use cloudfront_sim::{BaseUrlError, DistributionError, ListenError, TlsError};
use edge_config::ConfigError;
use lambda_sim::{EndpointError, PackageError};
use override_token::NoRandomness;
use plan_format::PlanProblem;
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
