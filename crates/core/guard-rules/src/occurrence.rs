use std::fmt;

use serde_json::Value;
use thiserror::Error;

use crate::alarm::{AlarmSeen, StateError};
use crate::shapes;

/// What woke the guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occurrence {
    /// The schedule, or a person.
    Tick,
    /// A parameter was written, labelled or deleted. The event has neither its value nor its version.
    Parameter { name: String, operation: String },
    /// The states of alarms have changed.
    Alarms(Vec<AlarmSeen>),
    /// A release change that a guard has announced.
    Announced,
}

/// The payload is not an event for the guard. Nothing is read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotForTheGuard {
    #[error("the payload is not JSON: {0}")]
    NotJson(String),
    #[error(
        "the payload is not an event: it has neither `detail-type` nor `Records` nor `alarmData`"
    )]
    NotAnEvent,
    #[error("the guard does not know `{detail_type}` of `{sender}`: remove the rule that sends it")]
    Unknown { sender: String, detail_type: String },
    #[error("{kind} cannot be read: {problem}")]
    Broken { kind: &'static str, problem: String },
}

impl NotForTheGuard {
    pub(crate) fn broken(kind: &'static str, problem: impl fmt::Display) -> Self {
        Self::Broken { kind, problem: problem.to_string() }
    }

    pub(crate) fn state(kind: &'static str) -> impl Fn(StateError) -> Self {
        move |problem| Self::broken(kind, problem)
    }
}

impl Occurrence {
    /// Reads the payload of an invocation.
    ///
    /// # Errors
    /// [`NotForTheGuard`]: the payload names no event that the guard knows.
    pub fn parse(payload: &str) -> Result<Self, NotForTheGuard> {
        let value: Value = serde_json::from_str(payload)
            .map_err(|error| NotForTheGuard::NotJson(error.to_string()))?;
        // The envelope of EventBridge wins: whatever else is in an event, its type says what it is.
        if value.get("detail-type").is_some() {
            return shapes::bus(value);
        }
        if value.get("Records").is_some() {
            return shapes::topic(value);
        }
        if value.get("alarmData").is_some() {
            return shapes::action(value);
        }
        Err(NotForTheGuard::NotAnEvent)
    }
}

/// Whether an event is about the plan in `parameter`, or about no parameter.
///
/// Parameter Store writes the name without the slash that a name without a hierarchy never had.
#[must_use]
pub fn concerns(occurrence: &Occurrence, parameter: &str) -> bool {
    match occurrence {
        Occurrence::Parameter { name, .. } => {
            name.trim_start_matches('/') == parameter.trim_start_matches('/')
        }
        Occurrence::Tick | Occurrence::Alarms(_) | Occurrence::Announced => true,
    }
}

impl fmt::Display for Occurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tick => f.write_str("schedule"),
            Self::Parameter { name, operation } => write!(f, "{operation} of `{name}`"),
            Self::Alarms(alarms) => {
                f.write_str("alarms")?;
                alarms.iter().try_for_each(|alarm| write!(f, " `{}`", alarm.name))
            }
            Self::Announced => f.write_str("release change"),
        }
    }
}
