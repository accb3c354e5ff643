//! The decision about a request, made again from its row.

use access_log::{Field, Row};
use edge_time::Timestamp;
use routing_core::{
    At, DecideAt, Kind, OverrideState, Reason, Request, Rules, Source, classify, decide,
};

use crate::content::NO_HEADERS;
use crate::plans::InForce;
use crate::{Agent, Content, Plans};

/// How long a request can take at most, for logs without `time-taken`, in milliseconds.
const LONGEST: i64 = 60_000;
/// Logs without `timestamp(ms)` have whole seconds.
const SECOND: i64 = 999;

/// The release that the functions gave a request, by its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replayed<'p> {
    /// All that is possible gives this release. A file is taken as a part of a page: one that is opened in a tab of its own,
    /// and the script of a service worker, are decided like page loads.
    Certain(Decided<'p>),
    /// The log does not have the headers that tell page loads from other requests. Of the two, this is what the response
    /// looks like; the other one would have given another release.
    Assumed(Decided<'p>),
    /// It cannot be told.
    Doubtful(Doubt),
}

/// A release, and the rule that gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided<'p> {
    /// The id of the release.
    pub release: &'p str,
    /// The rule.
    pub reason: Reason,
}

/// Why the decision about a request cannot be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// It was decided near a change, and the plans before and after it give different releases.
    NearChange,
    /// It was decided before the oldest plan of the history, or the row has no time.
    NoPlan,
    /// The log has no cookies.
    NoCookies,
}

/// Decides about the request of a row once more, with the plans that may have been in force.
///
/// A row has all that the decision reads, except for some headers: those that tell page loads, the header pin, and
/// overrides. Crawlers and overrides are [`Apart`](crate::Apart).
#[must_use]
pub fn replay<'p>(
    row: &Row<'_>,
    agent: &Agent,
    content: Content,
    rules: &Rules,
    plans: &'p Plans,
) -> Replayed<'p> {
    let in_force = arrival(row).and_then(|(from, to)| plans.in_force(from, to));
    let Some(in_force) = in_force else { return Replayed::Doubtful(Doubt::NoPlan) };
    let (method, uri) = (row.get(Field::Method).unwrap_or("GET"), row.decoded(Field::UriStem));
    let (query, cookie) = (row.decoded(Field::UriQuery), row.decoded(Field::Cookie));
    let headers: &[(&str, &str)] =
        &[("user-agent", agent.as_str()), ("cookie", cookie.as_deref().unwrap_or_default())];
    let uri = uri.as_deref().unwrap_or("/");
    let seen = Request {
        method,
        uri,
        querystring: query.as_deref().unwrap_or_default(),
        client_ip: row.get(Field::ClientIp).unwrap_or_default(),
        headers: &headers,
    };
    let (at, seen) = match rules.decide_at {
        DecideAt::ViewerRequest => (At::Viewer, seen),
        DecideAt::OriginRequest => (At::Miss, Request { querystring: "", client_ip: "", ..seen }),
    };
    let has_cookies = row.fields().contains(Field::Cookie);
    let decided = |kind| match by_all(&in_force, &seen, kind, at, rules) {
        Ok(Decided { reason, .. }) if !has_cookies && reason != Reason::Pin => {
            Err(Doubt::NoCookies)
        }
        decided => decided,
    };
    match kinds(&seen, content, rules) {
        (kind, None) => decided(kind).map_or_else(Replayed::Doubtful, Replayed::Certain),
        (likely, Some(other)) => match (decided(likely), decided(other)) {
            (Err(doubt), _) => Replayed::Doubtful(doubt),
            (Ok(one), Ok(other)) if one.release == other.release => Replayed::Certain(one),
            (Ok(one), _) => Replayed::Assumed(one),
        },
    }
}

/// The release that everything in force gives.
fn by_all<'p>(
    in_force: &[InForce<'p>],
    request: &Request<'_>,
    kind: Kind,
    at: At,
    rules: &Rules,
) -> Result<Decided<'p>, Doubt> {
    let mut all = in_force.iter().map(|one| {
        let source = Some(Source::Stored(one.plan));
        let decision = decide(request, kind, source, at, rules, OverrideState::None, one.at);
        let release = decision.release.map(|release| release.id.as_str()).ok_or(Doubt::NoPlan)?;
        Ok(Decided { release, reason: decision.reason })
    });
    let first = all.next().ok_or(Doubt::NoPlan)??;
    let agree =
        |other: Result<Decided<'p>, Doubt>| other.is_ok_and(|other| other.release == first.release);
    if all.all(agree) { Ok(first) } else { Err(Doubt::NearChange) }
}

/// What the request was, and what else it may have been. Browsers say it in headers that no log has.
fn kinds(request: &Request<'_>, content: Content, rules: &Rules) -> (Kind, Option<Kind>) {
    match (classify(&Request { headers: &NO_HEADERS, ..*request }, None, rules), content) {
        (Kind::Subresource, _) => (Kind::Subresource, None),
        (Kind::Document, Content::Page) => (Kind::Document, Some(Kind::Subresource)),
        (Kind::Document, Content::File | Content::Data) => {
            (Kind::Subresource, Some(Kind::Document))
        }
    }
}

/// The earliest and the latest time at which the request can have arrived. A row has the time of its end.
fn arrival(row: &Row<'_>) -> Option<(Timestamp, Timestamp)> {
    let end = row.unix_ms()?;
    let within = if row.get(Field::TimestampMs).is_some() { 0 } else { SECOND };
    let took = row.seconds(Field::TimeTaken).map(|seconds| (seconds * 1000.0) as i64);
    let (shortest, longest) = took.map_or((0, LONGEST), |took| (took, took));
    Some((Timestamp(end - longest), Timestamp(end + within - shortest)))
}
