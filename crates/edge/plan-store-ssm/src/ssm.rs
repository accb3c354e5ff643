use std::sync::atomic::{AtomicUsize, Ordering};

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ssm::Client;
use aws_sdk_ssm::config::{Builder, SharedHttpClient};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use once_cell::sync::OnceCell;
use plan_format::{Parameter, Refresh};
use plan_store::{Fetch, PlanStore, StoreError, StoreErrorKind};

use crate::region::nearest_region;
use crate::ssm_error::describe;

/// Reads the plan from a parameter in SSM Parameter Store.
///
/// Reads in the Region nearest to the function. After a failed read there, the next read goes to the
/// home Region; after a failed read in the home Region, to the nearest again. Retries, timeouts and
/// credentials are the SDK's own.
pub struct SsmStore {
    parameter: Parameter,
    refresh: Refresh,
    sdk: SdkConfig,
    /// The nearest Region, then the home Region if it is another.
    regions: Vec<RegionClient>,
    /// Selects the Region. Each failure adds one.
    turn: AtomicUsize,
}

struct RegionClient {
    name: String,
    client: OnceCell<Client>,
}

/// The Region that this process runs in, if `AWS_REGION` is set. Lambda sets it.
///
/// Used only to find the nearest Region. At the edge it is the Region of the function's replica.
#[must_use]
pub fn running_region() -> Option<String> {
    std::env::var("AWS_REGION").ok()
}

impl SsmStore {
    /// A store with the SDK's own configuration: endpoint and credentials come from its standard variables
    /// and files. The budget of `refresh` limits each read.
    pub async fn from_env(parameter: Parameter, refresh: Refresh) -> Self {
        let sdk = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client())
            .region(Region::new(parameter.home_region.clone()))
            .load()
            .await;
        Self::new(parameter, refresh, running_region().as_deref(), sdk)
    }

    /// A store for a function that runs in Region `here`, with the endpoint, credentials and HTTP client
    /// of `sdk`.
    ///
    /// The Region of `sdk` is ignored. If `sdk` has no HTTP client, the store uses its own.
    #[must_use]
    pub fn new(parameter: Parameter, refresh: Refresh, here: Option<&str>, sdk: SdkConfig) -> Self {
        let home = parameter.home_region.as_str();
        let candidates: Vec<&str> = std::iter::once(home)
            .chain(parameter.replica_regions.iter().map(String::as_str))
            .collect();
        let nearest = here.and_then(|here| nearest_region(here, &candidates)).unwrap_or(home);
        let mut regions = vec![RegionClient::new(nearest)];
        if nearest != home {
            regions.push(RegionClient::new(home));
        }
        Self { parameter, refresh, sdk, regions, turn: AtomicUsize::new(0) }
    }

    async fn read(&self) -> Result<String, StoreError> {
        let turn = self.turn.load(Ordering::Relaxed) % self.regions.len();
        let Some(region) = self.regions.get(turn) else {
            return Err(StoreError::new(StoreErrorKind::Other, "no Region"));
        };
        let answer = self.read_from(region).await;
        if answer.is_err() {
            self.turn.store(turn + 1, Ordering::Relaxed);
        }
        answer
    }

    async fn read_from(&self, region: &RegionClient) -> Result<String, StoreError> {
        let (name, region_name) = (&self.parameter.name, &region.name);
        let client = region.client.get_or_init(|| self.client(region_name));
        let answer = client.get_parameter().name(name).send().await;
        let output = answer.map_err(|error| describe(&error, name, region_name))?;
        let value = output.parameter.and_then(|parameter| parameter.value);
        value.ok_or_else(|| {
            let detail = format!("parameter `{name}` in `{region_name}` has no value");
            StoreError::new(StoreErrorKind::Missing, detail)
        })
    }

    fn client(&self, region: &str) -> Client {
        let refresh = self.refresh;
        let mut builder = Builder::from(&self.sdk)
            .region(Region::new(region.to_owned()))
            .timeout_config(timeouts(refresh))
            .retry_config(retries(refresh));
        if self.sdk.http_client().is_none() {
            builder = builder.http_client(http_client());
        }
        Client::from_conf(builder.build())
    }
}

impl PlanStore for SsmStore {
    fn name(&self) -> &str {
        &self.parameter.name
    }

    fn fetch(&self) -> Fetch<'_> {
        Box::pin(self.read())
    }
}

impl RegionClient {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), client: OnceCell::new() }
    }
}

/// Uses ring, not aws-lc: aws-lc needs 30 ms of CPU for its first random number.
fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

/// Gives each attempt two budgets: the first connection to a far Region takes four round trips.
fn timeouts(refresh: Refresh) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(refresh.budget * 2)
        .operation_attempt_timeout(refresh.budget * 2)
        .operation_timeout(refresh.limit())
        .build()
}

/// Makes two attempts, so that one lost packet or one throttled read is not a failure.
fn retries(refresh: Refresh) -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(2)
        .with_initial_backoff(refresh.budget / 10)
        .with_max_backoff(refresh.budget / 2)
}

impl std::fmt::Debug for SsmStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SsmStore").field("parameter", &self.parameter).finish_non_exhaustive()
    }
}
