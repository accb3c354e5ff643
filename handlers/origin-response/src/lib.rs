//! The function at origin-response. It sets the release cookie, says how long CloudFront may cache the
//! response, and names the release in its Content-Type.
//!
//! It never reads the plan: the stamps of the earlier functions are on the request. So the cookie and the label can
//! only name the release that was served.

use edge_config::{Label, ReleaseHeader};
use edge_event::{Event, Headers, Origin, Outcome, Request, Response};
use edge_routing::{
    DECIDED_AT_HEADER, NOT_FOUND_HEADER, PINNED_HEADER, PREVIEW_HEADER, REASON_HEADER,
    RELEASE_HEADER, labelled, set_cookie,
};
use lambda_host::{Deps, Handled, Note};
use routing_core::{DecideAt, Rules, Stamp};

/// A year at CloudFront: the cache key has the release, so a new release does not get the old page. Browsers
/// always ask again.
const KEPT_BY_RELEASE: &str = "public, max-age=0, s-maxage=31536000, must-revalidate";
/// A minute at CloudFront: the release is decided on a miss, so only an invalidation or age replaces the page.
const KEPT_BRIEFLY: &str = "public, max-age=0, s-maxage=60, must-revalidate";
/// Not cached, not even for an outage: with `no-store` alone CloudFront may still serve an old object then
/// (page `Expiration`).
const NOT_KEPT: &str = "no-store, stale-if-error=0";
/// For ever, in browsers too: the path itself names the release.
const KEPT_BY_PATH: &str = "public, max-age=31536000, immutable";

/// Handles an origin-response event. Returns the response with the cookie and the cache rules of the release
/// that was served.
///
/// A response to a request without a stamp is returned unchanged.
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
    let note = finish(&request, &mut response, deps);
    Handled { outcome: Outcome::Response(Box::new(response)), note }
}

fn finish(request: &Request, response: &mut Response, deps: &Deps) -> Note {
    let stamp = request.headers.get(RELEASE_HEADER).and_then(Stamp::parse);
    let (Some(stamp), Some(config)) = (stamp, deps.config()) else {
        return Note { reason: "pass-through", ..Note::default() };
    };
    if !request.headers.contains(DECIDED_AT_HEADER) {
        // origin-request failed, so this may not be from the release in the cache key.
        response.headers.set("Cache-Control", NOT_KEPT);
        let warning = Some("the stamp was not followed");
        return Note { reason: "pass-through", warning, ..Note::default() };
    }
    let answer = Answer::of(request, response, stamp.assignment().is_some());
    if answer.stands_for_missing_page {
        response.status = "404".into();
        response.status_description = Some("Not Found".into());
    }
    let is_override = request.headers.contains(PREVIEW_HEADER);
    let reason = if is_override {
        hide(&mut response.headers);
        "override"
    } else {
        let decide_at = config.rules.decide_at;
        if answer.carries_cookie(decide_at) {
            let lives = Some(config.cookie_max_age).filter(|seconds| *seconds > 0);
            let Rules { release_cookie, embedding, .. } = &config.rules;
            let cookie = set_cookie(release_cookie.as_str(), &stamp.to_string(), lives, *embedding);
            response.headers.append("Set-Cookie", cookie);
        }
        if let Some(kept) = answer.kept(decide_at) {
            response.headers.set("Cache-Control", kept);
        }
        if config.observe.label == Label::On && answer.carries_label(decide_at) {
            label(&mut response.headers, stamp.release());
        }
        "stamp"
    };
    // A developer with an override may see the release, and `edgeswitch verify` needs it.
    if is_override || config.release_header == ReleaseHeader::On {
        let reason = request.headers.get(REASON_HEADER).unwrap_or(reason);
        response.headers.set("X-Release", format!("{}; {reason}", stamp.release()));
    }
    Note { release: stamp.release().to_owned(), reason, ..Note::default() }
}

/// Forbids to cache or index a response under an override: it is for one developer.
fn hide(headers: &mut Headers) {
    headers.set("Cache-Control", NOT_KEPT);
    headers.set("X-Robots-Tag", "noindex");
}

/// Names the release in the Content-Type, if there is exactly one that takes it.
fn label(headers: &mut Headers, release: &str) {
    let labelled = only_type(headers).and_then(|kind| labelled(kind, release));
    if let Some(labelled) = labelled {
        headers.set("Content-Type", labelled);
    }
}

fn only_type(headers: &Headers) -> Option<&str> {
    let mut types = headers.values("content-type");
    types.next().filter(|_| types.next().is_none())
}

/// The properties of an answer that decide its cookie, its label and its cache rules.
#[derive(Debug, Clone, Copy)]
struct Answer {
    status: u16,
    is_page_or_script: bool,
    is_get: bool,
    is_document: bool,
    from_bucket: bool,
    has_cache_control: bool,
    is_pinned_by_path: bool,
    stands_for_missing_page: bool,
    decided: Decided,
}

/// Who chose the release that was served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decided {
    AtViewer,
    OnMiss,
    /// An origin group's second attempt: never the release in the cache key.
    InSecondAttempt,
}

impl Answer {
    fn of(request: &Request, response: &Response, is_document: bool) -> Self {
        let header = |name| request.headers.get(name);
        let status = response.status.parse().unwrap_or(0);
        let stands_for_missing_page =
            header(NOT_FOUND_HEADER).is_some() && matches!(status, 200 | 304);
        Self {
            status: if stands_for_missing_page { 404 } else { status },
            is_page_or_script: response.headers.get("content-type").is_some_and(is_page_or_script),
            is_get: request.method == "GET",
            is_document,
            from_bucket: matches!(request.origin, Some(Origin::S3(_))),
            has_cache_control: response.headers.contains("cache-control"),
            is_pinned_by_path: header(PINNED_HEADER).is_some(),
            stands_for_missing_page,
            decided: match header(DECIDED_AT_HEADER) {
                Some("viewer-request") => Decided::AtViewer,
                Some("origin-request") => Decided::OnMiss,
                Some(_) | None => Decided::InSecondAttempt,
            },
        }
    }

    /// Whether the answer gives its viewer the release. An error page must not pin a viewer to a broken
    /// release, and a part of a page is no page.
    fn carries_cookie(self, decide_at: DecideAt) -> bool {
        let is_whole = matches!(self.status, 200..=399) && self.status != 206;
        self.is_document
            && self.is_get
            && is_whole
            && self.is_of_its_key(decide_at)
            && self.is_page_or_script
    }

    /// Whether the answer names its release in the Content-Type: an object of the bucket, also a part of it, the
    /// headers alone (`HEAD`), and a 304, whose headers can replace those of the cached object. Also the page
    /// that stands for a missing one.
    fn carries_label(self, decide_at: DecideAt) -> bool {
        let is_object = matches!(self.status, 200..=399) || self.stands_for_missing_page;
        self.from_bucket && is_object && self.is_of_its_key(decide_at)
    }

    /// Whether the release that was served is the one in the cache key. Where viewer-request decides, the release
    /// of a miss is not: the stamp was missing or not followed.
    fn is_of_its_key(self, decide_at: DecideAt) -> bool {
        match (decide_at, self.decided) {
            (DecideAt::ViewerRequest, Decided::AtViewer)
            | (DecideAt::OriginRequest, Decided::AtViewer | Decided::OnMiss) => true,
            (DecideAt::ViewerRequest, Decided::OnMiss) | (_, Decided::InSecondAttempt) => false,
        }
    }

    /// The `Cache-Control` to set. `None` keeps the origin's value.
    ///
    /// The same URL is another file in another release, and only the edge's cache key knows the release.
    /// Without `Cache-Control` a browser's heuristics may run last week's script in today's page.
    fn kept(self, decide_at: DecideAt) -> Option<&'static str> {
        let is_missing_asset = !self.is_document && matches!(self.status, 403 | 404);
        match decide_at {
            _ if !self.is_of_its_key(decide_at) => Some(NOT_KEPT),
            // A page of an application server may be personal. Objects of the bucket are the same for all viewers.
            _ if !self.from_bucket => None,
            _ if self.stands_for_missing_page => Some(KEPT_BRIEFLY),
            _ if is_missing_asset => Some(NOT_KEPT),
            _ if self.has_cache_control || self.status >= 400 => None,
            _ if self.is_pinned_by_path => Some(KEPT_BY_PATH),
            DecideAt::ViewerRequest => Some(KEPT_BY_RELEASE),
            DecideAt::OriginRequest => Some(KEPT_BRIEFLY),
        }
    }
}

/// Whether the body is a page, or the script of a service worker, which a page load installs.
fn is_page_or_script(content_type: &str) -> bool {
    const TYPES: [&str; 4] =
        ["text/html", "application/xhtml+xml", "text/javascript", "application/javascript"];
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    TYPES.iter().any(|known| essence.eq_ignore_ascii_case(known))
}
