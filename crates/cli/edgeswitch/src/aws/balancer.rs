use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, ForwardActionConfig, TargetGroupAttribute, TargetGroupStickinessConfig,
    TargetGroupTuple,
};
use edge_config::{LoadBalancer, Place};
use followers::{Forward, ObservedBalancer};

use crate::aws::sdk_error::describe;
use crate::aws::{Answer, AwsError, AwsErrorKind};

/// The attribute of a target group with its deregistration delay (`TargetGroupAttribute` of ELB's API).
const DELAY: &str = "deregistration_delay.timeout_seconds";

/// The forward action of a listener or a rule, and its target groups.
pub trait Balancer: Send + Sync {
    /// Reads the action, and the deregistration delays if the follower sets them.
    fn read(&self) -> Answer<'_, ObservedBalancer>;
    /// Replaces the target groups and the stickiness of the forward action. Other actions stay as they are.
    fn forward<'a>(&'a self, forward: &'a Forward) -> Answer<'a, ()>;
    /// Sets the deregistration delay of a target group.
    fn delay<'a>(&'a self, group: &'a str, seconds: u32) -> Answer<'a, ()>;
}

/// An Application Load Balancer, called through AWS's SDK.
pub(crate) struct ElbBalancer {
    pub(crate) client: Client,
    pub(crate) follower: LoadBalancer,
}

impl ElbBalancer {
    async fn observe(&self) -> Result<ObservedBalancer, AwsError> {
        let actions = self.actions().await?;
        let action = actions.iter().find(|action| is_forward(action));
        let forward = action.map(forward_of).ok_or_else(|| self.not_forwarding(&actions))?;
        let mut delays = Vec::new();
        if self.follower.deregistration_delay.is_some() {
            for (_, group) in &self.follower.target_groups {
                delays.extend(self.delay_of(group).await?.map(|delay| (group.clone(), delay)));
            }
        }
        Ok(ObservedBalancer { forward, delays })
    }

    async fn actions(&self) -> Result<Vec<Action>, AwsError> {
        let arn = self.follower.arn();
        let doing = || format!("read `{arn}`");
        let actions = match &self.follower.place {
            Place::Listener(_) => {
                let answer = self.client.describe_listeners().listener_arns(arn).send().await;
                let output = answer.map_err(|error| describe(&error, doing()))?;
                let listeners = output.listeners.unwrap_or_default();
                listeners.into_iter().next().and_then(|listener| listener.default_actions)
            }
            Place::Rule(_) => {
                let answer = self.client.describe_rules().rule_arns(arn).send().await;
                let output = answer.map_err(|error| describe(&error, doing()))?;
                output.rules.unwrap_or_default().into_iter().next().and_then(|rule| rule.actions)
            }
        };
        actions.ok_or_else(|| AwsError {
            kind: AwsErrorKind::Missing,
            doing: doing(),
            reason: "it does not exist".into(),
        })
    }

    async fn write(&self, forward: &Forward) -> Result<(), AwsError> {
        let arn = self.follower.arn();
        let doing = || format!("write `{arn}`");
        let mut actions = self.actions().await?;
        let Some(action) = actions.iter_mut().find(|action| is_forward(action)) else {
            return Err(self.not_forwarding(&actions));
        };
        action.forward_config = Some(config(forward));
        // An action has either this or a configuration.
        action.target_group_arn = None;
        for action in &mut actions {
            keep_secret(action);
        }
        match &self.follower.place {
            Place::Listener(_) => {
                let request = self.client.modify_listener().listener_arn(arn);
                let answer = request.set_default_actions(Some(actions)).send().await;
                answer.map(drop).map_err(|error| describe(&error, doing()))
            }
            Place::Rule(_) => {
                let request = self.client.modify_rule().rule_arn(arn);
                let answer = request.set_actions(Some(actions)).send().await;
                answer.map(drop).map_err(|error| describe(&error, doing()))
            }
        }
    }

    async fn delay_of(&self, group: &str) -> Result<Option<u32>, AwsError> {
        let request = self.client.describe_target_group_attributes().target_group_arn(group);
        let answer = request.send().await;
        let output = answer.map_err(|error| describe(&error, format!("read `{group}`")))?;
        let attributes = output.attributes.unwrap_or_default();
        let delay = attributes.iter().find(|one| one.key.as_deref() == Some(DELAY));
        Ok(delay.and_then(|one| one.value.as_deref()?.parse().ok()))
    }

    async fn set_delay(&self, group: &str, seconds: u32) -> Result<(), AwsError> {
        let delay = TargetGroupAttribute::builder().key(DELAY).value(seconds.to_string()).build();
        let request = self.client.modify_target_group_attributes().target_group_arn(group);
        let answer = request.attributes(delay).send().await;
        answer.map(drop).map_err(|error| describe(&error, format!("write `{group}`")))
    }

    fn not_forwarding(&self, actions: &[Action]) -> AwsError {
        let found: Vec<&str> =
            actions.iter().filter_map(|action| Some(action.r#type.as_ref()?.as_str())).collect();
        AwsError {
            kind: AwsErrorKind::Refused,
            doing: format!("read `{}`", self.follower.arn()),
            reason: format!("it does not forward: its actions are `{}`", found.join("`, `")),
        }
    }
}

fn is_forward(action: &Action) -> bool {
    action.r#type == Some(ActionTypeEnum::Forward)
}

/// An action with one target group may name it without a weight: it gets everything.
fn forward_of(action: &Action) -> Forward {
    let config = action.forward_config.as_ref();
    let tuples = config.and_then(|config| config.target_groups.clone()).unwrap_or_default();
    let group = |tuple: TargetGroupTuple| {
        let weight = tuple.weight.and_then(|weight| u32::try_from(weight).ok()).unwrap_or(1);
        Some((tuple.target_group_arn?, weight))
    };
    let mut groups: Vec<(String, u32)> = tuples.into_iter().filter_map(group).collect();
    if groups.is_empty() {
        groups.extend(action.target_group_arn.clone().map(|arn| (arn, 1)));
    }
    let sticky = config.and_then(|config| config.target_group_stickiness_config.as_ref());
    let sticky = sticky.filter(|sticky| sticky.enabled == Some(true));
    let stickiness = sticky.and_then(|sticky| u32::try_from(sticky.duration_seconds?).ok());
    Forward { groups, stickiness }
}

fn config(forward: &Forward) -> ForwardActionConfig {
    let tuple = |(arn, weight): &(String, u32)| {
        let weight = i32::try_from(*weight).unwrap_or(i32::MAX);
        TargetGroupTuple::builder().target_group_arn(arn).weight(weight).build()
    };
    let sticky = TargetGroupStickinessConfig::builder().enabled(forward.stickiness.is_some());
    let seconds = forward.stickiness.and_then(|seconds| i32::try_from(seconds).ok());
    ForwardActionConfig::builder()
        .set_target_groups(Some(forward.groups.iter().map(tuple).collect()))
        .target_group_stickiness_config(sticky.set_duration_seconds(seconds).build())
        .build()
}

/// Keeps the client secret of an action that signs users in: ELB never tells it (`AuthenticateOidcActionConfig`).
fn keep_secret(action: &mut Action) {
    if let Some(oidc) = &mut action.authenticate_oidc_config {
        oidc.use_existing_client_secret = Some(true);
    }
}

impl Balancer for ElbBalancer {
    fn read(&self) -> Answer<'_, ObservedBalancer> {
        Box::pin(self.observe())
    }

    fn forward<'a>(&'a self, forward: &'a Forward) -> Answer<'a, ()> {
        Box::pin(self.write(forward))
    }

    fn delay<'a>(&'a self, group: &'a str, seconds: u32) -> Answer<'a, ()> {
        Box::pin(self.set_delay(group, seconds))
    }
}
