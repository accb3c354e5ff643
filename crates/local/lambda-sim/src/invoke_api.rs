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

/// This header is present if the body is an error document (page `API_Invoke` of Lambda's API reference).
const FUNCTION_ERROR: &str = "x-amz-function-error";

/// Calls functions through Lambda's Invoke API, without TLS and signatures, as `cargo lambda watch` serves it.
/// All edge locations share one function per trigger.
#[derive(Debug)]
pub struct InvokeApi {
    functions: BTreeMap<Trigger, Arc<InvokedFunction>>,
}

/// The address of an Invoke API is invalid.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("invalid address `{0}` of an Invoke API: expected `http://`, a host and perhaps a port")]
pub struct EndpointError(Url);

#[derive(Debug)]
struct InvokedFunction {
    client: Client,
    endpoint: Url,
    name: String,
    timeout: Duration,
}

impl InvokeApi {
    /// `names` has the function name of each trigger. The timeout is 30 s, the longest at the edge (page
    /// `cloudfront-limits`).
    ///
    /// # Errors
    /// When the scheme of `endpoint` is not `http`.
    pub fn new(endpoint: &Url, names: BTreeMap<Trigger, String>) -> Result<Self, EndpointError> {
        Self::with_timeout(endpoint, names, TIMEOUT)
    }

    /// Like [`InvokeApi::new`], with another timeout.
    ///
    /// # Errors
    /// When the scheme of `endpoint` is not `http`.
    ///
    /// # Panics
    /// Never: a client without TLS needs no certificates.
    pub fn with_timeout(
        endpoint: &Url,
        names: BTreeMap<Trigger, String>,
        timeout: Duration,
    ) -> Result<Self, EndpointError> {
        if endpoint.scheme() != "http" {
            return Err(EndpointError(endpoint.clone()));
        }
        // reqwest is built with TLS for another crate, so every client needs a crypto provider. If one is already
        // installed, this call fails, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build();
        let client = client.expect("a client without TLS needs no certificates");
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
            let response = request.send().await.map_err(|error| self.no_response(&error))?;
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
        let body = response.bytes().await.map_err(|error| self.no_response(&error))?;
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

    /// The error for a request without a response.
    fn no_response(&self, error: &reqwest::Error) -> FunctionError {
        if error.is_timeout() {
            return FunctionError::TimedOut(self.timeout);
        }
        let endpoint = &self.endpoint;
        FunctionError::Failed(if error.is_connect() {
            format!("nothing listens at `{endpoint}`: start `cargo lambda watch`")
        } else {
            format!("the connection to `{endpoint}` failed: {error}")
        })
    }
}
