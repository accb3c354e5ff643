//! The answers in XML.

use quick_xml::se;
use serde::Serialize;

use crate::condition::Condition;
use crate::error::ElbError;
use crate::forward::Forward;
use crate::rule;

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

impl ListenerList {
    pub(super) fn of(listeners: &[&rule::Listener], balancer: &str) -> Self {
        let listener = |listener: &&rule::Listener| Listener {
            listener_arn: listener.arn().into(),
            load_balancer_arn: balancer.into(),
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
