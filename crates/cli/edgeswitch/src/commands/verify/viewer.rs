use std::time::Duration;

use reqwest::header::{ACCEPT, COOKIE, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use thiserror::Error;

use crate::failure::{Advice, Failure};

/// The HTTP client cannot be built.
#[derive(Debug, Error)]
#[error("requests cannot be sent: {0}")]
pub(crate) struct NoClient(String);

impl Failure for NoClient {
    fn advice(&self) -> Advice {
        Advice::failed()
    }
}

/// An HTTP client that acts like a browser after it has opened a preview link.
pub(super) struct Viewer {
    client: Client,
    cookie: String,
}

/// The response of the distribution.
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Viewer {
    /// Does not follow redirects: the checks look at the redirect itself.
    pub(super) fn new(name: &str, token: &str, timeout: Duration) -> Result<Self, NoClient> {
        // Fails only if a provider is installed already, which is then used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let agent = concat!("edgeswitch/", env!("CARGO_PKG_VERSION"));
        let client = Client::builder().redirect(Policy::none()).timeout(timeout).user_agent(agent);
        let client = client.build().map_err(|error| NoClient(reason(&error)))?;
        Ok(Self { client, cookie: format!("{name}={token}") })
    }

    pub(super) async fn document(&self, url: &Url) -> Result<Page, String> {
        send(navigation(self.client.get(url.clone())).header(COOKIE, &self.cookie)).await
    }

    pub(super) async fn subresource(&self, url: &Url) -> Result<Page, String> {
        let request = self.client.get(url.clone()).header(COOKIE, &self.cookie);
        send(request.header("sec-fetch-mode", "no-cors").header(ACCEPT, "*/*")).await
    }

    /// Requests an address as a viewer without any cookie.
    pub(super) async fn without_override(&self, url: &Url) -> Result<Page, String> {
        send(navigation(self.client.get(url.clone()))).await
    }
}

fn navigation(request: RequestBuilder) -> RequestBuilder {
    let request = request.header("sec-fetch-mode", "navigate").header("sec-fetch-dest", "document");
    request.header(ACCEPT, "text/html,*/*;q=0.8")
}

async fn send(request: RequestBuilder) -> Result<Page, String> {
    let answer = request.send().await.map_err(|error| reason(&error))?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.map_err(|error| reason(&error))?.to_vec();
    Ok(Page { status, headers, body })
}

/// The innermost cause. The outer errors only repeat the address.
fn reason(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
