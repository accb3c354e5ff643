use std::time::Duration;

use reqwest::header::{ACCEPT, COOKIE, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use thiserror::Error;

use crate::failure::{Advice, Failure};

/// No HTTP client can be built on this machine.
#[derive(Debug, Error)]
#[error("requests cannot be sent: {0}")]
pub(crate) struct NoClient(String);

impl Failure for NoClient {
    fn advice(&self) -> Advice {
        Advice::failed()
    }
}

/// A browser that has followed a preview link.
pub(super) struct Viewer {
    client: Client,
    cookie: String,
}

/// What the distribution answered.
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Viewer {
    /// Redirects are looked at and not followed: a release that is there needs none.
    pub(super) fn new(name: &str, token: &str, timeout: Duration) -> Result<Self, NoClient> {
        // The first provider counts: a second call changes nothing.
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

    /// As anybody gets it who has no cookie at all.
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

/// The innermost reason: what wraps it names the address once more.
fn reason(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
