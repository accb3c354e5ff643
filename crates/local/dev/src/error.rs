use std::io;
use std::path::PathBuf;

use alb_sim::ElbError;
use cloudfront_sim::{BaseUrlError, DistributionError, ImportError, ListenError, TlsError};
use edge_config::ConfigError;
use edge_event::Trigger;
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
    Read { path: PathBuf, source: io::Error },
    /// The file with the first plan could not be read.
    #[error("read the first plan `{}`", path.display())]
    ReadPlan { path: PathBuf, source: io::Error },
    /// The configuration breaks a rule.
    #[error("configuration `{}`", path.display())]
    Config { path: PathBuf, source: ConfigError },
    /// The first plan is invalid.
    #[error("plan {place}")]
    Plan {
        /// The file or setting it is from.
        place: String,
        source: PlanProblem,
    },
    /// An option that is only for projects, without a project.
    #[error("`{0}` needs a project: the sample has its own bucket and back ends")]
    NoProject(&'static str),
    /// The bucket's folder does not exist.
    #[error("bucket folder `{}` is not a folder", .0.display())]
    NotAFolder(PathBuf),
    /// A route's origin has no domain name.
    #[error("no domain name is known for origin `{0}`")]
    NoDomain(String),
    /// An origin's local address is invalid.
    #[error("origin `{domain}`")]
    Origin { domain: String, source: BaseUrlError },
    /// A saved distribution cannot be imported.
    #[error("saved distribution `{}`", folder.display())]
    Saved { folder: PathBuf, source: ImportError },
    /// A saved distribution has a function that is not one of ours.
    #[error("saved distribution: `{arn}` at {trigger} is not a function of edgeswitch")]
    NotOurs {
        /// The ARN of the function's version.
        arn: String,
        trigger: Trigger,
    },
    /// A saved distribution has several buckets, and there is one folder.
    #[error("the distribution has {} buckets without a local address: {}", .0.len(), .0.join(", "))]
    SeveralBuckets(Vec<String>),
    /// CloudFront would refuse the distribution, or the simulator does not model it.
    #[error("distribution")]
    Distribution(#[from] DistributionError),
    /// A package cannot run.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The address of the functions is invalid.
    #[error(transparent)]
    Functions(#[from] EndpointError),
    /// The state file is in use, unreadable or invalid.
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
    Endpoint { port: u16, source: io::Error },
    /// A table of [dev.targets] has the name of no follower.
    #[error("[dev.targets] names `{0}`, which is no follower of this project")]
    NoFollower(String),
    /// `--load-balancer`, and no follower is one.
    #[error(
        "`--load-balancer` needs a follower with `listener` or `listener_rule`: this project has none"
    )]
    NoBalancer,
    /// A slot of a load balancer has no local back end.
    #[error("no local target is known for slot `{slot}` of follower `{follower}`")]
    NoTargets { follower: String, slot: String },
    /// The address of a target is not an IP address with a port.
    #[error("target `{0}`: expected `http://`, an IP address or `localhost`, and a port")]
    Target(String),
    /// ELB would refuse the load balancer.
    #[error("load balancer of follower `{follower}`")]
    Balancer { follower: String, source: ElbError },
    /// A listener of a load balancer cannot listen.
    #[error("listen for a load balancer on port {port}")]
    BalancerPort { port: u16, source: io::Error },
    /// The folder for access logs cannot be made.
    #[error("make the folder `{}` for access logs", folder.display())]
    Logs { folder: PathBuf, source: io::Error },
    /// There are not enough ports above the first one.
    #[error(
        "port {first} is too high: the edge locations, the Parameter Store and the load balancers need {needed} ports from there, up to 65535"
    )]
    NoRoom {
        /// The first port.
        first: u16,
        /// How many ports are needed.
        needed: usize,
    },
    /// The certificate could not be made.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The key for preview links could not be made.
    #[error(transparent)]
    Key(#[from] NoRandomness),
    /// The sample or the functions' configuration could not be written, or the sample's back ends cannot
    /// listen.
    #[error("prepare the files and back ends")]
    Prepare(#[from] io::Error),
    /// What listens where could not be written.
    #[error("write the report")]
    Report(#[source] io::Error),
}
