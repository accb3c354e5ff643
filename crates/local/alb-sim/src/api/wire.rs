//! The answers in XML.

use quick_xml::se;
use serde::Serialize;

use std::net::IpAddr;

use crate::condition::Condition;
use crate::error::ElbError;
use crate::forward::Forward;
use crate::rule;
use crate::target_group::{Health, Target, TargetGroup};

const NAMESPACE: &str = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";

#[derive(Serialize)]
struct List<T> {
    member: Vec<T>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListenerList {
    listeners: List<Listener>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Listener {
    listener_arn: String,
    load_balancer_arn: String,
    port: u16,
    protocol: &'static str,
    default_actions: List<Action>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RuleList {
    rules: List<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Rule {
    rule_arn: String,
    priority: String,
    conditions: List<WireCondition>,
    actions: List<Action>,
    is_default: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Action {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_group_arn: Option<String>,
    order: u32,
    forward_config: ForwardConfig,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ForwardConfig {
    target_groups: List<Group>,
    target_group_stickiness_config: Stickiness,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Group {
    target_group_arn: String,
    weight: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Stickiness {
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_seconds: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WireCondition {
    field: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<List<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_pattern_config: Option<Values>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host_header_config: Option<Values>,
    #[serde(skip_serializing_if = "Option::is_none")]
    http_header_config: Option<Values>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Values {
    #[serde(skip_serializing_if = "Option::is_none")]
    http_header_name: Option<String>,
    values: List<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttributeList {
    attributes: List<Attribute>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attribute {
    key: &'static str,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Cause {
    r#type: &'static str,
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct BalancerList {
    load_balancers: List<LoadBalancer>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct LoadBalancer {
    load_balancer_arn: String,
    load_balancer_name: String,
    r#type: &'static str,
    state: State,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    code: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GroupList {
    target_groups: List<WireGroup>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WireGroup {
    target_group_arn: String,
    target_group_name: String,
    protocol: &'static str,
    protocol_version: &'static str,
    target_type: &'static str,
    health_check_enabled: bool,
    health_check_protocol: &'static str,
    health_check_port: &'static str,
    health_check_path: String,
    health_check_interval_seconds: u64,
    health_check_timeout_seconds: u64,
    healthy_threshold_count: u32,
    unhealthy_threshold_count: u32,
    matcher: Matcher,
    load_balancer_arns: List<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Matcher {
    http_code: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct HealthList {
    target_health_descriptions: List<Described>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    target: WireTarget,
    health_check_port: String,
    target_health: WireHealth,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WireTarget {
    id: IpAddr,
    port: u16,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WireHealth {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// The answer of an operation that returns nothing.
#[derive(Serialize)]
pub(super) struct Empty {}

impl BalancerList {
    pub(super) fn of<'a>(arns: impl Iterator<Item = &'a String>) -> Self {
        let balancer = |arn: &String| LoadBalancer {
            load_balancer_arn: arn.clone(),
            load_balancer_name: arn.split('/').nth(2).unwrap_or_default().into(),
            r#type: "application",
            state: State { code: "active" },
        };
        Self { load_balancers: List { member: arns.map(balancer).collect() } }
    }
}

impl GroupList {
    /// Target groups with the ARNs of their load balancers.
    pub(super) fn of<'a>(groups: impl Iterator<Item = (&'a TargetGroup, Vec<String>)>) -> Self {
        Self { target_groups: List { member: groups.map(WireGroup::of).collect() } }
    }
}

impl WireGroup {
    fn of((group, users): (&TargetGroup, Vec<String>)) -> Self {
        let check = group.health_check();
        Self {
            target_group_arn: group.arn().into(),
            target_group_name: group.name().into(),
            protocol: "HTTP",
            protocol_version: "HTTP1",
            target_type: "ip",
            health_check_enabled: true,
            health_check_protocol: "HTTP",
            health_check_port: "traffic-port",
            health_check_path: check.path.clone(),
            health_check_interval_seconds: check.interval.as_secs(),
            health_check_timeout_seconds: check.timeout.as_secs(),
            healthy_threshold_count: check.healthy_threshold,
            unhealthy_threshold_count: check.unhealthy_threshold,
            matcher: Matcher { http_code: check.matcher() },
            load_balancer_arns: List { member: users },
        }
    }
}

impl HealthList {
    pub(super) fn of(targets: &[Target]) -> Self {
        let described = |target: &Target| Described {
            target: WireTarget { id: target.address.ip(), port: target.address.port() },
            health_check_port: target.address.port().to_string(),
            target_health: WireHealth::of(target.health),
        };
        let member = targets.iter().map(described).collect();
        Self { target_health_descriptions: List { member } }
    }
}

impl WireHealth {
    /// The reasons are those of `TargetHealth`.
    fn of(health: Health) -> Self {
        let reason = match health {
            Health::Healthy => None,
            Health::Initial => Some("Elb.RegistrationInProgress"),
            Health::Unhealthy => Some("Target.FailedHealthChecks"),
            Health::Draining { .. } => Some("Target.DeregistrationInProgress"),
        };
        Self { state: health.as_str(), reason }
    }
}

impl ListenerList {
    pub(super) fn of(listeners: &[&rule::Listener]) -> Self {
        let listener = |listener: &&rule::Listener| Listener {
            listener_arn: listener.arn().into(),
            load_balancer_arn: listener.balancer(),
            port: listener.port(),
            protocol: "HTTP",
            default_actions: actions(listener.default_action()),
        };
        Self { listeners: List { member: listeners.iter().map(listener).collect() } }
    }
}

impl RuleList {
    pub(super) fn of(rules: &[&rule::Rule]) -> Self {
        Self { rules: List { member: rules.iter().map(|rule| Rule::of(rule)).collect() } }
    }

    /// All rules of a listener. The default action is the last.
    pub(super) fn of_listener(listener: &rule::Listener) -> Self {
        let default = Rule {
            rule_arn: format!(
                "{}/default",
                listener.arn().replacen(":listener/", ":listener-rule/", 1)
            ),
            priority: "default".into(),
            conditions: List { member: Vec::new() },
            actions: actions(listener.default_action()),
            is_default: true,
        };
        let rules = listener.rules().iter().map(Rule::of);
        Self { rules: List { member: rules.chain([default]).collect() } }
    }
}

impl Rule {
    fn of(rule: &rule::Rule) -> Self {
        Self {
            rule_arn: rule.arn().into(),
            priority: rule.priority().to_string(),
            conditions: List { member: rule.conditions().iter().map(WireCondition::of).collect() },
            actions: actions(rule.forward()),
            is_default: false,
        }
    }
}

impl WireCondition {
    fn of(condition: &Condition) -> Self {
        let list = || List { member: condition.values().to_vec() };
        let values = || Some(Values { http_header_name: None, values: list() });
        let bare = Self {
            field: condition.field(),
            values: None,
            path_pattern_config: None,
            host_header_config: None,
            http_header_config: None,
        };
        match condition {
            Condition::PathPattern(_) => {
                Self { values: Some(list()), path_pattern_config: values(), ..bare }
            }
            Condition::HostHeader(_) => {
                Self { values: Some(list()), host_header_config: values(), ..bare }
            }
            Condition::HttpHeader { name, .. } => {
                let http_header_name = Some(name.to_string());
                let config = Values { http_header_name, values: list() };
                Self { http_header_config: Some(config), ..bare }
            }
        }
    }
}

impl AttributeList {
    pub(super) fn of(attributes: Vec<Attribute>) -> Self {
        Self { attributes: List { member: attributes } }
    }
}

impl Attribute {
    pub(super) fn new(key: &'static str, value: &impl ToString) -> Self {
        Self { key, value: value.to_string() }
    }
}

/// An action with one target group also names it beside its configuration.
fn actions(forward: &Forward) -> List<Action> {
    let groups = forward.groups().iter();
    let groups =
        groups.map(|group| Group { target_group_arn: group.arn.clone(), weight: group.weight });
    let target_group_arn = match forward.groups() {
        [only] => Some(only.arn.clone()),
        _ => None,
    };
    let duration_seconds = forward.stickiness();
    let forward_config = ForwardConfig {
        target_groups: List { member: groups.collect() },
        target_group_stickiness_config: Stickiness {
            enabled: duration_seconds.is_some(),
            duration_seconds,
        },
    };
    List { member: vec![Action { r#type: "forward", target_group_arn, order: 1, forward_config }] }
}

/// The answer of an operation.
pub(super) fn result(operation: &str, value: &impl Serialize) -> String {
    let result = xml(&format!("{operation}Result"), value);
    format!(
        "<{operation}Response xmlns=\"{NAMESPACE}\">{result}<ResponseMetadata><RequestId>local</RequestId>\
         </ResponseMetadata></{operation}Response>"
    )
}

pub(super) fn error(error: &ElbError) -> String {
    let (code, message) = (error.code.as_str(), error.message.clone());
    let cause = xml("Error", &Cause { r#type: "Sender", code, message });
    format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\">{cause}<RequestId>local</RequestId></ErrorResponse>"
    )
}

fn xml(root: &str, value: &impl Serialize) -> String {
    let xml = se::to_string_with_root(root, value);
    xml.expect("texts, numbers and lists of structs always have an XML form")
}
