use edge_time::Timestamp;
use serde::{Deserialize, Serialize};

/// An alarm and its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its name. An alarm is the same one in every Region.
    pub name: String,
    /// Its state.
    pub state: AlarmState,
    /// Why it has the state.
    pub reason: String,
    /// The time since which it has the state.
    pub since: Timestamp,
}

/// The state of an alarm, spelled as CloudWatch spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AlarmState {
    /// Within its threshold.
    Ok,
    /// Over it.
    Alarm,
    /// There is too little data to decide.
    InsufficientData,
}
