//! What CloudFront may keep of an origin's answer, and which cookie goes with it.
//!
//! Everything it needs is in the stamps that the functions before it left on the request: it never
//! reads the plan, so the cookie can only name the release that was served.

use edge_config::ReleaseHeader;
use edge_event::{Event, Headers, Origin, Outcome, Request, Response, Trigger};
use edge_routing::{DECIDED_AT_HEADER, PREVIEW_HEADER, REASON_HEADER, RELEASE_HEADER, set_cookie};
use lambda_host::{Deps, Handled, Note};
use routing_core::{DecideAt, Stamp};

/// For a year, until the release, which is in the cache key, changes; browsers always ask again.
const KEPT_BY_RELEASE: &str = "public, max-age=0, s-maxage=31536000, must-revalidate";
/// For a minute: decided on the miss, so that only an invalidation or its age ends it.
const KEPT_BRIEFLY: &str = "public, max-age=0, s-maxage=60, must-revalidate";
/// Not even for an outage, in which CloudFront hands out what `no-store` alone marks (page `Expiration`).
const NOT_KEPT: &str = "no-store, stale-if-error=0";
/// What [`DECIDED_AT_HEADER`] says when it was not viewer-request that decided.
const ON_MISS: &str = Trigger::OriginRequest.as_str();

/// Answers an origin-response event: the response, with the cookie and cache rules of what was served.
///
/// A response to a request that was never stamped goes back as it came.
pub async fn handle(event: Event, deps: &Deps) -> Handled {
    let Event { request, response, .. } = event;
    let Some(mut response) = response else {
        let note = Note {
            reason: "pass-through",
            warning: Some("event has no response"),
            ..Note::default()
        };
        return Handled { outcome: Outcome::Request(Box::new(request)), note };
    };
    let note = dress(&request, &mut response, deps);
    Handled { outcome: Outcome::Response(Box::new(response)), note }
}

fn dress(request: &Request, response: &mut Response, deps: &Deps) -> Note {
    let stamp = request.headers.get(RELEASE_HEADER).and_then(Stamp::parse);
    let (Some(stamp), Some(config)) = (stamp, deps.config()) else {
        return Note { reason: "pass-through", ..Note::default() };
    };
    if !request.headers.contains(DECIDED_AT_HEADER) {
        // origin-request failed: whatever this is, it is not the release in the cache key.
        response.headers.set("Cache-Control", NOT_KEPT);
        let warning = Some("the stamp was not followed");
        return Note { reason: "pass-through", warning, ..Note::default() };
    }
    let is_override = request.headers.contains(PREVIEW_HEADER);
    let reason = if is_override {
        hide(&mut response.headers);
        "override"
    } else {
        let is_document = stamp.assignment().is_some();
        let answer = Answer::of(request, response);
        if answer.carries_cookie() && is_document {
            let lives = Some(config.cookie_max_age).filter(|seconds| *seconds > 0);
            let cookie = set_cookie(&config.rules.release_cookie, &stamp.to_string(), lives);
            response.headers.append("Set-Cookie", cookie);
        }
        if let Some(kept) = answer.kept(config.rules.decide_at, is_document) {
            response.headers.set("Cache-Control", kept);
        }
        "stamp"
    };
    // Whoever has an override may know which release it is, and `edgeswitch verify` must.
    if is_override || config.release_header == ReleaseHeader::On {
        let reason = request.headers.get(REASON_HEADER).unwrap_or(reason);
        response.headers.set("X-Release", format!("{}; {reason}", stamp.release()));
    }
    Note { release: stamp.release().to_owned(), reason, ..Note::default() }
}

/// A response under an override is for one developer: nobody keeps it, nobody indexes it.
fn hide(headers: &mut Headers) {
    headers.set("Cache-Control", NOT_KEPT);
    headers.set("X-Robots-Tag", "noindex");
}

/// The facts of an answer that its cookie and cache rules depend on.
#[derive(Debug, Clone, Copy)]
struct Answer {
    status: u16,
    is_html: bool,
    is_get: bool,
    from_bucket: bool,
    has_cache_control: bool,
    decided_on_miss: bool,
}

impl Answer {
    fn of(request: &Request, response: &Response) -> Self {
        Self {
            status: response.status.parse().unwrap_or(0),
            is_html: response.headers.get("content-type").is_some_and(is_html),
            is_get: request.method == "GET",
            from_bucket: matches!(request.origin, Some(Origin::S3(_))),
            has_cache_control: response.headers.contains("cache-control"),
            decided_on_miss: request.headers.get(DECIDED_AT_HEADER) == Some(ON_MISS),
        }
    }

    /// An error page must not pin a viewer to a broken release, and a part of a page is no page.
    fn carries_cookie(self) -> bool {
        self.is_get && self.is_html && matches!(self.status, 200..=399) && self.status != 206
    }

    /// The `Cache-Control` to set; `None` leaves what the origin said.
    fn kept(self, decide_at: DecideAt, is_document: bool) -> Option<&'static str> {
        let revalidated = self.status == 304;
        let is_page =
            (self.is_html && matches!(self.status, 200..=399)) || (is_document && revalidated);
        let is_missing_asset = !is_document && matches!(self.status, 403 | 404);
        match decide_at {
            // The release that was served is not the one in the cache key.
            DecideAt::ViewerRequest if self.decided_on_miss => Some(NOT_KEPT),
            // An application server's page may be personal: only the bucket's pages are everybody's.
            _ if !self.from_bucket => None,
            _ if is_missing_asset => Some(NOT_KEPT),
            _ if self.has_cache_control || !is_page => None,
            DecideAt::ViewerRequest => Some(KEPT_BY_RELEASE),
            DecideAt::OriginRequest => Some(KEPT_BRIEFLY),
        }
    }
}

fn is_html(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("text/html")
        || essence.eq_ignore_ascii_case("application/xhtml+xml")
}
