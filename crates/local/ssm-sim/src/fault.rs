use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::{ErrorCode, ServiceError, SsmError};

/// What goes wrong with a call.
///
/// As JSON: `{"kind": "latency", "ms": 800}`, `{"kind": "throttled"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fault {
    /// The call waits, on tokio's clock, before anything else happens to it.
    Latency {
        /// How long, in milliseconds.
        ms: u64,
    },
    /// `ThrottlingException`: the account's throughput is used up.
    Throttled,
    /// `AccessDeniedException`: the role lost its permission.
    Denied,
    /// `InternalServerError`, with status 500.
    Internal,
    /// `ParameterNotFound`, although the parameter is kept.
    Gone,
    /// The connection ends without an answer, and nothing is done.
    Dropped,
    /// The call is done, and its answer is lost with the connection.
    AnswerLost,
    /// `GetParameter` and `GetParameters` answer with this value instead of the stored one. No other call
    /// minds it.
    Malformed {
        /// What they answer with.
        value: String,
    },
}

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// Until it is ended.
    All,
    /// For this many calls.
    Next(u32),
}

/// A fault in force, and how much of it is left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActiveFault {
    /// The fault.
    pub fault: Fault,
    /// How long it still lasts.
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
    /// Switches `fault` on, in place of one of the same kind.
    ///
    /// A latency adds to the others; of the others the one switched on first decides. `Extent::Next(0)`
    /// switches the kind off.
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

    /// Lets the faults in force happen to one call. What is left for the call to mind comes back.
    pub(crate) async fn strike(&self, call: &Call) -> Result<Damage, SsmError> {
        let mut failure = None;
        for fault in self.take() {
            if let Fault::Latency { ms } = fault {
                tokio::time::sleep(Duration::from_millis(ms)).await;
            } else {
                failure.get_or_insert(fault);
            }
        }
        failure.map_or(Ok(Damage::None), |fault| fault.hit(call))
    }

    /// The faults that this call meets: counts them down.
    fn take(&self) -> Vec<Fault> {
        let mut active = self.active();
        let met = active.iter().map(|one| one.fault.clone()).collect();
        for one in active.iter_mut() {
            one.extent = one.extent.after_one();
        }
        active.retain(|one| one.extent != Extent::Next(0));
        met
    }

    /// Nothing panics while it holds the lock.
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

    fn hit(self, call: &Call) -> Result<Damage, SsmError> {
        let (code, message) = match self {
            Self::Latency { .. } => return Ok(Damage::None),
            Self::Malformed { value } => return Ok(Damage::Value(value)),
            Self::AnswerLost => return Ok(Damage::AnswerLost),
            Self::Dropped => return Err(SsmError::Dropped),
            Self::Throttled => (ErrorCode::ThrottlingException, "Rate exceeded".into()),
            Self::Denied => (ErrorCode::AccessDeniedException, call.denial()),
            Self::Internal => (ErrorCode::InternalServerError, "Internal server error".into()),
            Self::Gone => (ErrorCode::ParameterNotFound, String::new()),
        };
        Err(ServiceError { code, message }.into())
    }
}

/// The call that a fault hits, for the words of a denial.
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    /// The ARN of the caller.
    pub(crate) user: String,
    /// The ARN of the parameter.
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

/// What a fault leaves for the call to mind.
pub(crate) enum Damage {
    None,
    Value(String),
    AnswerLost,
}

impl Damage {
    /// The answer as it reaches the caller; `replace` puts a value in place of the stored ones.
    pub(crate) fn done<T>(
        self,
        mut answer: T,
        replace: impl FnOnce(&mut T, &str),
    ) -> Result<T, SsmError> {
        match self {
            Self::None => Ok(answer),
            Self::AnswerLost => Err(SsmError::Dropped),
            Self::Value(value) => {
                replace(&mut answer, &value);
                Ok(answer)
            }
        }
    }
}
