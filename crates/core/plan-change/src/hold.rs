use edge_time::Timestamp;
use serde::{Deserialize, Serialize};

/// The instructions of a ramp that the guard holds. They are a field of the plan's lease, so they end with it.
///
/// Whoever starts the ramp writes them, and the guard reads them at each run. So the guard needs no other state, and
/// two guards do the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hold {
    /// The length of the lease after each renewal, in seconds.
    pub seconds: u64,
    /// The alarms that end the ramp.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alarms: Vec<String>,
    /// The Region of the alarms; `None` for the plan's home Region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarm_region: Option<String>,
    /// The time from which alarms count: they were checked then, and none was on. `None` without alarms.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "written_time")]
    pub watched_from: Option<Timestamp>,
    /// How long the last step is watched before the ramp ends.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bake_seconds: u64,
    /// The change after the last step. `None` if the last step gives the release all traffic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub then: Option<After>,
    /// How the gate compares the release before each step; `None` if it is not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<GateTerms>,
    /// Who has paused the ramp. If it is the guard itself, the gate holds the next step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_by: Option<String>,
    /// Somebody resumed the ramp at this time: the step that comes next then passes the gate.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "written_time")]
    pub let_pass: Option<Timestamp>,
}

/// How the gate compares a release: the values that differ from the defaults.
///
/// The keys are those of `[gate]` in `edgeswitch.toml`. The guard takes them from here only, so whoever starts the ramp
/// says how it is compared.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct GateTerms {
    /// Where the access logs are: `s3://BUCKET/PREFIX`, or a folder beside `edgeswitch dev`.
    pub logs: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alpha: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tolerated_ratio: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_bad_viewers: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_page_loads: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soak_seconds: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness_seconds: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_alpha: Option<f64>,
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

/// A time in RFC 3339.
mod written_time {
    use edge_time::Timestamp;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[expect(clippy::ref_option, reason = "serde passes a reference")]
    pub(super) fn serialize<S: Serializer>(
        at: &Option<Timestamp>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        at.map(|at| at.to_string()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| Timestamp::parse(&text).map_err(D::Error::custom)).transpose()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
