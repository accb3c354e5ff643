//! Custom error pages (page `GeneratingCustomErrorResponses`).

use bytes::Bytes;
use edge_event::Request;
use http::request::Parts;
use http::{Method, StatusCode};

use crate::distribution::ErrorPage;
use crate::exchange::CacheResult;
use crate::reply::{Passed, Reply};
use crate::visit::Visit;

impl Visit<'_> {
    /// Replaces an error by the custom error page for its status, if there is one.
    ///
    /// The behavior for the page's path fetches it, from the cache or an origin. The viewer-request function does
    /// not run for it, so the request is the viewer's own.
    ///
    /// # Errors
    /// The viewer's reply when a function fails.
    pub(crate) async fn with_error_page(&mut self, parts: &Parts, reply: Reply) -> Passed<Reply> {
        let pages = &self.distribution.error_pages;
        let Some(page) = pages.get(&reply.response.status().as_u16()) else { return Ok(reply) };
        let (_, behavior) = self.distribution.behavior(&page.path);
        self.behavior = behavior;
        let found =
            self.respond(&Method::GET, &self.page_request(parts, page), Bytes::new()).await?;
        Ok(as_error_page(found, page))
    }

    fn page_request(&self, parts: &Parts, page: &ErrorPage) -> Request {
        let mut request = self.event_request(parts);
        request.method = "GET".into();
        request.uri.clone_from(&page.path);
        request.querystring = None;
        for name in ["if-match", "if-none-match", "if-modified-since", "range", "if-range"] {
            request.headers.remove(name);
        }
        request
    }
}

/// If the page cannot be fetched, the viewer gets the status of that attempt.
fn as_error_page(mut found: Reply, page: &ErrorPage) -> Reply {
    if found.response.status().is_success()
        && let Ok(status) = StatusCode::from_u16(page.status)
    {
        *found.response.status_mut() = status;
    }
    Reply { result: CacheResult::Error, ..found }
}
