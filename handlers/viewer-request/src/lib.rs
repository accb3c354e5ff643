//! The function at viewer-request, which every request of a viewer passes first. It removes forged headers,
//! handles preview links and overrides, decides the release, and stamps it into the cache key.

mod answer;
mod preview;
mod stamp;

use edge_config::Config;
use edge_event::{Event, Outcome, Request};
use edge_routing::{
    RELOAD_PATH, Routed, View, decide_event, drop_cookie, is_internal, keep_usable_cookie, reload,
};
use lambda_host::{Deps, Handled, Note};
use plan_store::Snapshot;
use routing_core::{At, DecideAt, Kind, OverridePolicy, OverrideProblem, Refusal};

use crate::answer::Answer;
use crate::preview::Preview;
use crate::stamp::Stamps;

/// Handles a viewer-request event. Returns the stamped request, or a response about a preview link, an
/// override, a reload or a beacon.
///
/// Without a configuration or a plan the request is forwarded without a stamp.
pub async fn handle(mut event: Event, deps: &Deps) -> Handled {
    event.request.headers.retain(|name| !is_internal(name));
    let Some(config) = deps.config() else {
        return pass(event.request, Note::without_config());
    };
    if is_beacon(&event.request, config) {
        let outcome = Outcome::Response(Box::new(Answer::beacon().into_response()));
        return Handled { outcome, note: Note { reason: "beacon", ..Note::default() } };
    }
    let mut snapshot = deps.plan().await;
    if event.request.uri == RELOAD_PATH && matches!(event.request.method.as_str(), "GET" | "HEAD") {
        let answer = Answer::reload(&reload(&event.request, snapshot.source(), config, deps.now()));
        let note = Note::answered("reload", &snapshot);
        return Handled { outcome: Outcome::Response(Box::new(answer.into_response())), note };
    }
    let mut judgement = judge(&event, &snapshot, config, deps);
    if judgement.names_unknown_release {
        // The token is signed with one of our keys, so the release exists and our plan is outdated.
        snapshot = deps.renewed(snapshot).await;
        judgement = judge(&event, &snapshot, config, deps);
    }
    let Judgement { verdict, note, .. } = judgement;
    match verdict {
        Verdict::Answer(answer) => {
            Handled { outcome: Outcome::Response(Box::new(answer.into_response())), note }
        }
        Verdict::Forward(stamps) => {
            stamps.apply(&mut event.request);
            bound_variants(&mut event.request, &snapshot, config);
            pass(event.request, note)
        }
    }
}

/// Whether a page says something for the access log: the log has the query. The answer needs no plan.
fn is_beacon(request: &Request, config: &Config) -> bool {
    config.observe.beacon.as_ref() == Some(&request.uri) && request.method == "GET"
}

/// How a request goes on.
enum Verdict {
    /// This function answers it. CloudFront never caches such an answer.
    Answer(Answer),
    /// It is forwarded with these stamps.
    Forward(Stamps),
}

/// A verdict and its log line.
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
    // Browsers do not follow redirects for the script of a service worker.
    let is_script = request.header("service-worker").is_some();
    let answer = match kind {
        Kind::Document if !is_script => {
            Preview { request: &request, source, rules, now }.answer(forced, deps.keys())
        }
        Kind::Document | Kind::Subresource => None,
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
    let verdict = Verdict::Forward(Stamps::new(&decision, config, unique));
    Judgement { verdict, note, names_unknown_release }
}

/// Removes an unusable release cookie where it is part of the cache key. Otherwise forged cookies would
/// create more variants of each object.
///
/// The script of a service worker follows the plan instead: with its page's cookie an installed application
/// would outlive every promote and rollback.
fn bound_variants(request: &mut Request, snapshot: &Snapshot, config: &Config) {
    match (config.rules.decide_at, snapshot.plan.as_deref()) {
        (DecideAt::OriginRequest, Some(_)) if request.headers.contains("service-worker") => {
            drop_cookie(request, config.rules.release_cookie.as_str());
        }
        (DecideAt::OriginRequest, Some(plan)) => {
            keep_usable_cookie(request, config.rules.release_cookie.as_str(), plan);
        }
        (DecideAt::OriginRequest, None) | (DecideAt::ViewerRequest, _) => {}
    }
}

fn pass(request: Request, note: Note) -> Handled {
    Handled { outcome: Outcome::Request(Box::new(request)), note }
}
