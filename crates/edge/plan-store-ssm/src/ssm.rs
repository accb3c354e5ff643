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

/// The plan in a parameter of Systems Manager.
///
/// Reads the Region nearest to where the function runs. When a read there fails, the next one goes to
/// the home Region, and the other way round. Retries, timeouts and credentials are the SDK's own.
pub struct SsmStore {
    parameter: Parameter,
    refresh: Refresh,
    sdk: SdkConfig,
    /// The nearest Region, then the home Region if it is another.
    regions: Vec<Source>,
    /// Counts the failures: it picks the Region.
    turn: AtomicUsize,
}

struct Source {
    region: String,
    client: OnceCell<Client>,
}

/// The Region that this process runs in, if Lambda (or somebody on a laptop) says so.
///
/// Only a place to measure distances from: at the edge it is the Region of the function's replica.
#[must_use]
pub fn running_region() -> Option<String> {
    std::env::var("AWS_REGION").ok()
}

impl SsmStore {
    /// Endpoint and credentials come from the SDK's standard variables and files, the limits of a read
    /// from the budget of `refresh`.
    pub async fn from_env(parameter: Parameter, refresh: Refresh) -> Self {
        let sdk = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client())
            .region(Region::new(parameter.home_region.clone()))
            .load()
            .await;
        Self::new(parameter, refresh, running_region().as_deref(), sdk)
    }

    /// Reads from `here`'s point of view, with endpoint, credentials and HTTP client of `sdk`.
    ///
    /// The Region of `sdk` is not used. Without an HTTP client in it the store brings its own.
    #[must_use]
    pub fn new(parameter: Parameter, refresh: Refresh, here: Option<&str>, sdk: SdkConfig) -> Self {
        let home = parameter.home_region.as_str();
        let candidates: Vec<&str> = std::iter::once(home)
            .chain(parameter.replica_regions.iter().map(String::as_str))
            .collect();
        let nearest = here.and_then(|here| nearest_region(here, &candidates)).unwrap_or(home);
        let mut regions = vec![Source::new(nearest)];
        if nearest != home {
            regions.push(Source::new(home));
        }
        Self { parameter, refresh, sdk, regions, turn: AtomicUsize::new(0) }
    }

    async fn read(&self) -> Result<String, StoreError> {
        let turn = self.turn.load(Ordering::Relaxed) % self.regions.len();
        let Some(source) = self.regions.get(turn) else {
            return Err(StoreError::new(StoreErrorKind::Other, "no Region"));
        };
        let answer = self.read_from(source).await;
        if answer.is_err() {
            self.turn.store(turn + 1, Ordering::Relaxed);
        }
        answer
    }

    async fn read_from(&self, source: &Source) -> Result<String, StoreError> {
        let (name, region) = (&self.parameter.name, &source.region);
        let client = source.client.get_or_init(|| self.client(region));
        let answer = client.get_parameter().name(name).send().await;
        let output = answer.map_err(|error| describe(&error, name, region))?;
        let value = output.parameter.and_then(|parameter| parameter.value);
        value.ok_or_else(|| {
            let detail = format!("parameter `{name}` in `{region}` has no value");
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

impl Source {
    fn new(region: &str) -> Self {
        Self { region: region.to_owned(), client: OnceCell::new() }
    }
}

/// ring and not aws-lc: the latter's first random number costs 30 ms of CPU.
fn http_client() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https()
}

/// An attempt gets two budgets: a first connection to a far Region takes four round trips.
fn timeouts(refresh: Refresh) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(refresh.budget * 2)
        .operation_attempt_timeout(refresh.budget * 2)
        .operation_timeout(refresh.limit())
        .build()
}

/// Two attempts, so that one lost packet or throttled read is not a failure.
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
