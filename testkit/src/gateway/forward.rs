use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{Method, Request, Response};
use ureq::Agent;

use super::fault::credential;

/// The longest that a server may take for an answer.
const LONGEST: Duration = Duration::from_secs(60);

/// The server behind the gateway.
#[derive(Debug)]
pub(super) struct Forward {
    agent: Agent,
    upstream: String,
}

impl Forward {
    pub(super) fn to(upstream: &str) -> Self {
        let config = Agent::config_builder().timeout_global(Some(LONGEST));
        let config = config.http_status_as_error(false).max_redirects(0);
        let config = config.allow_non_standard_methods(true);
        Self { agent: config.build().into(), upstream: upstream.to_owned() }
    }

    /// Sends a request on, with its headers: the signature names account, Region and service.
    pub(super) fn send(&self, request: &Request<Bytes>) -> Result<Response<Vec<u8>>> {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        self.send_to(path, request)
    }

    /// Reads another path with the signature of `request`.
    pub(super) fn get(&self, path: &str, request: &Request<Bytes>) -> Result<Vec<u8>> {
        let mut get = Request::get(path).body(Bytes::new())?;
        if let Some(signature) = request.headers().get("authorization") {
            get.headers_mut().insert("authorization", signature.clone());
        }
        Ok(self.send_to(path, &get)?.into_body())
    }

    fn send_to(&self, path: &str, request: &Request<Bytes>) -> Result<Response<Vec<u8>>> {
        let mut forwarded = Request::builder()
            .method(request.method())
            .uri(format!("{}{path}", self.upstream))
            .body(request.body().to_vec())?;
        *forwarded.headers_mut() = request.headers().clone();
        for hop in [CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING, http::header::EXPECT] {
            forwarded.headers_mut().remove(hop);
        }
        let (mut parts, mut body) = self.agent.run(forwarded)?.into_parts();
        parts.headers.remove(CONNECTION);
        parts.headers.remove(TRANSFER_ENCODING);
        if *request.method() != Method::HEAD {
            parts.headers.remove(CONTENT_LENGTH);
        }
        Ok(Response::from_parts(parts, body.read_to_vec()?))
    }
}

/// The account of a request: its access key.
pub(super) fn account(request: &Request<Bytes>) -> Option<String> {
    credential(request, 0)
}
