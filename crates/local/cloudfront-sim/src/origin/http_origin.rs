use std::future::Future;
use std::iter;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use edge_event::Origin;
use hop_by_hop::remove_hop_by_hop;
use http::header::CONTENT_LENGTH;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Response, Uri, Version};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use thiserror::Error;

use super::{OriginError, OriginServer, Served};

/// CloudFront's default connection timeout, for one attempt (page `DownloadDistValuesOrigin`).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// CloudFront's default read timeout and keep-alive timeout (the same page).
const READ_TIMEOUT: Duration = Duration::from_secs(30);
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// A custom origin: a real server, requested over HTTP/1.1.
///
/// The request is sent unchanged: the same path, byte for byte, and the same `Host`, not the server's address.
/// Redirects are not followed and content is not decompressed.
#[derive(Debug)]
pub struct HttpOrigin {
    server: Authority,
    client: Client<HttpConnector, Full<Bytes>>,
    longest_wait: Duration,
}

/// The URL of a server is invalid.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("invalid server URL `{0}`: expected `http://`, a host and perhaps a port, and no path")]
pub struct BaseUrlError(String);

impl HttpOrigin {
    /// Forwards to the server at `base_url`: `http://127.0.0.1:3000`.
    ///
    /// # Errors
    /// When `base_url` is not just scheme `http`, host and port. The path is a setting of the origin.
    pub fn parse(base_url: &str) -> Result<Self, BaseUrlError> {
        let refused = || BaseUrlError(base_url.into());
        let parts = base_url.parse::<Uri>().map_err(|_| refused())?.into_parts();
        let bare = parts.path_and_query.is_none_or(|path| path == "/");
        match (parts.scheme, parts.authority) {
            (Some(scheme), Some(server)) if scheme == Scheme::HTTP && bare => Ok(Self::to(server)),
            _ => Err(refused()),
        }
    }

    /// Limits the read timeout, even if an origin's `readTimeout` is longer.
    #[must_use]
    pub fn wait_at_most(self, longest_wait: Duration) -> Self {
        Self { longest_wait, ..self }
    }

    fn to(server: Authority) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEEP_ALIVE)
            .build(connector);
        Self { server, client, longest_wait: Duration::MAX }
    }

    async fn ask(
        &self,
        request: Request<Bytes>,
        wait: Duration,
    ) -> Result<Response<Bytes>, OriginError> {
        let request = self.outgoing(request)?;
        let answer = within(wait, self.client.request(request)).await?.map_err(|e| failure(&e))?;
        let (mut head, mut body) = answer.into_parts();
        remove_hop_by_hop(&mut head.headers);
        let mut content = BytesMut::new();
        while let Some(frame) = within(wait, body.frame()).await? {
            let frame = frame.map_err(|error| OriginError::Invalid(root_cause(&error)))?;
            content.extend(frame.into_data());
        }
        Ok(Response::from_parts(head, content.freeze()))
    }

    /// The request to send. Its `Content-Length` is that of the body.
    fn outgoing(&self, request: Request<Bytes>) -> Result<Request<Full<Bytes>>, OriginError> {
        let (mut head, body) = request.into_parts();
        head.uri = self.address(head.uri.path_and_query())?;
        head.version = Version::HTTP_11;
        remove_hop_by_hop(&mut head.headers);
        head.headers.remove(CONTENT_LENGTH);
        Ok(Request::from_parts(head, Full::new(body)))
    }

    fn address(&self, path: Option<&PathAndQuery>) -> Result<Uri, OriginError> {
        let path = path.map_or("/", PathAndQuery::as_str);
        let uri = Uri::builder().scheme(Scheme::HTTP).authority(self.server.clone());
        uri.path_and_query(path).build().map_err(|error| OriginError::Invalid(error.to_string()))
    }
}

impl OriginServer for HttpOrigin {
    fn serve<'a>(&'a self, request: Request<Bytes>, origin: &'a Origin) -> Served<'a> {
        Box::pin(async move {
            let wait = read_timeout(origin).min(self.longest_wait);
            let answer = self.ask(request, wait);
            match completion_timeout(origin) {
                Some(limit) => within(limit, answer).await?,
                None => answer.await,
            }
        })
    }
}

fn read_timeout(origin: &Origin) -> Duration {
    origin.read_timeout().map_or(READ_TIMEOUT, seconds_long)
}

fn completion_timeout(origin: &Origin) -> Option<Duration> {
    let seconds = origin.response_completion_timeout();
    seconds.filter(|&seconds| seconds > 0).map(seconds_long)
}

fn seconds_long(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}

async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Result<T, OriginError> {
    tokio::time::timeout(limit, work).await.map_err(|_| OriginError::TimedOut)
}

fn failure(error: &Error) -> OriginError {
    let reason = root_cause(error);
    if error.is_connect() { OriginError::Unreachable(reason) } else { OriginError::Invalid(reason) }
}

/// The innermost error, which says what happened.
fn root_cause(error: &dyn std::error::Error) -> String {
    iter::successors(Some(error), |error| error.source()).last().unwrap_or(error).to_string()
}
