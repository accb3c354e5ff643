//! AWS's SDK over HTTP: the calls of the control program, and every error.

use std::sync::{Arc, RwLock};

use alb_sim::{Balancer, Condition, Forward, api};
use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_elasticloadbalancingv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, ForwardActionConfig, PathPatternConditionConfig, RuleCondition,
    TargetDescription, TargetGroupAttribute, TargetGroupStickinessConfig, TargetGroupTuple,
    TargetHealthStateEnum,
};
use edge_time::ManualClock;
use tokio::net::TcpListener;

use crate::viewers::{Colours, FIRST, LAST, NOW, Viewer};

struct World {
    colours: Colours,
    rule: String,
    balancer: Arc<RwLock<Balancer>>,
    client: Client,
}

async fn world() -> World {
    let mut colours = Colours::new(None);
    let condition = Condition::PathPattern(vec!["/api/*".into()]);
    let forward = Forward::to(&colours.blue);
    let rule = colours.balancer.add_rule(&colours.listener, 10, vec![condition], forward).unwrap();
    let balancer = Arc::new(RwLock::new(colours.balancer.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(
        axum::serve(listener, api(Arc::clone(&balancer), Arc::new(ManualClock::new(NOW))))
            .into_future(),
    );
    let credentials = Credentials::new("user", "secret", None, None, "tests");
    let sdk = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(url)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .region(Region::new("eu-central-1"))
        .retry_config(RetryConfig::disabled());
    World { colours, rule, balancer, client: Client::new(&sdk.build()) }
}

fn tuple(arn: &str, weight: i32) -> TargetGroupTuple {
    TargetGroupTuple::builder().target_group_arn(arn).weight(weight).build()
}

fn forward(groups: Vec<TargetGroupTuple>, sticky: Option<i32>) -> Action {
    let sticky = TargetGroupStickinessConfig::builder()
        .enabled(sticky.is_some())
        .set_duration_seconds(sticky)
        .build();
    let config = ForwardActionConfig::builder()
        .set_target_groups(Some(groups))
        .target_group_stickiness_config(sticky)
        .build();
    Action::builder().r#type(ActionTypeEnum::Forward).order(1).forward_config(config).build()
}

fn attribute(key: &str, value: &str) -> TargetGroupAttribute {
    TargetGroupAttribute::builder().key(key).value(value).build()
}

/// The code of a refusal.
fn refused<T, E: ProvideErrorMetadata>(answer: Result<T, SdkError<E>>) -> String {
    answer.err().unwrap().code().unwrap_or("no code").to_owned()
}

#[tokio::test]
async fn a_rule_is_read_written_and_read_again() {
    let World { colours, rule, client, .. } = world().await;
    let read = client.describe_rules().rule_arns(&rule).send().await.unwrap();
    let [before] = read.rules() else { panic!("{read:?}") };
    assert_eq!((before.priority(), before.is_default()), (Some("10"), Some(false)));
    let action = &before.actions()[0];
    assert_eq!(action.target_group_arn(), Some(colours.blue.as_str()));
    let groups = vec![tuple(&colours.blue, 9), tuple(&colours.green, 1)];
    let written = client.modify_rule().rule_arn(&rule).actions(forward(groups, Some(60)));
    let written = written.send().await.unwrap();
    let read = client.describe_rules().rule_arns(&rule).send().await.unwrap();
    assert_eq!(written.rules(), read.rules());
    let [after] = read.rules() else { panic!("{read:?}") };
    assert_eq!(after.conditions(), before.conditions());
    let config = after.actions()[0].forward_config().unwrap();
    assert_eq!(config.target_groups(), [tuple(&colours.blue, 9), tuple(&colours.green, 1)]);
    let sticky = config.target_group_stickiness_config().unwrap();
    assert_eq!((sticky.enabled(), sticky.duration_seconds()), (Some(true), Some(60)));
}

#[tokio::test]
async fn conditions_change_and_the_action_stays() {
    let World { colours, rule, client, .. } = world().await;
    let values = PathPatternConditionConfig::builder().values("/v1/*").values("/v2/*").build();
    let condition =
        RuleCondition::builder().field("path-pattern").path_pattern_config(values).build();
    client.modify_rule().rule_arn(&rule).conditions(condition).send().await.unwrap();
    let of = client.describe_rules().listener_arn(&colours.listener).send().await.unwrap();
    let [first, default] = of.rules() else { panic!("{of:?}") };
    assert_eq!(first.conditions()[0].values(), ["/v1/*", "/v2/*"]);
    assert_eq!(first.actions()[0].target_group_arn(), Some(colours.blue.as_str()));
    assert_eq!((default.priority(), default.is_default()), (Some("default"), Some(true)));
    // An answer that is sent back is understood.
    let again = client.modify_rule().rule_arn(&rule);
    let again = again.set_conditions(first.conditions.clone()).set_actions(first.actions.clone());
    assert_eq!(again.send().await.unwrap().rules()[0], *first);
}

#[tokio::test]
async fn a_listener_routes_by_what_was_written() {
    let World { mut colours, rule, balancer, client } = world().await;
    let groups = vec![tuple(&colours.blue, 0), tuple(&colours.green, 100)];
    let write = client.modify_listener().listener_arn(&colours.listener);
    write.default_actions(forward(groups, None)).send().await.unwrap();
    let read = client.describe_listeners().load_balancer_arn(colours.balancer.arn());
    let read = read.send().await.unwrap();
    assert_eq!(read.listeners()[0].port(), Some(80));
    colours.balancer = balancer.read().unwrap().clone();
    let elsewhere = Some(vec![Condition::PathPattern(vec!["/other".into()])]);
    colours.balancer.modify_rule(&rule, elsewhere, None).unwrap();
    for chance in [FIRST, LAST] {
        let asked = Viewer::default().ask(&colours, 0.0, chance).unwrap();
        assert_eq!(asked.group.arn(), colours.green);
    }
}

#[tokio::test]
async fn attributes_are_read_and_written() {
    let World { colours, client, .. } = world().await;
    let change = client.modify_target_group_attributes().target_group_arn(&colours.blue);
    let change = change.attributes(attribute("deregistration_delay.timeout_seconds", "30"));
    change.send().await.unwrap();
    let read = client.describe_target_group_attributes().target_group_arn(&colours.blue);
    let read = read.send().await.unwrap();
    assert_eq!(
        read.attributes(),
        [
            attribute("deregistration_delay.timeout_seconds", "30"),
            attribute("stickiness.enabled", "false"),
            attribute("stickiness.type", "lb_cookie"),
            attribute("stickiness.lb_cookie.duration_seconds", "86400"),
        ]
    );
}

#[tokio::test]
async fn load_balancers_and_target_groups_are_listed() {
    let World { colours, client, .. } = world().await;
    let balancers = client.describe_load_balancers().names("shop").send().await.unwrap();
    let arn = colours.balancer.arn();
    assert_eq!(balancers.load_balancers()[0].load_balancer_arn(), Some(arn.as_str()));
    let groups = client.describe_target_groups().load_balancer_arn(&arn).send().await.unwrap();
    let [blue, green] = groups.target_groups() else { panic!("{groups:?}") };
    assert_eq!(
        (blue.target_group_name(), green.target_group_name()),
        (Some("blue"), Some("green"))
    );
    assert_eq!(blue.load_balancer_arns(), [arn]);
    let check = (blue.health_check_path(), blue.health_check_interval_seconds());
    assert_eq!(check, (Some("/"), Some(30)));
    let one = client.describe_target_groups().target_group_arns(&colours.green);
    assert_eq!(one.send().await.unwrap().target_groups(), std::slice::from_ref(green));
}

#[tokio::test]
async fn targets_come_and_go() {
    let World { colours, client, .. } = world().await;
    let target = |id: &str| TargetDescription::builder().id(id).port(8080).build();
    let new = client.register_targets().target_group_arn(&colours.blue).targets(target("10.0.1.9"));
    new.send().await.unwrap();
    let old = client.deregister_targets().target_group_arn(&colours.blue);
    old.targets(target("10.0.1.1")).send().await.unwrap();
    let health = client.describe_target_health().target_group_arn(&colours.blue);
    let health = health.send().await.unwrap();
    let states: Vec<_> = health
        .target_health_descriptions()
        .iter()
        .map(|one| {
            let id = one.target().and_then(TargetDescription::id).unwrap();
            (id, one.target_health().and_then(|health| health.state()).unwrap())
        })
        .collect();
    let expected = [
        ("10.0.1.1", &TargetHealthStateEnum::Draining),
        ("10.0.1.2", &TargetHealthStateEnum::Healthy),
        ("10.0.1.3", &TargetHealthStateEnum::Healthy),
        ("10.0.1.9", &TargetHealthStateEnum::Initial),
    ];
    assert_eq!(states, expected);
}

#[tokio::test]
async fn every_refusal_has_its_code_and_changes_nothing() {
    let World { colours, rule, client, balancer } = world().await;
    let before = format!("{:?}", balancer.read().unwrap());
    let write = |groups, sticky| {
        client.modify_rule().rule_arn(&rule).actions(forward(groups, sticky)).send()
    };
    let blue = |weight| tuple(&colours.blue, weight);
    let set = |key: &str, value: &str| {
        let change = client.modify_target_group_attributes().target_group_arn(&colours.blue);
        change.attributes(attribute(key, value)).send()
    };
    let redirect = Action::builder().r#type(ActionTypeEnum::Redirect).build();
    let query = RuleCondition::builder().field("query-string").build();
    let listeners = |arn: &str| client.describe_listeners().listener_arns(arn).send();
    let deregister = |id: &str, port| {
        let target = TargetDescription::builder().id(id).set_port(port).build();
        client.deregister_targets().target_group_arn(&colours.blue).targets(target).send()
    };
    let rows = [
        ("listener", refused(listeners("x").await), "ListenerNotFound"),
        (
            "listener of another account",
            refused(listeners(&colours.listener.replace("123456789012", "210987654321")).await),
            "ListenerNotFound",
        ),
        ("rule", refused(client.describe_rules().rule_arns("x").send().await), "RuleNotFound"),
        ("neither", refused(client.describe_rules().send().await), "ValidationError"),
        ("group", refused(write(vec![tuple("x", 1)], None).await), "TargetGroupNotFound"),
        ("weight 1000", refused(write(vec![blue(1000)], None).await), "ValidationError"),
        ("weight -1", refused(write(vec![blue(-1)], None).await), "ValidationError"),
        ("0 s", refused(write(vec![blue(1)], Some(0)).await), "ValidationError"),
        (
            "six groups",
            refused(write((0..6).map(|one| tuple(&format!("{one}"), 1)).collect(), None).await),
            "ValidationError",
        ),
        (
            "redirect",
            refused(client.modify_rule().rule_arn(&rule).actions(redirect).send().await),
            "ValidationError",
        ),
        (
            "condition",
            refused(client.modify_rule().rule_arn(&rule).conditions(query).send().await),
            "ValidationError",
        ),
        (
            "delay",
            refused(set("deregistration_delay.timeout_seconds", "3601").await),
            "ValidationError",
        ),
        ("attribute", refused(set("slow_start.duration_seconds", "30").await), "ValidationError"),
        (
            "stickiness",
            refused(set("stickiness.enabled", "true").await),
            "InvalidConfigurationRequest",
        ),
        ("app_cookie", refused(set("stickiness.type", "app_cookie").await), "ValidationError"),
        (
            "port",
            refused(client.modify_listener().listener_arn(&colours.listener).port(81).send().await),
            "ValidationError",
        ),
        (
            "target of another group",
            refused(deregister("10.0.2.1", Some(8080)).await),
            "InvalidTarget",
        ),
        ("target without a port", refused(deregister("10.0.1.1", None).await), "ValidationError"),
        ("instance", refused(deregister("i-0598c7d356eba48d7", Some(80)).await), "InvalidTarget"),
        (
            "load balancer",
            refused(client.describe_load_balancers().names("other").send().await),
            "LoadBalancerNotFound",
        ),
        ("call", refused(client.describe_account_limits().send().await), "InvalidAction"),
    ];
    for (name, code, expected) in rows {
        assert_eq!(code, expected, "{name}");
    }
    assert_eq!(format!("{:?}", balancer.read().unwrap()), before);
}
