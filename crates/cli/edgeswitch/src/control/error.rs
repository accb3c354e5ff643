use std::io;
use std::path::PathBuf;

use edge_config::ConfigError;
use plan_change::{Moment, Refusal};
use plan_format::PlanProblem;
use thiserror::Error;

use crate::aws::AwsError;
use crate::commands::{PreviewError, RampError};
use crate::control::Partial;

/// Why a command is not done.
#[derive(Debug, Error)]
pub enum ControlError {
    /// Nothing tells which plan is meant.
    #[error("no `edgeswitch.toml` in this folder, and no `--parameter`")]
    NoConfiguration,
    /// A parameter is named without a Region.
    #[error("`--parameter` without a configuration needs `--region`")]
    NoRegion,
    /// A file that was named is not there.
    #[error("there is no file `{}`", .0.display())]
    NoFile(PathBuf),
    /// A file that was to be made is there already.
    #[error("`{}` exists already: nothing is overwritten", .0.display())]
    FileExists(PathBuf),
    /// A file cannot be read.
    #[error("read `{}`", path.display())]
    ReadFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("write `{}`", path.display())]
    WriteFile {
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
    /// An argument that means nothing.
    #[error("{0}")]
    Argument(String),
    /// AWS did not do what it was asked for.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// The parameter is not there.
    #[error("there is no parameter `{name}` in `{region}`")]
    NoParameter {
        /// The parameter.
        name: String,
        /// Where it was looked for.
        region: String,
    },
    /// The parameter is there already.
    #[error("parameter `{name}` exists in `{region}` already")]
    ParameterExists {
        /// The parameter.
        name: String,
        /// Where.
        region: String,
    },
    /// The parameter holds no valid plan.
    #[error("version {version} of `{name}` in `{region}` is no plan: {problem}")]
    Plan {
        /// The parameter.
        name: String,
        /// Where it was read.
        region: String,
        /// The version that was read.
        version: u64,
        /// What is wrong with it.
        problem: PlanProblem,
    },
    /// A file holds no valid plan.
    #[error("`{}` is no plan: {problem}", path.display())]
    PlanFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: PlanProblem,
    },
    /// The change is against the rules.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The release's index document is not in the bucket.
    #[error("bucket `{bucket}` has no `{key}`: `{release}` would have no pages")]
    NoIndex {
        /// The bucket.
        bucket: String,
        /// The index document's key.
        key: String,
        /// The release.
        release: String,
    },
    /// A route of the configuration leads nowhere.
    #[error("`{path}` goes to origin `{origin}`, and `{release}` would have none")]
    NoOrigin {
        /// The paths of the route.
        path: String,
        /// The origin's key.
        origin: String,
        /// The release.
        release: String,
        /// The slots that have the origin.
        slots: Vec<String>,
    },
    /// A write without `-y`, and nobody to answer.
    #[error("there is nobody to ask: standard input is no terminal")]
    NobodyToAsk,
    /// The question was not answered by a yes.
    #[error("nothing was written")]
    Declined,
    /// The plan was changed while the question was open.
    #[error("{0} while you were asked; nothing was written")]
    ChangedMeanwhile(String),
    /// Somebody else wrote first.
    #[error("{by}, at the same time; nothing was written")]
    Overtaken {
        /// Who wrote what.
        by: String,
    },
    /// The write replaced what somebody else had written at the same time.
    #[error("{lost}, at the same time, and this command has replaced it")]
    Overwrote {
        /// Who wrote what.
        lost: String,
        /// Its version.
        version: u64,
    },
    /// Somebody else replaced the write.
    #[error("this change was written and is lost: {by}, at the same time")]
    Overwritten {
        /// Who wrote what.
        by: String,
    },
    /// The write may have been done.
    #[error("it is not certain whether the plan was written: {0}")]
    Unconfirmed(AwsError),
    /// Nothing shows the write.
    #[error("the write is not to be seen in `{0}`")]
    Vanished(String),
    /// The Regions have different plans.
    #[error("not every Region has the new plan{0}")]
    Partial(Partial),
    /// This machine's clock and AWS's differ.
    #[error(
        "this machine's clock is {seconds} s {direction} AWS's: at most 3 s are allowed for a schedule"
    )]
    Skew {
        /// By how much, in seconds.
        seconds: u64,
        /// `behind` or `ahead of`.
        direction: &'static str,
    },
    /// The plan is written, but what must follow it is not done.
    #[error("the plan is written, but documents of the old release may still be cached: {0}")]
    NotInvalidated(AwsError),
    /// At the moment of the switch another plan applies.
    #[error("`{release}` does not have all traffic, although it is past {at}: {instead}")]
    NotInForce {
        /// The release.
        release: String,
        /// When it should have been.
        at: Moment,
        /// What has traffic.
        instead: String,
    },
    /// The ramp has not come to its end.
    #[error(transparent)]
    Ramp(#[from] RampError),
    /// There is no preview link.
    #[error(transparent)]
    Preview(#[from] PreviewError),
    /// The wait took longer than allowed.
    #[error("not settled after {0} s")]
    TimedOut(u64),
    /// Standard output or the terminal is gone.
    #[error("write to the terminal")]
    Terminal(#[from] io::Error),
}
