use http::request::Parts;

use crate::condition::Condition;
use crate::error::ElbError;
use crate::forward::Forward;

/// The largest priority (`Rule`).
const MAX_PRIORITY: u32 = 50_000;

/// A rule of a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub(crate) arn: String,
    /// The rule with the lowest priority is tried first.
    pub(crate) priority: u32,
    /// All of them must hold.
    pub(crate) conditions: Vec<Condition>,
    pub(crate) forward: Forward,
}

/// A listener: rules by priority, and an action for all other requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    pub(crate) arn: String,
    pub(crate) port: u16,
    pub(crate) default: Forward,
    /// By ascending priority.
    pub(crate) rules: Vec<Rule>,
}

impl Rule {
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    #[must_use]
    pub fn priority(&self) -> u32 {
        self.priority
    }

    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    #[must_use]
    pub fn forward(&self) -> &Forward {
        &self.forward
    }
}

impl Listener {
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The default action.
    #[must_use]
    pub fn default_action(&self) -> &Forward {
        &self.default
    }

    /// The rules by ascending priority, without the default action.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The ARN of the load balancer, which is a part of the listener's.
    #[must_use]
    pub fn balancer(&self) -> String {
        let arn = self.arn.rsplit_once('/').map_or(self.arn.as_str(), |(arn, _)| arn);
        arn.replacen(":listener/", ":loadbalancer/", 1)
    }

    /// The action of the first rule whose conditions hold, or the default one, and the ARN of its rule or listener.
    pub(crate) fn action(&self, request: &Parts) -> (&str, &Forward) {
        let holds = |rule: &&Rule| rule.conditions.iter().all(|one| one.holds(request));
        let rule = self.rules.iter().find(holds);
        rule.map_or((&self.arn, &self.default), |rule| (&rule.arn, &rule.forward))
    }

    /// All forward actions with the ARNs of their rules, and the default one with that of the listener.
    pub fn actions(&self) -> impl Iterator<Item = (&str, &Forward)> {
        let rules = self.rules.iter().map(|rule| (rule.arn(), rule.forward()));
        rules.chain([(self.arn(), &self.default)])
    }
}

pub(crate) fn check_priority(priority: u32) -> Result<(), ElbError> {
    if (1..=MAX_PRIORITY).contains(&priority) {
        return Ok(());
    }
    Err(ElbError::invalid(format!(
        "The priority '{priority}' must be between 1 and {MAX_PRIORITY}"
    )))
}

pub(crate) fn check_conditions(conditions: &[Condition]) -> Result<(), ElbError> {
    if conditions.is_empty() {
        return Err(ElbError::invalid("A rule must have at least one condition"));
    }
    conditions.iter().try_for_each(Condition::check)
}
