//! The rules find real errors: here they judge the algorithm of the talk that edgeswitch began with.
//!
//! The talk's algorithm follows the release cookie. It decides only on a cache miss, in origin-request, for the
//! active release, which it reads at most every five minutes. The cookie is in the cache key, and
//! origin-response sets it. This version is a careful one: the cookie names the release that was served. For
//! each rule that it breaks, the search finds the shortest story. Our functions pass the same searches.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use cloudfront_sim::{EdgeLocation, Function, FunctionError, FunctionHost, Invocation};
use edge_event::{Event as CloudFrontEvent, Origin, Outcome, Request, Response, Trigger};
use edge_time::{Clock, Timestamp};
use plan_format::ReleaseDefaults;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use ssm_sim::Fault;
use testkit::world::{Pages, Rule, Surroundings, World, WorldBuilder};

use crate::invariants::event::{Back, Choice, Event, Presence, Seat};
use crate::invariants::story::Story;

/// How long it uses the active release that it read.
const KEPT: Duration = Duration::from_secs(300);
const CHOICE: Choice = Choice {
    viewers: 1,
    tabs: 1,
    back: Back::Left,
    frame: Presence::Absent,
    installed: Presence::Absent,
    outages: Presence::Absent,
};
const VIEWER: Seat = Seat { viewer: 0, tab: 0 };

/// The talk's two functions. Each edge location has its own memory.
struct Talk {
    around: Surroundings,
    at: Mutex<BTreeMap<EdgeLocation, Arc<OriginRequest>>>,
}

impl Talk {
    fn new(around: Surroundings) -> Self {
        Self { around, at: Mutex::default() }
    }
}

impl FunctionHost for Talk {
    fn function(&self, edge: &EdgeLocation, trigger: Trigger) -> Option<Arc<dyn Function>> {
        match trigger {
            Trigger::OriginRequest => {
                let mut at = self.at.lock().unwrap();
                let function = at.entry(edge.clone()).or_insert_with(|| {
                    Arc::new(OriginRequest {
                        around: self.around.clone(),
                        active: Mutex::default(),
                    })
                });
                Some(function.clone())
            }
            Trigger::OriginResponse => Some(Arc::new(OriginResponse)),
            Trigger::ViewerRequest | Trigger::ViewerResponse => None,
        }
    }
}

struct OriginRequest {
    around: Surroundings,
    active: Mutex<Option<(Timestamp, String)>>,
}

impl OriginRequest {
    async fn answer(&self, event: &[u8]) -> Result<Bytes, FunctionError> {
        let mut request = CloudFrontEvent::from_slice(event).map_err(failed)?.request;
        let release = match cookie(&request) {
            Some(release) => release,
            None => self.active().await?,
        };
        if let Some(Origin::S3(bucket)) = &mut request.origin {
            bucket.path = Some(format!("/releases/{release}"));
        }
        if !request.uri.rsplit('/').next().unwrap_or_default().contains('.') {
            request.uri = "/index.html".into();
        }
        json(&Outcome::Request(Box::new(request)))
    }

    /// The active release, read at most five minutes ago.
    async fn active(&self) -> Result<String, FunctionError> {
        let now = self.around.clock.now();
        let kept = self.active.lock().unwrap().clone();
        let is_new = |read: Timestamp| u128::try_from(now.0 - read.0).unwrap() < KEPT.as_millis();
        if let Some((_, release)) = kept.filter(|(read, _)| is_new(*read)) {
            return Ok(release);
        }
        let text = self.around.plan.fetch().await.map_err(failed)?;
        let plan = plan_format::parse(&text, &ReleaseDefaults::default()).map_err(failed)?;
        let active = &plan.releases()[plan.stage_at(now).1.active()];
        *self.active.lock().unwrap() = Some((now, active.id.to_string()));
        Ok(active.id.to_string())
    }
}

impl Function for OriginRequest {
    fn invoke(&self, event: Bytes) -> Invocation<'_> {
        Box::pin(async move { self.answer(&event).await })
    }
}

struct OriginResponse;

impl Function for OriginResponse {
    fn invoke(&self, event: Bytes) -> Invocation<'_> {
        Box::pin(async move {
            let event = CloudFrontEvent::from_slice(&event).map_err(failed)?;
            json(&Outcome::Response(Box::new(with_cookie(event))))
        })
    }
}

/// The response of a page, with a cookie for the release that was served.
fn with_cookie(event: CloudFrontEvent) -> Response {
    let CloudFrontEvent { request, response, .. } = event;
    let mut response = response.unwrap();
    let served = request.origin.as_ref().and_then(|origin| origin.path().rsplit('/').next());
    let is_page =
        response.headers.get("content-type").is_some_and(|kind| kind.starts_with("text/html"));
    if let Some(release) = served.filter(|_| is_page) {
        response
            .headers
            .append("Set-Cookie", format!("release={release}; Path=/; Secure; HttpOnly"));
    }
    response
}

fn cookie(request: &Request) -> Option<String> {
    let mut pairs = request.headers.values("cookie").flat_map(|header| header.split("; "));
    pairs.find_map(|pair| pair.strip_prefix("release=")).map(str::to_owned)
}

fn failed(error: impl Display) -> FunctionError {
    FunctionError::Failed(error.to_string())
}

fn json(outcome: &Outcome) -> Result<Bytes, FunctionError> {
    serde_json::to_vec(outcome).map(Bytes::from).map_err(failed)
}

/// The rule to search a breach of, and the events to choose from.
struct Search {
    name: &'static str,
    events: fn() -> BoxedStrategy<Event>,
    rule: Rule,
    story: &'static str,
}

fn world() -> WorldBuilder {
    World::new().pages(Pages::ByCookie).deciding_on_a_miss().falling_back_to(["blue", "green"])
}

fn the_talks_world() -> WorldBuilder {
    world().functions(KEPT, |around| Arc::new(Talk::new(around)))
}

/// The shortest story that breaks the search's rule.
fn shortest(search: &Search, world: fn() -> WorldBuilder) -> Option<Story> {
    let config = Config { cases: 100, failure_persistence: None, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let stories = Story::any((search.events)(), 16);
    let searched = TestRunner::new_with_rng(config, rng).run(&stories, |story| {
        let end = story.play_in(world(), CHOICE, |breach| breach.rule == search.rule);
        end.breach.map_or(Ok(()), |breach| Err(TestCaseError::fail(breach.to_string())))
    });
    match searched {
        Ok(()) => None,
        Err(TestError::Fail(_, story)) => Some(story),
        Err(TestError::Abort(why)) => panic!("{}: {why}", search.name),
    }
}

fn searches() -> [Search; 4] {
    [
        Search {
            name: "cookie first: who was here before never gets the new release",
            events: || {
                prop_oneof![
                    Just(Event::Open(VIEWER, "/")),
                    Just(Event::Reload(VIEWER)),
                    Just(Event::LoadLazy(VIEWER)),
                    Just(Event::PromoteInOrder("green", KEPT)),
                ]
                .boxed()
            },
            rule: Rule::DocumentOfAWeightedRelease,
            story: "  1. viewer 0 opens /\n  \
                      2. green is promoted: written, 300 s pass, everything is invalidated\n  \
                      3. viewer 0 reloads\n",
        },
        Search {
            name: "five minutes: an instance with the old plan fills the cache again",
            events: || {
                prop_oneof![
                    Just(Event::Newcomer),
                    Just(Event::PromoteInOrder("green", Duration::ZERO)),
                    Just(Event::Wait(400)),
                ]
                .boxed()
            },
            rule: Rule::DocumentOfAWeightedRelease,
            story: "  1. a new viewer opens /\n  \
                      2. green is promoted: written, 0 s pass, everything is invalidated\n  \
                      3. a new viewer opens /\n  \
                      4. 400 s pass\n  \
                      5. a new viewer opens /\n",
        },
        Search {
            name: "the cookie as a path: whatever it says, the bucket is asked for it",
            events: || {
                prop_oneof![
                    Just(Event::Newcomer),
                    Just(Event::Forge("green")),
                    Just(Event::Forge("blue/"))
                ]
                .boxed()
            },
            rule: Rule::NoErrorOfOurs,
            story: "  1. a viewer comes with the release cookie `blue/`\n",
        },
        Search {
            name: "no plan B: a parameter that cannot be read is an error",
            events: || {
                prop_oneof![
                    Just(Event::Newcomer),
                    Just(Event::Wait(400)),
                    Just(Event::ReadsMeet(Fault::Throttled)),
                    Just(Event::ReadsWork),
                ]
                .boxed()
            },
            rule: Rule::NoErrorOfOurs,
            story: "  1. reads of the plan meet Throttled\n  2. a new viewer opens /\n",
        },
    ]
}

#[test]
fn the_talks_algorithm_breaks_these_rules() {
    for search in searches() {
        let story = shortest(&search, the_talks_world).map(|story| story.to_string());
        assert_eq!(story.as_deref(), Some(search.story), "{}", search.name);
    }
}

#[test]
fn ours_breaks_none_of_them() {
    for search in searches() {
        assert_eq!(shortest(&search, world), None, "{}", search.name);
    }
}
