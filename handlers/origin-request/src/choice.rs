use edge_config::{Config, ReleaseHeader};
use edge_event::{Origin, Request, Trigger};
use edge_routing::{
    DECIDED_AT_HEADER, REASON_HEADER, RELEASE_HEADER, ROLE_HEADER, Routed, decide_event,
    reason_text,
};
use edge_time::Timestamp;
use lambda_host::{Deps, Note};
use plan_store::Snapshot;
use routing_core::{Assignment, At, Plan, Release, Source, Stamp, other_release};

use crate::aim::aim;

/// Why an origin group's second member serves another release.
const SECOND_ORIGIN: &str = "second-origin";

/// Chooses a release for `request`, points it there, and stamps it for the origin's log and for
/// origin-response.
pub(crate) async fn choose_and_aim(request: &mut Request, config: &Config, deps: &Deps) -> Note {
    let stamped = request.headers.get(RELEASE_HEADER).and_then(Stamp::parse);
    let mut snapshot = deps.plan().await;
    if stamped.is_some_and(|stamp| !knows(&snapshot, stamp.release())) {
        // viewer-request runs elsewhere: its plan is newer than ours.
        snapshot = deps.renewed(snapshot).await;
    }
    let Some(choice) = Choice::make(request, stamped, &snapshot, config, deps.now()) else {
        return Note::answered("pass-through", &snapshot);
    };
    let note = choice.note(&snapshot);
    if let Err(warning) = aim(request, choice.release, &config.rules) {
        return Note { warning: Some(warning), ..Note::answered("pass-through", &snapshot) };
    }
    for (name, value) in choice.headers(config.release_header) {
        request.headers.set(name, value);
    }
    note
}

fn knows(snapshot: &Snapshot, release: &str) -> bool {
    let plan = snapshot.plan.as_ref();
    plan.is_none_or(|plan| plan.servable(release).is_some() || plan.is_withdrawn(release))
}

/// Whether this is an origin group's second member, which serves what the first one did not have.
fn is_second_attempt(request: &Request) -> bool {
    let headers = request.origin.as_ref().map(Origin::custom_headers);
    headers.and_then(|headers| headers.get(ROLE_HEADER)) == Some("fallback")
}

/// The release that a cache miss is sent to.
struct Choice<'p> {
    release: &'p Release,
    stamp: String,
    reason: &'static str,
    /// The trigger that chose it.
    decided_at: Trigger,
    /// The reason in full, when it was not viewer-request that decided.
    reason_text: Option<String>,
}

impl<'p> Choice<'p> {
    /// The stamped release or the one decided now; the other one on an origin group's second attempt.
    /// `None` without a plan.
    fn make(
        request: &Request,
        stamped: Option<Stamp<'_>>,
        snapshot: &'p Snapshot,
        config: &Config,
        now: Timestamp,
    ) -> Option<Self> {
        let source = snapshot.source()?;
        let plan = source.plan();
        let choice =
            Self::stamped(stamped, plan).or_else(|| Self::decided(request, source, config, now))?;
        Some(if is_second_attempt(request) { choice.other(plan, now) } else { choice })
    }

    /// What viewer-request stamped, if the plan serves it.
    fn stamped(stamp: Option<Stamp<'_>>, plan: &'p Plan) -> Option<Self> {
        let stamp = stamp?;
        let (_, release) = plan.servable(stamp.release())?;
        let decided_at = Trigger::ViewerRequest;
        Some(Self {
            release,
            stamp: stamp.to_string(),
            reason: "stamp",
            decided_at,
            reason_text: None,
        })
    }

    /// Decided now, without a draw: nothing that tells viewers apart is in the cache key here.
    fn decided(
        request: &Request,
        source: Source<'p>,
        config: &Config,
        now: Timestamp,
    ) -> Option<Self> {
        let Routed { decision, .. } = decide_event(request, Some(source), config, At::Miss, now);
        Some(Self {
            release: decision.release?,
            stamp: decision.stamp()?.to_string(),
            reason: decision.reason.as_str(),
            decided_at: Trigger::OriginRequest,
            reason_text: Some(reason_text(&decision)),
        })
    }

    /// The other release, so that a page of an older release still finds its chunk.
    ///
    /// It is not the one in the cache key, so this counts as decided here.
    fn other(self, plan: &'p Plan, now: Timestamp) -> Self {
        let Some(release) = other_release(plan, self.release.id.as_str(), now) else { return self };
        let assignment = Stamp::parse(&self.stamp).and_then(|stamp| stamp.assignment());
        let stamp = match assignment {
            Some(given) => Assignment { release: release.id.as_str(), ..given }.to_string(),
            None => release.id.to_string(),
        };
        Self {
            release,
            stamp,
            reason: SECOND_ORIGIN,
            decided_at: Trigger::OriginRequest,
            reason_text: Some(SECOND_ORIGIN.into()),
        }
    }

    fn note(&self, snapshot: &Snapshot) -> Note {
        Note { release: self.release.id.to_string(), ..Note::answered(self.reason, snapshot) }
    }

    fn headers(self, release_header: ReleaseHeader) -> Vec<(&'static str, String)> {
        let decided_at = self.decided_at.as_str().to_owned();
        let mut headers = vec![(RELEASE_HEADER, self.stamp), (DECIDED_AT_HEADER, decided_at)];
        match release_header {
            ReleaseHeader::On => headers.extend(self.reason_text.map(|text| (REASON_HEADER, text))),
            ReleaseHeader::Off => {}
        }
        headers
    }
}
