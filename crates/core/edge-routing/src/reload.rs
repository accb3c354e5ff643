use edge_config::Config;
use edge_event::Request;
use edge_time::Timestamp;
use routing_core::{Kind, Source, decide, override_state};
use serde::Serialize;

use crate::decide_event::deciding_view;
use crate::view::View;

/// The path where an application asks whether a reload would bring another release.
pub const RELOAD_PATH: &str = "/_r/";

/// The release that a page's requests get now, and the release that a page load would get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reload {
    /// The release of the page's assets and API calls; `None` without a plan.
    pub release: Option<String>,
    /// The release of a page load now.
    pub next: Option<String>,
}

/// Answers for the viewer who sent `request`.
#[must_use]
pub fn reload(
    request: &Request,
    plan: Option<Source<'_>>,
    config: &Config,
    now: Timestamp,
) -> Reload {
    let (whole, rules) = (View::whole(request), &config.rules);
    let seen = whole.request();
    let forced = override_state(&seen, plan.map(Source::plan), rules, &config.keys, now);
    // A pin that is not in the cache key has no effect where a miss decides.
    let (at, view) = deciding_view(request, rules.decide_at, forced);
    let seen = view.request();
    let release = |kind| {
        let decision = decide(&seen, kind, plan, at, rules, forced, now);
        decision.release.map(|release| release.id.to_string())
    };
    Reload { release: release(Kind::Subresource), next: release(Kind::Document) }
}
