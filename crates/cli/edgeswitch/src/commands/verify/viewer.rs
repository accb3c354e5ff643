use std::time::Duration;

use reqwest::header::{ACCEPT, COOKIE, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use thiserror::Error;

use crate::failure::{Advice, Failure};

/// The longest body that is read. Documents and manifests are far shorter; assets may be longer.
const LONGEST_BODY: usize = 16 * MEBIBYTE;
const MEBIBYTE: usize = 1 << 20;
/// The header that names the release of a request.
const PIN: &str = "x-deployment-id";

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
    pin: Pin,
}

/// How a request names its release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pin {
    /// By a header, with the id.
    Header(String),
    /// By the path, which this text precedes. Where a cache miss decides, only the path counts.
    Path(String),
}

/// The response of the distribution.
pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// `None` if it is longer than the limit: then the rest was not read.
    pub(super) body: Option<Vec<u8>>,
}

impl Page {
    /// The body of a response that must be read to its end.
    pub(super) fn whole(&self) -> Result<&[u8], String> {
        self.body.as_deref().ok_or_else(|| {
            let limit = LONGEST_BODY / MEBIBYTE;
            format!("its body is longer than {limit} MiB: the rest is not read")
        })
    }
}

impl Viewer {
    /// Does not follow redirects: the checks look at the redirect itself.
    pub(super) fn new(
        name: &str,
        token: &str,
        pin: Pin,
        timeout: Duration,
    ) -> Result<Self, NoClient> {
        // Fails only if a provider is installed already, which is then used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let agent = concat!("edgeswitch/", env!("CARGO_PKG_VERSION"));
        let client = Client::builder().redirect(Policy::none()).timeout(timeout).user_agent(agent);
        let client = client.build().map_err(|error| NoClient(reason(&error)))?;
        Ok(Self { client, cookie: format!("{name}={token}"), pin })
    }

    pub(super) async fn document(&self, url: &Url) -> Result<Page, String> {
        send(navigation(self.client.get(url.clone())).header(COOKIE, &self.cookie)).await
    }

    pub(super) async fn subresource(&self, url: &Url) -> Result<Page, String> {
        let request = self.client.get(url.clone()).header(COOKIE, &self.cookie);
        send(request.header("sec-fetch-mode", "no-cors").header(ACCEPT, "*/*")).await
    }

    /// Requests a subresource whose page has pinned its release. Sends no override.
    pub(super) async fn pinned(&self, url: &Url) -> Result<Page, String> {
        let request = match &self.pin {
            Pin::Header(id) => self.client.get(url.clone()).header(PIN, id),
            Pin::Path(start) => self.client.get(under(url, start)),
        };
        send(request.header("sec-fetch-mode", "cors").header(ACCEPT, "*/*")).await
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

/// The address with a pin before its path, if it has no pin yet.
fn under(url: &Url, start: &str) -> Url {
    let mut pinned = url.clone();
    if !url.path().starts_with(&format!("{start}/")) {
        pinned.set_path(&format!("{start}{}", url.path()));
    }
    pinned
}

async fn send(request: RequestBuilder) -> Result<Page, String> {
    let answer = request.send().await.map_err(|error| reason(&error))?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    Ok(Page { status, headers, body: body(answer).await? })
}

async fn body(mut answer: Response) -> Result<Option<Vec<u8>>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| reason(&error))? {
        if body.len() + chunk.len() > LONGEST_BODY {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// The innermost cause. The outer errors only repeat the address.
fn reason(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
