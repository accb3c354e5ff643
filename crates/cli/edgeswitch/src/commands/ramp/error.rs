use plan_change::Moment;
use thiserror::Error;

use crate::aws::AwsError;

/// Why a ramp has not come to its end.
#[derive(Debug, Error)]
pub enum RampError {
    /// There is nothing to take over.
    #[error("no ramp is under way")]
    None,
    /// Somebody else ended it.
    #[error("the ramp of `{release}` was ended: {by}")]
    Ended {
        /// The release.
        release: String,
        /// Who wrote what.
        by: String,
    },
    /// The lease was not renewed in time.
    #[error("the lease ended at {0}: traffic went back by itself")]
    Lapsed(Moment),
    /// An alarm was on before anything was written.
    #[error("alarm `{name}` is on already: {reason}; nothing was written")]
    AlarmBefore {
        /// The alarm.
        name: String,
        /// CloudWatch's reason.
        reason: String,
    },
    /// It was rolled back.
    #[error("rolled back: {0}")]
    RolledBack(String),
    /// It could not be rolled back.
    #[error("{why}, and the rollback failed: {problem}")]
    Stuck {
        /// Why it was to be rolled back.
        why: String,
        /// What failed.
        problem: String,
    },
    /// Somebody stopped this command; the lease will end.
    #[error("stopped: everybody gets `{release}` from {until} on, when the lease ends")]
    Left {
        /// The release.
        release: String,
        /// When.
        until: Moment,
    },
    /// The alarms cannot be read before anything was written.
    #[error("the alarms cannot be read: {0}")]
    Blind(AwsError),
}

impl RampError {
    /// The way out, for the line below the error.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::None => "`edgeswitch ramp <id> --steps 1,10,50,100 --every 10m` begins one",
            Self::Ended { .. } => "`edgeswitch history` shows who changed what",
            Self::Lapsed(_) => "`edgeswitch rollback` settles the plan, then begin again",
            Self::AlarmBefore { .. } => "wait until it is off: it would stop the ramp at once",
            Self::RolledBack(_) => "`edgeswitch preview <id>` shows the release still",
            Self::Stuck { .. } => {
                "`edgeswitch rollback -y`; the lease is not renewed any more, so traffic goes back by itself"
            }
            Self::Left { .. } => "`edgeswitch ramp --resume` takes over before that",
            Self::Blind(error) => return error.hint(),
        })
    }
}
