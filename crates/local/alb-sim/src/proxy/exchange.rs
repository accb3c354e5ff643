use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use hop_by_hop::remove_hop_by_hop;
use http::header::{CONTENT_TYPE, HeaderValue, SET_COOKIE};
use http::request::Parts;
use http::uri::{PathAndQuery, Scheme};
use http::{Request, Response, StatusCode, Uri, Version};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use tokio::time::timeout;

use super::LoadBalancer;
use super::body::{Answer, Tracked};
use super::headers::{add_forwarded, asks_for_websocket, set_websocket};
use super::lanes::UnderWay;
use super::tunnel::tunnel;
use crate::route::Unavailable;

/// The longest wait for the head of an answer: the default of `idle_timeout.timeout_seconds` (page
/// `application-load-balancers`).
const IDLE_TIMEOUT: Duration = Duration::from_secs(60);

/// The viewer's end of a connection.
pub(super) struct Viewer<'a> {
    /// The ARN of the listener.
    pub(super) listener: &'a str,
    pub(super) port: u16,
    pub(super) address: SocketAddr,
}

/// The way of a request to its target.
struct Way {
    under_way: UnderWay,
    cookies: Vec<String>,
}

impl LoadBalancer {
    /// Forwards a request, and answers itself if that fails (page `load-balancer-troubleshooting`).
    pub(super) async fn answer(
        &self,
        viewer: Viewer<'_>,
        mut request: Request<Incoming>,
    ) -> Response<Answer> {
        let is_websocket = asks_for_websocket(request.headers());
        let viewer_side = is_websocket.then(|| hyper::upgrade::on(&mut request));
        let (mut head, body) = request.into_parts();
        let way = match self.way(viewer.listener, &head) {
            Ok(way) => way,
            Err(error) => {
                tracing::debug!(%error, "503");
                return text(StatusCode::SERVICE_UNAVAILABLE);
            }
        };
        if let Err(status) = prepare(&mut head, &viewer, &way.under_way, is_websocket) {
            return text(status);
        }
        let cut = way.under_way.cut();
        let answer = tokio::select! {
            answer = timeout(IDLE_TIMEOUT, self.client.request(Request::from_parts(head, body))) => answer,
            () = cut.cancelled() => return text(StatusCode::GATEWAY_TIMEOUT),
        };
        match answer {
            Ok(Ok(answer)) => respond(answer, way, viewer_side),
            Ok(Err(error)) => {
                tracing::debug!(%error, "502");
                text(StatusCode::BAD_GATEWAY)
            }
            Err(_) => text(StatusCode::GATEWAY_TIMEOUT),
        }
    }

    /// Chooses the target. A target that drains from now on still has this request.
    fn way(&self, listener: &str, head: &Parts) -> Result<Way, Unavailable> {
        let now = self.clock.now();
        let balancer = self.read();
        let routed = balancer.route(listener, head, now, (self.draw)())?;
        let group = routed.group.arn();
        let under_way = self.lanes.enter(group, routed.target.address);
        self.traffic.count(routed.action, group, now, routed.group_cookie);
        Ok(Way { under_way, cookies: routed.cookies })
    }
}

/// Turns the request of a viewer into one for the target. The path and `Host` stay as they are.
fn prepare(
    head: &mut Parts,
    viewer: &Viewer<'_>,
    under_way: &UnderWay,
    is_websocket: bool,
) -> Result<(), StatusCode> {
    let path = head.uri.path_and_query().cloned().unwrap_or(PathAndQuery::from_static("/"));
    let uri = Uri::builder().scheme(Scheme::HTTP).authority(under_way.authority());
    head.uri = uri.path_and_query(path).build().map_err(|_| StatusCode::BAD_REQUEST)?;
    head.version = Version::HTTP_11;
    remove_hop_by_hop(&mut head.headers);
    add_forwarded(&mut head.headers, viewer.address, viewer.port);
    if is_websocket {
        set_websocket(&mut head.headers);
    }
    Ok(())
}

fn respond(
    mut answer: Response<Incoming>,
    Way { under_way, cookies }: Way,
    viewer_side: Option<OnUpgrade>,
) -> Response<Answer> {
    let switches = answer.status() == StatusCode::SWITCHING_PROTOCOLS;
    let target_side = switches.then(|| hyper::upgrade::on(&mut answer));
    let (mut head, body) = answer.into_parts();
    remove_hop_by_hop(&mut head.headers);
    let cookies = cookies.into_iter().filter_map(|cookie| HeaderValue::try_from(cookie).ok());
    for cookie in cookies {
        head.headers.append(SET_COOKIE, cookie);
    }
    match (target_side, viewer_side) {
        (None, _) => Response::from_parts(head, Either::Left(Tracked::new(body, under_way))),
        (Some(target), Some(viewer)) => {
            set_websocket(&mut head.headers);
            tokio::spawn(tunnel(viewer, target, under_way.into_tunnel()));
            Response::from_parts(head, Either::Right(Full::default()))
        }
        (Some(_), None) => text(StatusCode::BAD_GATEWAY),
    }
}

/// An answer of the load balancer itself.
fn text(status: StatusCode) -> Response<Answer> {
    let mut response = Response::new(Either::Right(Full::new(Bytes::from(format!("{status}\n")))));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}
