use std::time::Duration;

use http::StatusCode;

use crate::target_group::Health;

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
    /// The statuses of a target that works, the first and the last.
    pub statuses: (u16, u16),
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self {
            path: "/".into(),
            interval: Duration::from_secs(30),
            timeout: Duration::from_secs(5),
            healthy_threshold: 5,
            unhealthy_threshold: 2,
            statuses: (200, 200),
        }
    }
}

/// The results of a target's last checks: how many in a row were the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Streak {
    passed: bool,
    length: u32,
}

impl Streak {
    pub(crate) fn add(&mut self, passed: bool) {
        let length = if self.passed == passed { self.length.saturating_add(1) } else { 1 };
        *self = Self { passed, length };
    }
}

impl HealthCheck {
    /// A check that every answer passes but a failure of the server. `/` may be missing.
    #[must_use]
    pub fn lenient() -> Self {
        Self { statuses: (200, 499), ..Self::default() }
    }

    pub(crate) fn is_passed_by(&self, status: StatusCode) -> bool {
        let (first, last) = self.statuses;
        (first..=last).contains(&status.as_u16())
    }

    /// The statuses as ELB writes them (`Matcher`): `200` or `200-499`.
    pub(crate) fn matcher(&self) -> String {
        match self.statuses {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}-{last}"),
        }
    }

    /// The health of a target after its last check. One that was just registered needs a single one.
    pub(crate) fn judge(&self, health: Health, streak: Streak) -> Health {
        let Streak { passed, length } = streak;
        match health {
            Health::Initial if passed => Health::Healthy,
            Health::Unhealthy if passed && length >= self.healthy_threshold => Health::Healthy,
            Health::Initial | Health::Healthy if !passed && length >= self.unhealthy_threshold => {
                Health::Unhealthy
            }
            Health::Healthy | Health::Initial | Health::Unhealthy | Health::Draining { .. } => {
                health
            }
        }
    }
}
