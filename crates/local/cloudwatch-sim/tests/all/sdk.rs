//! The calls of AWS's SDK.

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::error::{DisplayErrorContext, ProvideErrorMetadata};
use aws_sdk_cloudwatch::types::{AlarmType, StateValue};
use cloudwatch_sim::{AlarmState, Alarms, api};
use edge_time::Timestamp;

use crate::{NOW, alarms};

/// A client in a Region that no alarm belongs to.
async fn client(alarms: &Alarms) -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = api(alarms.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let any = Credentials::new("any", "any", None, None, "tests");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::new("sa-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(any))
        .retry_config(RetryConfig::disabled())
        .endpoint_url(url)
        .build();
    Client::new(&config)
}

#[tokio::test]
async fn alarms_are_described() {
    let (alarms, clock) = alarms();
    let client = client(&alarms).await;
    clock.set(Timestamp(NOW.0 + 2_000));
    alarms.set("shop-latency", AlarmState::Alarm, "slow").unwrap();
    let asked = client.describe_alarms().alarm_names("shop-latency").alarm_names("unknown");
    let asked = asked.alarm_types(AlarmType::MetricAlarm).alarm_types(AlarmType::CompositeAlarm);
    let answer = asked.max_records(100).send().await.unwrap();
    let [alarm] = answer.metric_alarms() else { unreachable!("{answer:?}") };
    assert_eq!(alarm.alarm_name(), Some("shop-latency"));
    assert_eq!(alarm.state_value(), Some(&StateValue::Alarm));
    assert_eq!(alarm.state_reason(), Some("slow"));
    let since = alarm.state_transitioned_timestamp().unwrap().to_millis().unwrap();
    assert_eq!(since, NOW.0 + 2_000);
    assert!(answer.composite_alarms().is_empty());
    let composite = client.describe_alarms().alarm_types(AlarmType::CompositeAlarm).send().await;
    assert!(composite.unwrap().metric_alarms().is_empty());
}

#[tokio::test]
async fn a_list_comes_in_pages() {
    let (alarms, _) = alarms();
    let client = client(&alarms).await;
    let first = client.describe_alarms().max_records(1).send().await.unwrap();
    assert_eq!(first.metric_alarms()[0].alarm_name(), Some("shop-5xx"));
    let next = client.describe_alarms().max_records(1).next_token(first.next_token().unwrap());
    let second = next.send().await.unwrap();
    assert_eq!(second.metric_alarms()[0].alarm_name(), Some("shop-latency"));
    assert_eq!(second.next_token(), None);
}

#[tokio::test]
async fn a_person_sets_a_state() {
    let (alarms, _) = alarms();
    let client = client(&alarms).await;
    let set = |name: &str| {
        let call = client.set_alarm_state().alarm_name(name).state_value(StateValue::Alarm);
        call.state_reason("a drill").send()
    };
    set("shop-5xx").await.unwrap();
    let on = &alarms.all()[0];
    assert_eq!((on.state, on.reason.as_str()), (AlarmState::Alarm, "a drill"));
    let refused = set("shop-4xx").await.unwrap_err();
    assert_eq!(refused.code(), Some("ResourceNotFound"));
    assert!(refused.into_service_error().is_resource_not_found());
}

#[tokio::test]
async fn no_rule_mutes_an_alarm() {
    let (alarms, _) = alarms();
    let rules = client(&alarms).await.list_alarm_mute_rules().alarm_name("shop-5xx").send().await;
    assert!(rules.unwrap().alarm_mute_rule_summaries().is_empty());
}

#[tokio::test]
async fn a_call_that_is_not_modelled_is_refused_by_its_name() {
    let (alarms, _) = alarms();
    let client = client(&alarms).await;
    let refused = client.list_dashboards().send().await.unwrap_err();
    assert_eq!(refused.message(), Some("this local CloudWatch does not model `ListDashboards`"));
    let refused = client.describe_alarms().action_prefix("arn:").send().await.unwrap_err();
    let said = DisplayErrorContext(refused).to_string();
    assert!(said.contains("unknown field `ActionPrefix`"), "{said}");
    let refused = client.describe_alarms().max_records(101).send().await.unwrap_err();
    let expected = "MaxRecords 101 is out of range: allowed are 1 to 100";
    assert_eq!(refused.message(), Some(expected));
}
