use edge_config::{Config, ReleaseHeader};
use edge_event::Request as EventRequest;
use edge_routing::{PREVIEW_HEADER, REASON_HEADER, RELEASE_HEADER, reason_text};
use routing_core::{DecideAt, Decision, Reason};

/// The internal headers that viewer-request sets.
pub(crate) struct Stamps {
    release: Option<String>,
    preview: Option<String>,
    reason: Option<String>,
    /// The page load gets a release here, or may get one on a cache miss.
    assigns: bool,
}

impl Stamps {
    /// The stamps for `decision`. `unique` is different for each request: under an override no two requests
    /// share a cached object.
    pub(crate) fn new(decision: &Decision<'_>, config: &Config, unique: &str) -> Self {
        let is_override = decision.reason == Reason::Override;
        let decided = match config.rules.decide_at {
            DecideAt::ViewerRequest => true,
            DecideAt::OriginRequest => is_override,
        };
        let release = decision.stamp().filter(|_| decided).map(|stamp| stamp.to_string());
        let preview = decision.release.filter(|_| is_override);
        Self {
            preview: preview.map(|release| format!("{}.{unique}", release.id)),
            reason: reason(decision, config.release_header).filter(|_| release.is_some()),
            assigns: decision.assignment.is_some(),
            release,
        }
    }

    /// Sets the headers on the request.
    ///
    /// If the page load gets a release, its validators and ranges are removed. Every page load renews the
    /// cookie, and only a full answer is sure to carry it. And a partial answer must not be cached as the
    /// page.
    pub(crate) fn apply(self, request: &mut EventRequest) {
        let Self { release, preview, reason, assigns } = self;
        let stamps =
            [(RELEASE_HEADER, release), (PREVIEW_HEADER, preview), (REASON_HEADER, reason)];
        for (name, value) in stamps {
            if let Some(value) = value {
                request.headers.set(name, value);
            }
        }
        if assigns {
            for name in ["if-none-match", "if-modified-since", "range", "if-range"] {
                request.headers.remove(name);
            }
        }
    }
}

fn reason(decision: &Decision<'_>, header: ReleaseHeader) -> Option<String> {
    match header {
        ReleaseHeader::On => Some(reason_text(decision)),
        ReleaseHeader::Off => None,
    }
}
