use edge_event::Request;
use routing_core::RequestHeaders;

/// A CloudFront request as the decision reads it.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    request: &'a Request,
    part: Part,
}

/// The part of a request that may decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    CacheKey,
}

impl<'a> View<'a> {
    /// Everything that the viewer sent.
    #[must_use]
    pub fn whole(request: &'a Request) -> Self {
        Self { request, part: Part::Whole }
    }

    /// The part that is in the cache key when the decision is made on a miss: the path and the cookies.
    ///
    /// Nothing else may decide there, because the cache keeps the first viewer's answer for everybody.
    #[must_use]
    pub fn cache_key(request: &'a Request) -> Self {
        Self { request, part: Part::CacheKey }
    }

    /// The request as the decision reads it.
    #[must_use]
    pub fn request(&'a self) -> routing_core::Request<'a> {
        let Request { method, uri, querystring, client_ip, .. } = self.request;
        let (querystring, client_ip) = match self.part {
            Part::Whole => (querystring.as_deref().unwrap_or_default(), client_ip.as_str()),
            Part::CacheKey => ("", ""),
        };
        routing_core::Request { method, uri, querystring, client_ip, headers: self }
    }
}

impl RequestHeaders for View<'_> {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a str)) {
        for (name, values) in self.request.headers.iter() {
            let is_visible = match self.part {
                Part::Whole => true,
                Part::CacheKey => name == "cookie",
            };
            if is_visible {
                values.iter().for_each(|header| visit(name, &header.value));
            }
        }
    }
}
