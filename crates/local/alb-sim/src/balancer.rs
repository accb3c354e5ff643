use std::hash::{DefaultHasher, Hash, Hasher};

use crate::condition::Condition;
use crate::error::{ElbError, ErrorCode};
use crate::forward::Forward;
use crate::rule::{Listener, Rule, check_conditions, check_priority};
use crate::target_group::{Attributes, Target, TargetGroup};

/// The account of all resources, which is AWS's example.
const ACCOUNT: &str = "123456789012";

/// A load balancer with its listeners and target groups.
#[derive(Debug, Clone)]
pub struct Balancer {
    name: String,
    region: String,
    /// How many ids were given.
    ids: u64,
    id: String,
    groups: Vec<TargetGroup>,
    listeners: Vec<Listener>,
}

impl Balancer {
    /// A load balancer without listeners. Load balancers with the same name and Region have the same ARN, and so have
    /// resources that are added in the same order.
    #[must_use]
    pub fn new(name: &str, region: &str) -> Self {
        let (name, region) = (name.to_owned(), region.to_owned());
        let (groups, listeners) = (Vec::new(), Vec::new());
        let mut made = Self { name, region, ids: 0, id: String::new(), groups, listeners };
        made.id = made.next_id();
        made
    }

    #[must_use]
    pub fn arn(&self) -> String {
        self.arn_of(&format!("loadbalancer/app/{}/{}", self.name, self.id))
    }

    /// Adds a target group and returns its ARN.
    ///
    /// # Errors
    /// `DuplicateTargetGroupName`.
    pub fn add_group(&mut self, name: &str, targets: Vec<Target>) -> Result<String, ElbError> {
        if self.groups.iter().any(|group| group.arn.split('/').nth(1) == Some(name)) {
            let message = format!("A target group with the name '{name}' exists");
            return Err(ElbError::new(ErrorCode::DuplicateTargetGroupName, message));
        }
        let id = self.next_id();
        let arn = self.arn_of(&format!("targetgroup/{name}/{id}"));
        let attributes = Attributes::default();
        self.groups.push(TargetGroup { arn: arn.clone(), targets, attributes });
        Ok(arn)
    }

    /// Adds a listener for HTTP and returns its ARN.
    ///
    /// # Errors
    /// `DuplicateListener` if there is one with this port, `TargetGroupNotFound`.
    pub fn add_listener(&mut self, port: u16, default: Forward) -> Result<String, ElbError> {
        if self.listeners.iter().any(|listener| listener.port == port) {
            let message = format!("A listener with the port '{port}' exists");
            return Err(ElbError::new(ErrorCode::DuplicateListener, message));
        }
        self.check_action(&default)?;
        let id = self.next_id();
        let arn = self.arn_of(&format!("listener/app/{}/{}/{id}", self.name, self.id));
        self.listeners.push(Listener { arn: arn.clone(), port, default, rules: Vec::new() });
        Ok(arn)
    }

    /// Adds a rule and returns its ARN.
    ///
    /// # Errors
    /// `ListenerNotFound`, `PriorityInUse`, `TargetGroupNotFound`, and `ValidationError` for a priority outside 1 to
    /// 50,000 or a condition that cannot be.
    pub fn add_rule(
        &mut self,
        listener: &str,
        priority: u32,
        conditions: Vec<Condition>,
        forward: Forward,
    ) -> Result<String, ElbError> {
        check_priority(priority)?;
        check_conditions(&conditions)?;
        self.check_action(&forward)?;
        let id = self.next_id();
        let found = self.listeners.iter_mut().find(|one| one.arn == listener);
        let found = found.ok_or_else(|| ElbError::no_listener(listener))?;
        if found.rules.iter().any(|rule| rule.priority == priority) {
            let message = format!("Priority '{priority}' is currently in use");
            return Err(ElbError::new(ErrorCode::PriorityInUse, message));
        }
        let arn = format!("{}/{id}", listener.replacen(":listener/", ":listener-rule/", 1));
        found.rules.push(Rule { arn: arn.clone(), priority, conditions, forward });
        found.rules.sort_by_key(|rule| rule.priority);
        Ok(arn)
    }

    /// Replaces the default action of a listener (`ModifyListener`).
    ///
    /// # Errors
    /// `ListenerNotFound`, `TargetGroupNotFound`, and `InvalidLoadBalancerAction` for a target group with target
    /// stickiness in an action of several groups without group stickiness.
    pub fn modify_listener(&mut self, arn: &str, default: Forward) -> Result<&Listener, ElbError> {
        self.check_action(&default)?;
        let listener = self.listeners.iter_mut().find(|listener| listener.arn == arn);
        let listener = listener.ok_or_else(|| ElbError::no_listener(arn))?;
        listener.default = default;
        Ok(listener)
    }

    /// Replaces the conditions, the action, or both of a rule (`ModifyRule`).
    ///
    /// # Errors
    /// `RuleNotFound`, and those of [`modify_listener`](Self::modify_listener) and [`add_rule`](Self::add_rule).
    pub fn modify_rule(
        &mut self,
        arn: &str,
        conditions: Option<Vec<Condition>>,
        forward: Option<Forward>,
    ) -> Result<&Rule, ElbError> {
        if let Some(forward) = &forward {
            self.check_action(forward)?;
        }
        if let Some(conditions) = &conditions {
            check_conditions(conditions)?;
        }
        let mut rules = self.listeners.iter_mut().flat_map(|listener| &mut listener.rules);
        let rule = rules.find(|rule| rule.arn == arn).ok_or_else(|| no_rule(arn))?;
        rule.conditions = conditions.unwrap_or_else(|| std::mem::take(&mut rule.conditions));
        if let Some(forward) = forward {
            rule.forward = forward;
        }
        Ok(rule)
    }

    /// Sets the deregistration delay of a target group, in seconds.
    ///
    /// # Errors
    /// `TargetGroupNotFound`, and `ValidationError` above 3,600 seconds.
    pub fn set_deregistration_delay(&mut self, arn: &str, seconds: u32) -> Result<(), ElbError> {
        let attributes = self.attributes(arn)?;
        self.set_attributes(arn, Attributes { deregistration_delay: seconds, ..attributes })
    }

    /// Switches load balancer stickiness of a target group on, for a number of seconds, or off.
    ///
    /// # Errors
    /// `TargetGroupNotFound`, `ValidationError` outside 1 to 604,800 seconds, and `InvalidConfigurationRequest` if an
    /// action of several groups without group stickiness has the group.
    pub fn set_target_stickiness(
        &mut self,
        arn: &str,
        seconds: Option<u32>,
    ) -> Result<(), ElbError> {
        let attributes = self.attributes(arn)?;
        let sticky_seconds = seconds.unwrap_or(attributes.sticky_seconds);
        let is_sticky = seconds.is_some();
        self.set_attributes(arn, Attributes { is_sticky, sticky_seconds, ..attributes })
    }

    /// Replaces the targets of a group, with their health.
    ///
    /// # Errors
    /// `TargetGroupNotFound`.
    pub fn set_targets(&mut self, arn: &str, targets: Vec<Target>) -> Result<(), ElbError> {
        self.group_mut(arn)?.targets = targets;
        Ok(())
    }

    #[must_use]
    pub fn listeners(&self) -> &[Listener] {
        &self.listeners
    }

    #[must_use]
    pub fn listener(&self, arn: &str) -> Option<&Listener> {
        self.listeners.iter().find(|listener| listener.arn == arn)
    }

    /// # Errors
    /// `RuleNotFound`.
    pub fn rule(&self, arn: &str) -> Result<&Rule, ElbError> {
        let mut rules = self.listeners.iter().flat_map(|listener| &listener.rules);
        rules.find(|rule| rule.arn == arn).ok_or_else(|| no_rule(arn))
    }

    #[must_use]
    pub fn group(&self, arn: &str) -> Option<&TargetGroup> {
        self.groups.iter().find(|group| group.arn == arn)
    }

    pub(crate) fn attributes(&self, arn: &str) -> Result<Attributes, ElbError> {
        Ok(self.group(arn).ok_or_else(|| ElbError::no_group(arn))?.attributes)
    }

    pub(crate) fn set_attributes(
        &mut self,
        arn: &str,
        attributes: Attributes,
    ) -> Result<(), ElbError> {
        attributes.check()?;
        if attributes.is_sticky && self.is_behind_unsticky_action(arn) {
            let message = "This target group appears behind a rule with group stickiness disabled. You must enable \
                           group stickiness before enabling target stickiness";
            return Err(ElbError::new(ErrorCode::InvalidConfigurationRequest, message));
        }
        self.group_mut(arn)?.attributes = attributes;
        Ok(())
    }

    fn is_behind_unsticky_action(&self, arn: &str) -> bool {
        let mut actions = self.listeners.iter().flat_map(Listener::actions);
        actions.any(|action| needs_group_stickiness(action, arn))
    }

    fn group_mut(&mut self, arn: &str) -> Result<&mut TargetGroup, ElbError> {
        let group = self.groups.iter_mut().find(|group| group.arn == arn);
        group.ok_or_else(|| ElbError::no_group(arn))
    }

    fn check_action(&self, action: &Forward) -> Result<(), ElbError> {
        for group in action.groups() {
            let is_sticky = self.attributes(&group.arn)?.is_sticky;
            if is_sticky && needs_group_stickiness(action, &group.arn) {
                let message = "You must enable group stickiness on a rule if you enabled target stickiness on one of \
                               its target groups";
                return Err(ElbError::new(ErrorCode::InvalidLoadBalancerAction, message));
            }
        }
        Ok(())
    }

    fn arn_of(&self, resource: &str) -> String {
        format!("arn:aws:elasticloadbalancing:{}:{ACCOUNT}:{resource}", self.region)
    }

    fn next_id(&mut self) -> String {
        self.ids += 1;
        let mut hasher = DefaultHasher::new();
        (&self.name, &self.region, self.ids).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

/// Whether the action has several groups, this one among them, and no group stickiness. Target stickiness is then refused.
fn needs_group_stickiness(action: &Forward, arn: &str) -> bool {
    action.stickiness().is_none()
        && action.groups().len() > 1
        && action.groups().iter().any(|group| group.arn == arn)
}

fn no_rule(arn: &str) -> ElbError {
    ElbError::new(ErrorCode::RuleNotFound, format!("Rule '{arn}' not found"))
}
