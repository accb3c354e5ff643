use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Weak};

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, COOKIE, HOST};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, request};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::sync::{broadcast, watch};

use crate::distribution::EdgeLocation;
use crate::engine::CloudFront;
use crate::exchange::{Connection, Exchange, Protocol};
use crate::listener::site::Site;
use crate::logs::LogFolder;

/// The largest request body, in bytes. CloudFront accepts 20 GB (page `cloudfront-limits`), which it streams.
const BODY_LIMIT: usize = 64 * 1024 * 1024;

/// Answers the viewers of one edge location.
pub(super) struct Viewers {
    pub(super) edge: EdgeLocation,
    pub(super) site: watch::Receiver<Site>,
    pub(super) protocol: Protocol,
    pub(super) observer: Option<broadcast::Sender<Arc<Exchange>>>,
    pub(super) logs: Option<Arc<LogFolder>>,
    pub(super) viewer_header: Option<HeaderName>,
}

impl Viewers {
    /// Answers a request that came over a connection from `peer`.
    pub(super) async fn answer(
        self: Arc<Self>,
        peer: SocketAddr,
        request: Request<Body>,
    ) -> Response {
        let (cloudfront, refusal) = {
            let site = self.site.borrow();
            let refusal = site.hosts.refusal(request.uri(), request.headers());
            (Arc::clone(&site.cloudfront), refusal)
        };
        if let Some(refusal) = refusal {
            return refusal;
        }
        let method = request.method().clone();
        let (mut head, body) = request.into_parts();
        let body = match read(body).await {
            Ok(body) => body,
            Err(refusal) => return refusal.into_response(),
        };
        let viewer = self.viewer(peer, &mut head.headers);
        let mut request = Request::from_parts(as_over_http_1(head), body);
        request.extensions_mut().insert(Connection { port: peer.port(), protocol: self.protocol });
        // If the viewer disconnects, this future is dropped, and `here` with it. The fetch continues: other requests may
        // be waiting for it.
        let here = Arc::new(());
        let is_here = Arc::downgrade(&here);
        let send = async move { self.send(&cloudfront, viewer, request, &is_here).await };
        let sent = tokio::spawn(send).await;
        match sent {
            Ok(response) => framed(&method, response),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }

    async fn send(
        &self,
        cloudfront: &CloudFront,
        viewer: IpAddr,
        request: Request<Bytes>,
        is_here: &Weak<()>,
    ) -> http::Response<Bytes> {
        let (response, mut exchange) = cloudfront.send(&self.edge, viewer, request).await;
        exchange.has_left = is_here.strong_count() == 0;
        if let Some(logs) = &self.logs
            && let Err(error) = logs.write(&exchange)
        {
            tracing::error!(%error, "write the access log");
        }
        if let Some(observer) = &self.observer {
            // It is no error if nobody observes.
            let _ = observer.send(Arc::new(exchange));
        }
        response
    }

    fn viewer(&self, peer: SocketAddr, headers: &mut HeaderMap) -> IpAddr {
        let given = self.viewer_header.as_ref().and_then(|name| headers.remove(name));
        let given = given.and_then(|value| value.to_str().ok()?.trim().parse().ok());
        given.unwrap_or(peer.ip()).to_canonical()
    }
}

async fn read(body: Body) -> Result<Bytes, (StatusCode, String)> {
    match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            let limit = BODY_LIMIT / 1024 / 1024;
            Err((StatusCode::PAYLOAD_TOO_LARGE, format!("the body is over {limit} MiB\n")))
        }
        Err(error) => Err((StatusCode::BAD_REQUEST, format!("the body is incomplete: {error}\n"))),
    }
}

/// Converts a request to its HTTP/1.1 form: the URI is a path, and there is a `Host` and at most one `Cookie`
/// (RFC 9113, sections 8.2.3 and 8.3.1).
fn as_over_http_1(mut head: request::Parts) -> request::Parts {
    let host = head.uri.authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok());
    if let Some(host) = host {
        head.headers.insert(HOST, host);
    }
    let path = head.uri.path_and_query().cloned();
    head.uri = Uri::from(path.unwrap_or(PathAndQuery::from_static("/")));
    if head.version == http::Version::HTTP_2 {
        join_cookies(&mut head.headers);
    }
    head
}

fn join_cookies(headers: &mut HeaderMap) {
    let crumbs: Vec<_> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if crumbs.len() > 1
        && let Ok(cookie) = HeaderValue::from_bytes(&crumbs.join(&b"; "[..]))
    {
        headers.insert(COOKIE, cookie);
    }
}

/// The response to send. hyper sets `Content-Length` from the body; for HEAD it is set here, to the length that a
/// GET would have.
fn framed(method: &Method, mut response: http::Response<Bytes>) -> Response {
    if method == Method::HEAD {
        let length = response.body().len();
        if length > 0 {
            response.headers_mut().entry(CONTENT_LENGTH).or_insert(length.into());
            response.body_mut().clear();
        }
    } else {
        response.headers_mut().remove(CONTENT_LENGTH);
    }
    response.map(Body::from)
}
