//! The simulated parameter as a plan store, compared with the real SDK on the same store.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use edge_time::{ManualClock, Timestamp};
use functions_in_process::SimulatedParameter;
use plan_format::{Parameter, Refresh};
use plan_store::{PlanStore, StoreError, StoreErrorKind};
use plan_store_ssm::SsmStore;
use ssm_sim::{Endpoint, Extent, Fault, HOME_REGION, ParameterStore, Put};

const NAME: &str = "/shop/plan";

fn store() -> ParameterStore {
    ParameterStore::new(Arc::new(ManualClock::new(Timestamp(1_795_341_600_250))))
}

fn put(value: &str) -> Put {
    Put { name: NAME.into(), value: value.into(), overwrite: true, ..Put::default() }
}

fn sdk(endpoint: &Endpoint) -> SdkConfig {
    let credentials = Credentials::new("ada", "secret", None, None, "tests");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint.url())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::disabled())
        .build()
}

#[tokio::test]
async fn an_error_names_the_parameter_its_region_and_the_reason() {
    let store = store().in_region("eu-west-1");
    let plan = SimulatedParameter::new(store.clone(), NAME);
    let missing = plan.fetch().await.unwrap_err();
    assert_eq!(missing.kind, StoreErrorKind::Missing);
    let detail = "parameter `/shop/plan` in `eu-west-1`: ParameterNotFound: no message";
    assert_eq!((plan.name(), missing.detail.as_str()), (NAME, detail));
    store.put(put("9f2c1e7")).await.unwrap();
    assert_eq!(plan.fetch().await.unwrap(), "9f2c1e7");
}

/// Functions in this process get the same errors as packaged ones. Only the text for a lost connection
/// differs.
#[tokio::test]
async fn every_fault_is_the_same_to_the_sdk_and_in_the_same_process() {
    let faults = [
        None,
        Some(Fault::Throttled),
        Some(Fault::Denied),
        Some(Fault::Internal),
        Some(Fault::Gone),
        Some(Fault::Dropped),
        Some(Fault::AnswerLost),
        Some(Fault::Malformed { value: "{".into() }),
    ];
    let store = store();
    store.put(put("first")).await.unwrap();
    let endpoint = Endpoint::start(store.clone(), ([127, 0, 0, 1], 0).into()).await.unwrap();
    let near = SimulatedParameter::new(store.clone(), NAME);
    let far = ssm_store(&endpoint);
    for fault in faults {
        store.faults().reads.clear();
        if let Some(fault) = fault.clone() {
            store.faults().reads.switch_on(fault, Extent::All);
        }
        let (near, far) = (near.fetch().await, far.fetch().await);
        match fault {
            Some(Fault::Dropped | Fault::AnswerLost) => assert_eq!(kind(near), kind(far)),
            _ => assert_eq!(near, far),
        }
    }
}

fn ssm_store(endpoint: &Endpoint) -> SsmStore {
    let parameter = Parameter {
        name: NAME.into(),
        home_region: HOME_REGION.into(),
        replica_regions: Vec::new(),
    };
    let refresh = Refresh { budget: Duration::from_secs(5), ..Refresh::default() };
    SsmStore::new(parameter, refresh, None, sdk(endpoint))
}

fn kind(answer: Result<String, StoreError>) -> StoreErrorKind {
    answer.unwrap_err().kind
}
