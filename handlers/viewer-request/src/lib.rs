//! What every request of a viewer passes through first: spoofed headers go, preview links and
//! overrides are honoured, and the release is decided and stamped into the cache key.

mod answer;
mod preview;
mod stamp;

use edge_config::Config;
use edge_event::{Event, Outcome, Request};
use edge_host::{Deps, Handled, INTERNAL_PREFIX, Note, RequestView};
use plan_store::Snapshot;
use routing_core::{Kind, Source, classify, decide, override_state};

use crate::answer::Answer;
use crate::preview::Preview;
use crate::stamp::Stamps;

/// Answers a viewer-request event: the request, stamped, or a redirect or page about an override.
///
/// Without a configuration or a plan the request goes on without a stamp.
pub async fn handle(mut event: Event, deps: &Deps) -> Handled {
    event.request.headers.retain(|name| !name.starts_with(INTERNAL_PREFIX));
    let Some(config) = deps.config() else {
        return pass(event.request, Note::without_config());
    };
    let snapshot = deps.plan().await;
    let (verdict, note) = judge(&event, &snapshot, config, deps);
    match verdict {
        Verdict::Answer(answer) => {
            Handled { outcome: Outcome::Response(Box::new(answer.into_response())), note }
        }
        Verdict::Forward(stamps) => {
            stamps.apply(&mut event.request);
            pass(event.request, note)
        }
    }
}

/// What becomes of a request.
enum Verdict {
    /// It is answered here; CloudFront never caches that.
    Answer(Answer),
    /// It goes on.
    Forward(Stamps),
}

fn judge(event: &Event, snapshot: &Snapshot, config: &Config, deps: &Deps) -> (Verdict, Note) {
    let view = RequestView::new(&event.request);
    let request = view.request(&event.request);
    let (rules, now, source) = (&config.rules, deps.now(), snapshot.source());
    let (kind, plan) = (classify(&request, rules), source.map(Source::plan));
    let forced = override_state(&request, plan, rules, deps.keys(), now);
    if kind == Kind::Document {
        let preview = Preview { request: &request, plan, rules, now };
        let clear = || match source {
            Some(Source::Stored(_)) => preview.clear(forced),
            // The fallback may be older than the release that the override names.
            Some(Source::Fallback(_)) | None => None,
        };
        let answer = preview.follow_link(deps.keys()).or_else(clear);
        if let Some(answer) = answer {
            let note = Note::answered(answer.reason, snapshot);
            return (Verdict::Answer(answer), note);
        }
    }
    let decision = decide(&request, kind, source, rules, forced, now);
    let unique = event.config.request_id.as_deref().unwrap_or(request.client_ip);
    let note = Note::decided(&decision, snapshot);
    (Verdict::Forward(Stamps::new(&request, &decision, config, unique)), note)
}

fn pass(request: Request, note: Note) -> Handled {
    Handled { outcome: Outcome::Request(Box::new(request)), note }
}
