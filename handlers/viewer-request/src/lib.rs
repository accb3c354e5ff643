//! What every request of a viewer passes through first: spoofed headers go, preview links and
//! overrides are honoured, and the release is decided and stamped into the cache key.

mod answer;
mod preview;
mod stamp;

use edge_config::Config;
use edge_event::{Event, Outcome, Request};
use edge_routing::{INTERNAL_PREFIX, Routed, View, decide_event};
use lambda_host::{Deps, Handled, Note};
use plan_store::Snapshot;
use routing_core::{At, Kind, OverridePolicy, OverrideProblem, Refusal};

use crate::answer::Answer;
use crate::preview::Preview;
use crate::stamp::Stamps;

/// Answers a viewer-request event: the request, stamped, or a redirect or page about an override.
///
/// Without a configuration or a plan the request goes on without a stamp.
pub async fn handle(mut event: Event, deps: &Deps) -> Handled {
    event.request.headers.retain(|name| !is_internal(name));
    let Some(config) = deps.config() else {
        return pass(event.request, Note::without_config());
    };
    let snapshot = deps.plan().await;
    let mut judgement = judge(&event, &snapshot, config, deps);
    if judgement.names_unknown_release {
        // Signed by one of our keys, so it exists: our plan is the older one.
        let snapshot = deps.renewed(snapshot).await;
        judgement = judge(&event, &snapshot, config, deps);
    }
    let Judgement { verdict, note, .. } = judgement;
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

/// A verdict, and what the log says of it.
struct Judgement {
    verdict: Verdict,
    note: Note,
    /// A signed token names a release that the plan does not have.
    names_unknown_release: bool,
}

fn judge(event: &Event, snapshot: &Snapshot, config: &Config, deps: &Deps) -> Judgement {
    let (rules, now, source) = (&config.rules, deps.now(), snapshot.source());
    let Routed { kind, forced, decision } =
        decide_event(&event.request, source, config, At::Viewer, now);
    let view = View::whole(&event.request);
    let request = view.request();
    let answer = match kind {
        Kind::Document => {
            Preview { request: &request, source, rules, now }.answer(forced, deps.keys())
        }
        Kind::Subresource => None,
    };
    let problem = answer.as_ref().and_then(|answer| answer.problem).or(forced.problem());
    let names_unknown_release = rules.override_policy == OverridePolicy::Signed
        && matches!(problem, Some(OverrideProblem::Release(Refusal::Unknown(_))));
    if let Some(answer) = answer {
        let note = Note::answered(answer.reason, snapshot);
        return Judgement { verdict: Verdict::Answer(answer), note, names_unknown_release };
    }
    let unique = event.config.request_id.as_deref().unwrap_or(request.client_ip);
    let note = Note::decided(&decision, snapshot);
    let verdict = Verdict::Forward(Stamps::new(&request, &decision, config, unique));
    Judgement { verdict, note, names_unknown_release }
}

fn pass(request: Request, note: Note) -> Handled {
    Handled { outcome: Outcome::Request(Box::new(request)), note }
}

fn is_internal(name: &str) -> bool {
    let start = name.as_bytes().get(..INTERNAL_PREFIX.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(INTERNAL_PREFIX.as_bytes()))
}
