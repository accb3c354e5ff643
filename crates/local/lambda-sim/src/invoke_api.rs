use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cloudfront_sim::{EdgeLocation, Function, FunctionError, FunctionHost, Invocation};
use edge_event::Trigger;
use reqwest::{Client, Response, StatusCode};
use thiserror::Error;
use url::Url;

use crate::options::TIMEOUT;
use crate::unhandled::Unhandled;

/// Present when the body is an error document (page `API_Invoke` of Lambda's API reference).
const FUNCTION_ERROR: &str = "x-amz-function-error";

/// Calls functions through Lambda's Invoke API, as `cargo lambda watch` serves it without TLS and
/// without signatures. All edge locations share one function per trigger.
#[derive(Debug)]
pub struct InvokeApi {
    functions: BTreeMap<Trigger, Arc<InvokedFunction>>,
}

/// An address that can be no Invoke API's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no Invoke API's address: expected `http://`, a host and perhaps a port")]
pub struct EndpointError(Url);

#[derive(Debug)]
struct InvokedFunction {
    client: Client,
    endpoint: Url,
    name: String,
    timeout: Duration,
}

impl InvokeApi {
    /// `names` has the function of each trigger that has one; an event may take 30 s, the longest that a
    /// function at the edge may have (page `cloudfront-limits`).
    ///
    /// # Errors
    /// The scheme of `endpoint` is another than `http`.
    pub fn new(endpoint: &Url, names: BTreeMap<Trigger, String>) -> Result<Self, EndpointError> {
        Self::with_timeout(endpoint, names, TIMEOUT)
    }

    /// The same, with another time for an event.
    ///
    /// # Errors
    /// The scheme of `endpoint` is another than `http`.
    ///
    /// # Panics
    /// Never: a client without TLS has nothing to load that could be missing.
    pub fn with_timeout(
        endpoint: &Url,
        names: BTreeMap<Trigger, String>,
        timeout: Duration,
    ) -> Result<Self, EndpointError> {
        if endpoint.scheme() != "http" {
            return Err(EndpointError(endpoint.clone()));
        }
        // Built with TLS for another crate of the program, a client wants a provider. The first one counts.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build();
        let client = client.expect("a client without TLS has nothing to load");
        let function = |name| InvokedFunction {
            client: client.clone(),
            endpoint: endpoint.clone(),
            name,
            timeout,
        };
        let functions = names.into_iter().map(|(trigger, name)| (trigger, function(name).into()));
        Ok(Self { functions: functions.collect() })
    }
}

impl FunctionHost for InvokeApi {
    fn function(&self, _edge: &EdgeLocation, trigger: Trigger) -> Option<Arc<dyn Function>> {
        self.functions.get(&trigger).map(|function| Arc::clone(function) as _)
    }
}

impl Function for InvokedFunction {
    fn invoke(&self, event: Bytes) -> Invocation<'_> {
        Box::pin(async move {
            let request = self.client.post(self.url()).timeout(self.timeout).body(event);
            let response = request.send().await.map_err(|error| self.lost(&error))?;
            self.read(response).await
        })
    }
}

impl InvokedFunction {
    fn url(&self) -> String {
        let endpoint = self.endpoint.as_str().trim_end_matches('/');
        format!("{endpoint}/2015-03-31/functions/{}/invocations", self.name)
    }

    async fn read(&self, response: Response) -> Result<Bytes, FunctionError> {
        let (status, failed) = (response.status(), response.headers().contains_key(FUNCTION_ERROR));
        let body = response.bytes().await.map_err(|error| self.lost(&error))?;
        match status {
            _ if failed => Err(Unhandled::read(&body).into()),
            StatusCode::TOO_MANY_REQUESTS => Err(FunctionError::Throttled),
            status if status.is_success() => Ok(body),
            status => Err(FunctionError::Failed(format!(
                "`{}` answered {status}: {}",
                self.url(),
                String::from_utf8_lossy(&body)
            ))),
        }
    }

    /// Why there is no response.
    fn lost(&self, error: &reqwest::Error) -> FunctionError {
        if error.is_timeout() {
            return FunctionError::TimedOut(self.timeout);
        }
        let endpoint = &self.endpoint;
        FunctionError::Failed(if error.is_connect() {
            format!("nothing listens at `{endpoint}`: start `cargo lambda watch`")
        } else {
            format!("`{endpoint}` broke off: {error}")
        })
    }
}
