use edge_event::{Headers, Request};
use routing_core::{Decision, RequestHeaders};

/// A CloudFront request as the decision reads it.
#[derive(Debug)]
pub struct RequestView<'a>(&'a Headers);

impl<'a> RequestView<'a> {
    /// Looks at `request`'s headers.
    #[must_use]
    pub fn new(request: &'a Request) -> Self {
        Self(&request.headers)
    }

    /// `request` in the decision's terms.
    #[must_use]
    pub fn request(&'a self, request: &'a Request) -> routing_core::Request<'a> {
        routing_core::Request {
            method: &request.method,
            uri: &request.uri,
            querystring: request.querystring.as_deref().unwrap_or_default(),
            client_ip: &request.client_ip,
            headers: self,
        }
    }
}

/// A request by what is in the cache key when the decision is made on a miss: its path and its cookies.
///
/// Whatever else a viewer sends must not decide there: the first one's answer is kept for everybody.
#[derive(Debug)]
pub struct KeyedView<'a>(&'a Headers);

impl<'a> KeyedView<'a> {
    /// Looks at `request`'s cookies.
    #[must_use]
    pub fn new(request: &'a Request) -> Self {
        Self(&request.headers)
    }

    /// `request` in the decision's terms.
    #[must_use]
    pub fn request(&'a self, request: &'a Request) -> routing_core::Request<'a> {
        let (method, uri) = (&request.method, &request.uri);
        routing_core::Request { method, uri, querystring: "", client_ip: "", headers: self }
    }
}

impl RequestHeaders for KeyedView<'_> {
    fn each<'a>(&'a self, name: &str, visit: &mut dyn FnMut(&'a str)) {
        if name == "cookie" {
            self.0.values(name).for_each(visit);
        }
    }
}

impl RequestHeaders for RequestView<'_> {
    fn each<'a>(&'a self, name: &str, visit: &mut dyn FnMut(&'a str)) {
        self.0.values(name).for_each(visit);
    }
}

/// The reason of a decision as the `x-release` response header has it: `sticky, ignored pin feedbee`.
#[must_use]
pub fn reason_text(decision: &Decision<'_>) -> String {
    let reason = decision.reason.as_str();
    match &decision.ignored_pin {
        Some(refusal) => format!("{reason}, ignored pin {}", refusal.as_str()),
        None => reason.to_owned(),
    }
}
