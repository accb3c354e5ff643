use edge_config::{Config, ReleaseHeader};
use edge_event::{Origin, Request, Trigger};
use edge_routing::{
    DECIDED_AT_HEADER, NOT_FOUND_HEADER, PINNED_HEADER, PREVIEW_HEADER, REASON_HEADER,
    RELEASE_HEADER, ROLE_HEADER, Routed, decide_event, reason_text,
};
use edge_time::Timestamp;
use lambda_host::{Deps, Note};
use plan_store::Snapshot;
use routing_core::{At, Plan, Release, Rules, Source, Stamp, second_attempt, strip_pin};

use crate::aim::aim;

/// The reason, and the decider, if an origin group's second member serves another release.
pub(crate) const SECOND_ORIGIN: &str = "second-origin";

/// Chooses a release for `request`, points the request at it, and stamps it for the origin's log and for
/// origin-response.
pub(crate) async fn choose_and_aim(request: &mut Request, config: &Config, deps: &Deps) -> Note {
    let stamped = request.headers.get(RELEASE_HEADER).and_then(Stamp::parse);
    let mut snapshot = deps.plan().await;
    if stamped.is_some_and(|stamp| !knows(&snapshot, stamp.release())) {
        // viewer-request runs in another environment, and its plan is newer than ours.
        snapshot = deps.renewed(snapshot).await;
    }
    let Some(choice) = Choice::make(request, stamped, &snapshot, config, deps.now()) else {
        return Note::answered("pass-through", &snapshot);
    };
    let note = choice.note(&snapshot);
    let pinned =
        request.origin.as_ref().is_some_and(is_bucket) && choice.is_pinned_by(&request.uri);
    let not_found = choice.not_found(&config.rules);
    if let Err(warning) = aim(request, choice.release, &config.rules) {
        return Note { warning: Some(warning), ..Note::answered("pass-through", &snapshot) };
    }
    // In an origin group this function runs twice for one request.
    request.headers.remove(PINNED_HEADER);
    request.headers.remove(NOT_FOUND_HEADER);
    if pinned {
        request.headers.set(PINNED_HEADER, "path");
    }
    if let Some(object) = not_found {
        request.uri = format!("/{object}");
        request.headers.set(NOT_FOUND_HEADER, "404");
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

/// Whether the origin is the second member of an origin group, a bucket, which serves objects that the first
/// lacks. A back end only ever gets the requests of its own release.
fn is_second_attempt(request: &Request) -> bool {
    let bucket = request.origin.as_ref().filter(|origin| is_bucket(origin));
    bucket.and_then(|bucket| bucket.custom_headers().get(ROLE_HEADER)) == Some("fallback")
}

fn is_bucket(origin: &Origin) -> bool {
    matches!(origin, Origin::S3(_))
}

/// Which attempt to get the object this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    First,
    /// The second attempt of an origin group, for a file that an open page needs.
    SecondForFile,
    /// The second attempt of an origin group, for a page that the release does not have, or for any object under
    /// an override.
    SecondForPage,
}

/// The release that a cache miss is sent to.
struct Choice<'p> {
    release: &'p Release,
    stamp: String,
    reason: &'static str,
    /// The trigger that chose it, or [`SECOND_ORIGIN`].
    decided_at: &'static str,
    /// Which attempt this is.
    attempt: Attempt,
    /// The full reason, if viewer-request did not decide.
    reason_text: Option<String>,
}

impl<'p> Choice<'p> {
    /// The stamped release, or else the one that is decided now. On the second attempt of an origin group it
    /// may be another release, but not under an override. `None` without a plan.
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
        if !is_second_attempt(request) {
            return Some(choice);
        }
        let (path, _) = strip_pin(&request.uri);
        let is_page = Stamp::parse(&choice.stamp).is_some_and(|stamp| stamp.assignment().is_some());
        // A developer looks at one release. Another one's file would hide that it is missing.
        let is_preview = request.headers.contains(PREVIEW_HEADER);
        Some(if is_page || is_preview || !config.rules.is_file(path) {
            Self { attempt: Attempt::SecondForPage, ..choice }
        } else {
            choice.elsewhere(plan, &config.rules, now)
        })
    }

    /// The release that viewer-request stamped, if the plan serves it.
    fn stamped(stamp: Option<Stamp<'_>>, plan: &'p Plan) -> Option<Self> {
        let stamp = stamp?;
        let (_, release) = plan.servable(stamp.release())?;
        let decided_at = Trigger::ViewerRequest.as_str();
        Some(Self {
            release,
            stamp: stamp.to_string(),
            reason: "stamp",
            decided_at,
            attempt: Attempt::First,
            reason_text: None,
        })
    }

    /// The release that is decided now. There is no draw: the cache key does not distinguish viewers here.
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
            decided_at: Trigger::OriginRequest.as_str(),
            attempt: Attempt::First,
            reason_text: Some(reason_text(&decision)),
        })
    }

    /// Chooses another release of which viewers may have a page open, so that the page still finds its chunk.
    /// If there is no other release, the same release answers again.
    ///
    /// The cache key has the first release, so no cookie may name this one.
    fn elsewhere(self, plan: &'p Plan, rules: &Rules, now: Timestamp) -> Self {
        let id = self.release.id.as_str();
        let Some(release) = second_attempt(plan, id, rules.cookies_live, now) else {
            return Self { attempt: Attempt::SecondForFile, ..self };
        };
        Self {
            release,
            stamp: release.id.to_string(),
            reason: SECOND_ORIGIN,
            decided_at: SECOND_ORIGIN,
            attempt: Attempt::SecondForFile,
            reason_text: Some(SECOND_ORIGIN.into()),
        }
    }

    /// Whether the path itself names the release. Then no other release ever answers at this path.
    fn is_pinned_by(&self, uri: &str) -> bool {
        let (_, pin) = strip_pin(uri);
        self.attempt == Attempt::First && pin == Some(self.stamp.as_str())
    }

    /// The page of the same release that replaces a missing one.
    fn not_found<'r>(&self, rules: &'r Rules) -> Option<&'r str> {
        rules.not_found.as_deref().filter(|_| self.attempt == Attempt::SecondForPage)
    }

    fn note(&self, snapshot: &Snapshot) -> Note {
        Note { release: self.release.id.to_string(), ..Note::answered(self.reason, snapshot) }
    }

    fn headers(self, release_header: ReleaseHeader) -> Vec<(&'static str, String)> {
        let decided_at = self.decided_at.to_owned();
        let mut headers = vec![(RELEASE_HEADER, self.stamp), (DECIDED_AT_HEADER, decided_at)];
        match release_header {
            ReleaseHeader::On => headers.extend(self.reason_text.map(|text| (REASON_HEADER, text))),
            ReleaseHeader::Off => {}
        }
        headers
    }
}
