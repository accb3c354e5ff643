use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, ServiceError, SsmError};

/// A way in which calls fail.
///
/// As JSON: `{"kind": "latency", "ms": 800}`, `{"kind": "throttled"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fault {
    /// The call first waits, on tokio's clock.
    Latency {
        /// In milliseconds.
        ms: u64,
    },
    /// `ThrottlingException`: the account is above its throughput.
    Throttled,
    /// `AccessDeniedException`: the role lost its permission.
    Denied,
    /// `InternalServerError`, with status 500.
    Internal,
    /// `ParameterNotFound`, although the parameter exists.
    Gone,
    /// The connection ends without an answer, and the call has no effect.
    Dropped,
    /// The call takes effect, but the connection ends without an answer.
    AnswerLost,
    /// `GetParameter` and `GetParameters` answer with this value instead of the stored one. Other calls are
    /// not affected.
    Malformed {
        /// The value in the answers.
        value: String,
    },
}

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// Until it is switched off.
    All,
    /// For this many calls.
    Next(u32),
}

/// A fault in force, and how long it still lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveFault {
    pub fault: Fault,
    pub extent: Extent,
}

/// The faults of one Region. A clone is another handle to the same switches.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// The faults of `GetParameter`, `GetParameters` and `GetParameterHistory`.
    pub reads: FaultSwitch,
    /// The faults of `PutParameter` and `DeleteParameter`.
    pub writes: FaultSwitch,
}

/// Switches faults on and off while calls go on. A clone is another handle to the same switch.
#[derive(Debug, Clone, Default)]
pub struct FaultSwitch {
    active: Arc<Mutex<Vec<ActiveFault>>>,
}

impl FaultSwitch {
    /// Switches `fault` on. It replaces one of the same kind.
    ///
    /// A latency applies in addition to another fault. Among all other faults the oldest one applies.
    /// `Extent::Next(0)` switches the kind off.
    pub fn switch_on(&self, fault: Fault, extent: Extent) {
        let mut active = self.active();
        active.retain(|other| !other.fault.is_like(&fault));
        if extent != Extent::Next(0) {
            active.push(ActiveFault { fault, extent });
        }
    }

    /// Switches every fault off.
    pub fn clear(&self) {
        self.active().clear();
    }

    /// The faults in force, oldest first.
    #[must_use]
    pub fn in_force(&self) -> Vec<ActiveFault> {
        self.active().clone()
    }

    /// Applies the faults in force to one call: waits, or fails. Returns the fault to apply to the answer.
    pub(crate) async fn inject(&self, call: &Call) -> Result<AnswerFault, SsmError> {
        let mut failure = None;
        for fault in self.take() {
            if let Fault::Latency { ms } = fault {
                tokio::time::sleep(Duration::from_millis(ms)).await;
            } else {
                failure.get_or_insert(fault);
            }
        }
        failure.map_or(Ok(AnswerFault::None), |fault| fault.into_result(call))
    }

    /// The faults for one call. Counts them down.
    fn take(&self) -> Vec<Fault> {
        let mut active = self.active();
        let faults = active.iter().map(|one| one.fault.clone()).collect();
        for one in active.iter_mut() {
            one.extent = one.extent.after_one();
        }
        active.retain(|one| one.extent != Extent::Next(0));
        faults
    }

    /// Nothing panics in the middle of a change, so a poisoned lock still holds valid data.
    fn active(&self) -> MutexGuard<'_, Vec<ActiveFault>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Extent {
    fn after_one(self) -> Self {
        match self {
            Self::All => Self::All,
            Self::Next(calls) => Self::Next(calls.saturating_sub(1)),
        }
    }
}

impl Fault {
    fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    fn into_result(self, call: &Call) -> Result<AnswerFault, SsmError> {
        let (code, message) = match self {
            Self::Latency { .. } => return Ok(AnswerFault::None),
            Self::Malformed { value } => return Ok(AnswerFault::Replaced(value)),
            Self::AnswerLost => return Ok(AnswerFault::Lost),
            Self::Dropped => return Err(SsmError::Dropped),
            Self::Throttled => (ErrorCode::ThrottlingException, "Rate exceeded".into()),
            Self::Denied => (ErrorCode::AccessDeniedException, call.denial()),
            Self::Internal => (ErrorCode::InternalServerError, "Internal server error".into()),
            Self::Gone => (ErrorCode::ParameterNotFound, String::new()),
        };
        Err(ServiceError { code, message }.into())
    }
}

/// A call, described for the message of [`Fault::Denied`].
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    /// The caller's ARN.
    pub(crate) user: String,
    /// The parameter's ARN.
    pub(crate) arn: String,
}

impl Call {
    fn denial(&self) -> String {
        let Self { operation, user, arn } = self;
        format!(
            "User: {user} is not authorized to perform: ssm:{operation} on resource: {arn} because no \
             identity-based policy allows the ssm:{operation} action"
        )
    }
}

/// A fault that affects only the answer of a call.
pub(crate) enum AnswerFault {
    None,
    /// The answer has this value instead of the stored ones.
    Replaced(String),
    Lost,
}

impl AnswerFault {
    /// The answer as it reaches the caller. `replace` puts a value into the answer.
    pub(crate) fn apply<T>(
        self,
        mut answer: T,
        replace: impl FnOnce(&mut T, &str),
    ) -> Result<T, SsmError> {
        match self {
            Self::None => Ok(answer),
            Self::Lost => Err(SsmError::Dropped),
            Self::Replaced(value) => {
                replace(&mut answer, &value);
                Ok(answer)
            }
        }
    }
}
