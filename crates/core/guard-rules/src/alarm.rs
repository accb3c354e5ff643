use edge_time::Timestamp;
use thiserror::Error;

/// An alarm of CloudWatch, as an event told it or as CloudWatch answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmSeen {
    pub name: String,
    /// The Region; `None` if the event does not say it.
    pub region: Option<String>,
    pub state: AlarmState,
    /// The state before. Only an event has it.
    pub before: Option<AlarmState>,
    /// The time since which it has the state; `None` if nobody says it.
    pub since: Option<Timestamp>,
    /// Who mutes the alarm, or holds its actions back.
    pub muted: Option<String>,
    /// The reason for the state, in CloudWatch's words.
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlarmState {
    /// Within its threshold.
    Ok,
    /// Over it.
    Alarm,
    /// There is too little data to decide.
    InsufficientData,
}

/// The text is not a state of an alarm.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is not a state of an alarm: allowed are `OK`, `ALARM` and `INSUFFICIENT_DATA`")]
pub struct StateError(String);

impl AlarmState {
    /// Reads the state as CloudWatch writes it.
    ///
    /// # Errors
    /// [`StateError`] with the text.
    pub fn parse(text: &str) -> Result<Self, StateError> {
        match text {
            "OK" => Ok(Self::Ok),
            "ALARM" => Ok(Self::Alarm),
            "INSUFFICIENT_DATA" => Ok(Self::InsufficientData),
            other => Err(StateError(other.into())),
        }
    }
}
