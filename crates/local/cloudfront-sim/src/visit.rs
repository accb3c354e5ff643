//! The path of one viewer's request through CloudFront.

use std::net::IpAddr;

use bytes::Bytes;
use edge_event::{Outcome, Request, Trigger};
use edge_time::Timestamp;
use http::Response;
use http::request::Parts;

use crate::admit;
use crate::distribution::{Behavior, Distribution};
use crate::edge::Edge;
use crate::engine::CloudFront;
use crate::exchange::{CacheResult, Exchange};
use crate::reply::{Passed, Reply};
use crate::{response, wire};

/// The context of one request.
pub(crate) struct Visit<'a> {
    pub(crate) cloudfront: &'a CloudFront,
    /// The configuration that the edge location has.
    pub(crate) distribution: &'a Distribution,
    pub(crate) edge: &'a Edge,
    pub(crate) viewer: IpAddr,
    pub(crate) behavior: &'a Behavior,
    pub(crate) exchange: Exchange,
}

impl<'a> Visit<'a> {
    /// A request that has just arrived. The viewer's path selects the behavior. A function that changes the path
    /// changes neither behavior nor origin (page `lambda-event-structure`).
    pub(crate) fn new(
        cloudfront: &'a CloudFront,
        edge: &'a Edge,
        distribution: &'a Distribution,
        viewer: IpAddr,
        mut exchange: Exchange,
    ) -> Self {
        let path = exchange.url.split('?').next().unwrap_or_default();
        let (name, behavior) = distribution.behavior(path);
        exchange.behavior = name;
        Self { cloudfront, distribution, edge, viewer, behavior, exchange }
    }

    pub(crate) async fn answer(
        mut self,
        request: http::Request<Bytes>,
    ) -> (Response<Bytes>, Exchange) {
        let method = request.method().clone();
        let policy = &self.behavior.response_headers;
        let mut reply = match self.pass(request).await {
            Ok(reply) => reply,
            Err(reply) => *reply,
        };
        policy.apply(reply.response.headers_mut());
        let now = self.now();
        reply.finish(self.edge, now, &method, self.exchange)
    }

    /// All steps in CloudFront's order. An early reply skips the rest.
    async fn pass(&mut self, request: http::Request<Bytes>) -> Passed<Reply> {
        let (parts, body) = request.into_parts();
        admit::admit(self.behavior, &parts, &body)?;
        let request = self.viewer_request(&parts).await?;
        let reply = self.respond(&parts.method, &request, body).await?;
        if reply.response.status().as_u16() >= 400 {
            return self.with_error_page(&parts, reply).await;
        }
        self.viewer_response(request, reply).await
    }

    async fn viewer_request(&mut self, parts: &Parts) -> Passed<Request> {
        let request = self.event_request(parts);
        match self.run_on_request(Trigger::ViewerRequest, request).await? {
            Outcome::Request(request) => Ok(*request),
            Outcome::Response(response) => {
                let response = response::generated(*response);
                Err(Box::new(Reply::new(response, CacheResult::LambdaGeneratedResponse)))
            }
        }
    }

    /// The request as functions see it. The default root object takes the place of `/` before they run: page
    /// `DefaultRootObject` does not say when, see DIFFERENCES.md.
    pub(crate) fn event_request(&self, parts: &Parts) -> Request {
        let url = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let mut request =
            Request::new(parts.method.as_str(), url).client_ip(self.viewer.to_string());
        if let Some(object) = &self.distribution.root_object
            && request.uri == "/"
        {
            request.uri = format!("/{object}");
        }
        request.headers = wire::to_event(&parts.headers);
        if !request.headers.contains("host") {
            let host = parts.uri.authority().map(http::uri::Authority::as_str);
            let host = host.unwrap_or(&self.distribution.domain_name);
            request.headers.set("Host", host);
        }
        request
    }

    /// The function does not run on errors (page `edge-function-restrictions-all`), and so not on custom error
    /// pages, nor on a response that a viewer-request function generated.
    async fn viewer_response(&mut self, request: Request, reply: Reply) -> Passed<Reply> {
        let Reply { response, result } = reply;
        let response = self.run_on_response(Trigger::ViewerResponse, request, response).await?;
        Ok(Reply::new(response, result))
    }

    /// The time on the distribution's clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.cloudfront.clock.now()
    }
}
