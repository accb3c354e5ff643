use edge_config::{Config, ReleaseHeader};
use edge_event::Request as EventRequest;
use edge_routing::{PREVIEW_HEADER, REASON_HEADER, RELEASE_HEADER, reason_text};
use routing_core::{DecideAt, Decision, Reason, Request, Rules, each_cookie};

/// The internal headers that a request leaves with.
pub(crate) struct Stamps {
    release: Option<String>,
    preview: Option<String>,
    reason: Option<String>,
    /// The viewer's cookie will change, or may, so it needs a full response.
    changes_cookie: bool,
}

impl Stamps {
    /// The stamps for `decision` about `request`. `unique` tells requests apart: nobody shares a
    /// developer's object.
    pub(crate) fn new(
        request: &Request<'_>,
        decision: &Decision<'_>,
        config: &Config,
        unique: &str,
    ) -> Self {
        let is_override = decision.reason == Reason::Override;
        let decided = match config.rules.decide_at {
            DecideAt::ViewerRequest => true,
            DecideAt::OriginRequest => is_override,
        };
        let release = decision.stamp().filter(|_| decided).map(|stamp| stamp.to_string());
        let preview = decision.release.filter(|_| is_override);
        let given = release.as_deref().filter(|_| decision.assignment.is_some());
        let changes_cookie = match given {
            Some(given) => !holds(request, &config.rules, given),
            // origin-request decides, if it runs: which cookie the page gets is not known yet.
            None => !decided && decision.assignment.is_some(),
        };
        Self {
            preview: preview.map(|release| format!("{}.{unique}", release.id)),
            reason: reason(decision, config.release_header).filter(|_| release.is_some()),
            changes_cookie,
            release,
        }
    }

    /// Puts the headers on the request.
    ///
    /// With another cookie than the stamp the validators go: a 304 would leave the viewer with the
    /// cookie and the page of another release.
    pub(crate) fn apply(self, request: &mut EventRequest) {
        let Self { release, preview, reason, changes_cookie } = self;
        let stamps =
            [(RELEASE_HEADER, release), (PREVIEW_HEADER, preview), (REASON_HEADER, reason)];
        for (name, value) in stamps {
            if let Some(value) = value {
                request.headers.set(name, value);
            }
        }
        if changes_cookie {
            request.headers.remove("if-none-match");
            request.headers.remove("if-modified-since");
        }
    }
}

fn reason(decision: &Decision<'_>, header: ReleaseHeader) -> Option<String> {
    match header {
        ReleaseHeader::On => Some(reason_text(decision)),
        ReleaseHeader::Off => None,
    }
}

/// Whether the viewer's first release cookie is exactly `given`.
fn holds(request: &Request<'_>, rules: &Rules, given: &str) -> bool {
    let mut first = None;
    each_cookie(request, &rules.release_cookie, &mut |value| {
        first = first.or(Some(value == given));
    });
    first == Some(true)
}
