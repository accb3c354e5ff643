//! A store at a fixed time, and the real SDK as its client.

use std::sync::Arc;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ssm::Client;
use aws_sdk_ssm::config::{Credentials, SharedCredentialsProvider};
use edge_time::{ManualClock, Timestamp};
use ssm_sim::{Endpoint, ParameterStore, Put, SsmError};

pub(crate) const NOW: Timestamp = Timestamp(1_795_341_600_250);
pub(crate) const NAME: &str = "/shop/plan";

pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(NOW))
}

pub(crate) fn store() -> ParameterStore {
    ParameterStore::new(clock())
}

/// A write with `overwrite`.
pub(crate) fn put(name: &str, value: &str) -> Put {
    Put { name: name.into(), value: value.into(), overwrite: true, ..Put::default() }
}

pub(crate) fn code<T: std::fmt::Debug>(answer: Result<T, SsmError>) -> &'static str {
    match answer.unwrap_err() {
        SsmError::Service(error) => error.code.as_str(),
        SsmError::Dropped => "dropped",
    }
}

pub(crate) async fn serve(store: &ParameterStore) -> Endpoint {
    Endpoint::start(store.clone(), ([127, 0, 0, 1], 0).into()).await.unwrap()
}

/// A configuration that takes nothing from this machine's environment.
pub(crate) fn sdk(endpoint: &Endpoint, user: &str) -> SdkConfig {
    let credentials = Credentials::new(user, "secret", None, None, "tests");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint.url())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::disabled())
        .build()
}

pub(crate) fn client(endpoint: &Endpoint, user: &str, region: &str) -> Client {
    let sdk = sdk(endpoint, user).into_builder().region(Region::new(region.to_owned())).build();
    Client::new(&sdk)
}
