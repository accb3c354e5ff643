use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;

use edge_time::Timestamp;

use crate::condition::Condition;
use crate::error::{ElbError, ErrorCode};
use crate::forward::Forward;
use crate::health_check::HealthCheck;
use crate::rule::{Listener, Rule, check_conditions, check_priority};
use crate::target_group::{Attributes, Health, Target, TargetGroup};

/// The account of all resources, which is AWS's example.
const ACCOUNT: &str = "123456789012";

/// A load balancer with its listeners and target groups. Those with ARNs of another load balancer are as good as its own.
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

    /// The ARNs of the load balancers: its own, and those of listeners that were added with theirs.
    #[must_use]
    pub fn arns(&self) -> Vec<String> {
        let mut arns: Vec<String> = self.listeners.iter().map(Listener::balancer).collect();
        if arns.is_empty() {
            arns.push(self.arn());
        }
        arns.sort();
        arns.dedup();
        arns
    }

    /// Adds a target group and returns its ARN.
    ///
    /// # Errors
    /// `DuplicateTargetGroupName`.
    pub fn add_group(&mut self, name: &str, targets: Vec<Target>) -> Result<String, ElbError> {
        let id = self.next_id();
        let arn = self.arn_of(&format!("targetgroup/{name}/{id}"));
        self.add_group_as(&arn, targets)?;
        Ok(arn)
    }

    /// Adds a target group with this ARN.
    ///
    /// # Errors
    /// `DuplicateTargetGroupName`.
    pub fn add_group_as(&mut self, arn: &str, targets: Vec<Target>) -> Result<(), ElbError> {
        let (attributes, health_check) = (Attributes::default(), HealthCheck::default());
        let group = TargetGroup { arn: arn.into(), targets, attributes, health_check };
        if self.groups.iter().any(|other| other.name() == group.name()) {
            let message = format!("A target group with the name '{}' exists", group.name());
            return Err(ElbError::new(ErrorCode::DuplicateTargetGroupName, message));
        }
        self.groups.push(group);
        Ok(())
    }

    /// Adds a listener for HTTP and returns its ARN.
    ///
    /// # Errors
    /// `DuplicateListener` if there is one with this port, `TargetGroupNotFound`.
    pub fn add_listener(&mut self, port: u16, default: Forward) -> Result<String, ElbError> {
        let id = self.next_id();
        let arn = self.arn_of(&format!("listener/app/{}/{}/{id}", self.name, self.id));
        self.add_listener_as(&arn, port, default)?;
        Ok(arn)
    }

    /// Adds a listener for HTTP with this ARN.
    ///
    /// # Errors
    /// `DuplicateListener` if there is one with this port or ARN, `TargetGroupNotFound`.
    pub fn add_listener_as(
        &mut self,
        arn: &str,
        port: u16,
        default: Forward,
    ) -> Result<(), ElbError> {
        if self.listeners.iter().any(|listener| listener.port == port || listener.arn == arn) {
            let message = format!("A listener with the port '{port}' or the ARN '{arn}' exists");
            return Err(ElbError::new(ErrorCode::DuplicateListener, message));
        }
        self.check_action(&default)?;
        self.listeners.push(Listener { arn: arn.into(), port, default, rules: Vec::new() });
        Ok(())
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
        let id = self.next_id();
        let arn = format!("{}/{id}", listener.replacen(":listener/", ":listener-rule/", 1));
        self.add_rule_as(&arn, priority, conditions, forward)?;
        Ok(arn)
    }

    /// Adds a rule with this ARN to the listener that the ARN names.
    ///
    /// # Errors
    /// Those of [`add_rule`](Self::add_rule).
    pub fn add_rule_as(
        &mut self,
        arn: &str,
        priority: u32,
        conditions: Vec<Condition>,
        forward: Forward,
    ) -> Result<(), ElbError> {
        check_priority(priority)?;
        check_conditions(&conditions)?;
        self.check_action(&forward)?;
        let listener = listener_of(arn);
        let found = self.listeners.iter_mut().find(|one| one.arn == listener);
        let found = found.ok_or_else(|| ElbError::no_listener(&listener))?;
        if found.rules.iter().any(|rule| rule.priority == priority) {
            let message = format!("Priority '{priority}' is currently in use");
            return Err(ElbError::new(ErrorCode::PriorityInUse, message));
        }
        found.rules.push(Rule { arn: arn.into(), priority, conditions, forward });
        found.rules.sort_by_key(|rule| rule.priority);
        Ok(())
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

    /// Registers a target (`RegisterTargets`). It is healthy after its first health check. A target that drains is
    /// registered again.
    ///
    /// # Errors
    /// `TargetGroupNotFound`.
    pub fn register(&mut self, arn: &str, address: SocketAddr) -> Result<(), ElbError> {
        let group = self.group_mut(arn)?;
        let target = Target { address, health: Health::Initial };
        match group.targets.iter_mut().find(|target| target.address == address) {
            None => group.targets.push(target),
            Some(found) => match found.health {
                Health::Draining { .. } => *found = target,
                Health::Healthy | Health::Initial | Health::Unhealthy => {}
            },
        }
        Ok(())
    }

    /// Deregisters a target (`DeregisterTargets`): it drains from `now` on, for the deregistration delay.
    ///
    /// # Errors
    /// `TargetGroupNotFound`, and `InvalidTarget` if the group has no such target.
    pub fn deregister(
        &mut self,
        arn: &str,
        address: SocketAddr,
        now: Timestamp,
    ) -> Result<(), ElbError> {
        let group = self.group_mut(arn)?;
        let delay = i64::from(group.attributes.deregistration_delay) * 1000;
        let found = group.targets.iter_mut().find(|target| target.address == address);
        let found = found.ok_or_else(|| {
            let message = format!("The target '{address}' is not registered with '{arn}'");
            ElbError::new(ErrorCode::InvalidTarget, message)
        })?;
        if found.health.is_registered() {
            found.health = Health::Draining { until: Timestamp(now.0 + delay) };
        }
        Ok(())
    }

    /// Removes the targets that have drained: their time is over, or `is_idle` says that nothing is under way. Returns
    /// their groups and addresses.
    pub fn remove_drained(
        &mut self,
        now: Timestamp,
        is_idle: impl Fn(&str, SocketAddr) -> bool,
    ) -> Vec<(String, SocketAddr)> {
        let mut removed = Vec::new();
        for group in &mut self.groups {
            let arn = &group.arn;
            group.targets.retain(|target| match target.health {
                Health::Draining { until } if until <= now || is_idle(arn, target.address) => {
                    removed.push((arn.clone(), target.address));
                    false
                }
                Health::Draining { .. } | Health::Healthy | Health::Initial | Health::Unhealthy => {
                    true
                }
            });
        }
        removed
    }

    /// Sets the health of a target, unless it is draining or gone.
    pub fn set_health(&mut self, arn: &str, address: SocketAddr, health: Health) {
        let group = self.groups.iter_mut().find(|group| group.arn == arn);
        let mut targets = group.into_iter().flat_map(|group| &mut group.targets);
        let target = targets.find(|target| target.address == address);
        if let Some(target) = target.filter(|target| target.health.is_registered()) {
            target.health = health;
        }
    }

    /// Replaces the health check of a target group.
    ///
    /// # Errors
    /// `TargetGroupNotFound`.
    pub fn set_health_check(&mut self, arn: &str, check: HealthCheck) -> Result<(), ElbError> {
        self.group_mut(arn)?.health_check = check;
        Ok(())
    }

    #[must_use]
    pub fn groups(&self) -> &[TargetGroup] {
        &self.groups
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
        actions.any(|(_, action)| needs_group_stickiness(action, arn))
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

/// The ARN of a rule's listener.
fn listener_of(rule: &str) -> String {
    let listener = rule.rsplit_once('/').map_or(rule, |(listener, _)| listener);
    listener.replacen(":listener-rule/", ":listener/", 1)
}

fn no_rule(arn: &str) -> ElbError {
    ElbError::new(ErrorCode::RuleNotFound, format!("Rule '{arn}' not found"))
}
