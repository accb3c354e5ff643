use std::time::Duration;

use http::StatusCode;

/// How the load balancer finds out whether a target of a group works (page `target-group-health-checks`). The default
/// values are AWS's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// The path of the request, a GET over HTTP/1.1.
    pub path: String,
    /// The time between two checks of a target.
    pub interval: Duration,
    /// The longest wait for an answer.
    pub timeout: Duration,
    /// How many checks in a row an unhealthy target must pass.
    pub healthy_threshold: u32,
    /// How many checks in a row a healthy target must fail.
    pub unhealthy_threshold: u32,
    /// The status of a target that works.
    pub status: StatusCode,
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self {
            path: "/".into(),
            interval: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
            healthy_threshold: 5,
            unhealthy_threshold: 2,
            status: StatusCode::OK,
        }
    }
}
