use serde::{Deserialize, Serialize};

/// The instructions of a ramp that the guard holds. They are a field of the plan's lease, so they end with it.
///
/// Whoever starts the ramp writes them, and the guard reads them at each run. So the guard needs no other state, and
/// two guards do the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The length of the lease after each renewal, in seconds.
    pub seconds: u64,
    /// The alarms that end the ramp.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alarms: Vec<String>,
    /// The Region of the alarms; `None` for the plan's home Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm_region: Option<String>,
    /// How long the last step is watched before the ramp ends.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bake_seconds: u64,
    /// The change after the last step. `None` if the last step gives the release all traffic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<After>,
}

/// The change after the last step of a ramp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum After {
    /// The release gets all traffic.
    Promote,
    /// The release keeps the share of the last step, without a lease.
    Detach,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
