use plan_format::PlanProblem;
use thiserror::Error;

use crate::aws::AwsError;
use crate::failure::{Advice, Failure};

/// The parameter cannot be read, or does not hold a plan.
#[derive(Debug, Error)]
pub(crate) enum ReadPlanError {
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error("there is no parameter `{name}` in `{region}`")]
    NoParameter { name: String, region: String },
    #[error("version {version} of `{name}` in `{region}` is not a valid plan: {problem}")]
    Invalid { name: String, region: String, version: u64, problem: PlanProblem },
}

impl Failure for ReadPlanError {
    fn advice(&self) -> Advice {
        match self {
            Self::Aws(error) => error.advice(),
            Self::NoParameter { .. } => Advice::failed()
                .hint("`edgeswitch init` writes the first plan; check the Region, too"),
            Self::Invalid { .. } => Advice::failed().hint(
                "`edgeswitch rollback` restores the last valid plan; `edgeswitch history` lists the versions",
            ),
        }
    }
}
