//! One decision: the functions, `decide_event` and `explain` never disagree.

use std::sync::Arc;

use edge_config::Config;
use edge_event::{Event, Origin, Outcome, Request};
use edge_routing::{RELEASE_HEADER, Routed, decide_event};
use edge_time::{ManualClock, Timestamp};
use explain::{Explanation, explain};
use lambda_host::{Deps, Handled};
use override_token::{Claims, SigningKey};
use plan_format::ReleaseDefaults;
use plan_store::MemoryStore;
use proptest::prelude::*;
use routing_core::{At, DecideAt, Kind, OverridePolicy, ReleaseId, Source};

use crate::events::handle;

const CONFIG: &str = include_str!("../../../fixtures/config/shop-release-header.toml");
const PLAN: &str = include_str!("../../../fixtures/plans/good/shop-ramp.json");
/// 2026-11-22T10:10:00Z, in the canary stage of the plan.
const NOW: Timestamp = Timestamp(1_795_342_200_000);
/// Half of the private key whose public half the configuration has: 32 bytes of `0x01`.
const KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

fn token(release: &str, expires: i64) -> String {
    let release = ReleaseId::parse(release).unwrap();
    let claims = Claims { release, expires: Timestamp(expires), host: None, not_before: None };
    SigningKey::parse(KEY).unwrap().sign(&claims)
}

fn release() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("41ab03d"),
        Just("9f2c1e7"),
        Just("c0ffee1"),
        Just("0badc0d"),
        Just("feedbee"),
        Just("not an id"),
    ]
}

fn cookies() -> impl Strategy<Value = String> {
    let sticky = (release(), prop_oneof![Just(""), Just(".r12-0"), Just(".r12-1"), Just(".r3-0")])
        .prop_map(|(release, given)| format!("release={release}{given}"));
    let forced = prop_oneof![
        release().prop_map(|id| format!("release-override={id}")),
        prop_oneof![Just("c0ffee1"), Just("feedbee")]
            .prop_map(|id| format!("release-override={}", token(id, NOW.0 + 60_000))),
        Just(format!("release-override={}", token("c0ffee1", NOW.0 - 60_000))),
        Just("release-override-cleared=1".to_owned()),
    ];
    let one = prop_oneof![4 => sticky, 2 => forced, 1 => Just("theme=dark".to_owned())];
    prop::collection::vec(one, 0..3).prop_map(|cookies| cookies.join("; "))
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    let one = prop_oneof![
        Just(("Accept", "text/html,*/*;q=0.8")),
        Just(("Accept", "*/*")),
        Just(("Sec-Fetch-Mode", "navigate")),
        Just(("Sec-Fetch-Dest", "document")),
        Just(("Sec-Fetch-Dest", "iframe")),
        Just(("Sec-Purpose", "prefetch")),
        Just(("Service-Worker", "script")),
        Just(("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")),
        Just(("HX-Request", "true")),
        Just(("X-Requested-With", "XMLHttpRequest")),
        Just(("User-Agent", "Googlebot/2.1")),
        Just(("User-Agent", "Mozilla/5.0")),
        Just(("X-Deployment-Id", "c0ffee1")),
        Just(("X-Bluegreen-Release", "c0ffee1")),
        Just(("If-None-Match", "\"abc\"")),
        Just(("Range", "bytes=0-9")),
    ];
    prop::collection::vec(one, 0..5)
}

fn url() -> impl Strategy<Value = String> {
    let path = prop_oneof![
        Just("/"),
        Just("/cart"),
        Just("/app.js"),
        Just("/users/john.doe"),
        Just("/api/x"),
        Just("/_r/9f2c1e7/app.js"),
        Just("/_r/9f2c1e7/cart"),
        Just("/_r/9f2c1e7/api/x"),
        Just("/.well-known/x"),
    ];
    let query = prop_oneof![
        3 => Just(""),
        1 => Just("?dpl=c0ffee1"),
        1 => Just("?dpl=feedbee"),
        1 => Just("?__release=off"),
    ];
    (path, query).prop_map(|(path, query)| format!("{path}{query}"))
}

fn request() -> impl Strategy<Value = Request> {
    let method = prop_oneof![5 => Just("GET"), 1 => Just("HEAD"), 1 => Just("POST")];
    (method, url(), headers(), cookies(), 0..8_u8).prop_map(
        |(method, url, headers, cookies, ip)| {
            let mut request = Request::new(method, &url).client_ip(format!("203.0.113.{ip}"));
            request.headers.set("Host", "shop.example.com");
            for (name, value) in headers {
                request.headers.append(name, value);
            }
            if cookies.is_empty() { request } else { request.cookie(cookies) }
        },
    )
}

fn config(decide_at: DecideAt, policy: OverridePolicy) -> Config {
    let mut config = Config::from_toml(CONFIG).unwrap();
    config.rules.decide_at = decide_at;
    config.rules.override_policy = policy;
    config
}

/// A function's result, the decision, and what `explain` says of the same event.
async fn thrice(event: Event, config: &Config, at: At) -> (Handled, Explanation) {
    let store = Arc::new(MemoryStore::new(PLAN));
    let deps = Deps::new(config.clone(), store, Arc::new(ManualClock::new(NOW)));
    deps.load().await;
    let explained = explain(event.clone(), Some(PLAN), config, NOW).await.unwrap();
    let plan = plan_format::parse(PLAN, &ReleaseDefaults::default()).unwrap();
    let Routed { kind, decision, .. } =
        decide_event(&event.request, Some(Source::Stored(&plan)), config, at, NOW);
    let handled = handle(event, &deps).await;

    let (function, result) = (&handled.note, &handled.outcome);
    let said = &explained.triggers[0];
    assert_eq!((said.release.as_str(), said.reason), (function.release.as_str(), function.reason));
    let was_stamped = explained.rules.iter().any(|tried| tried.rule == "stamp");
    if let (Outcome::Request(request), false) = (result, was_stamped) {
        let kind = match kind {
            Kind::Document => "document",
            Kind::Subresource => "subresource",
        };
        assert_eq!(explained.kind, kind);
        let id = decision.release.map(|release| release.id.as_str()).unwrap_or_default();
        let is_second = function.reason == "second-origin";
        assert!(is_second || function.release == id, "{function:?} {id}");
        assert!(is_second || function.reason == decision.reason.as_str());
        let trail: Vec<String> = decision.trail.iter().map(ToString::to_string).collect();
        let tried = explained.rules.iter().map(|one| format!("{}: {}", one.rule, one.outcome));
        assert!(tried.eq(trail.iter().map(|step| match step.split_once(": ") {
            Some(_) => step.clone(),
            None => format!("{step}: "),
        })));
        if let Some(stamp) = request.headers.get(RELEASE_HEADER) {
            assert_eq!(Some(stamp.to_owned()), decision.stamp().map(|stamp| stamp.to_string()));
        }
    }
    (handled, explained)
}

/// Runs the viewer's side and, as on a cache miss, the origin's; each is explained by itself too.
async fn both_sides(request: Request, config: &Config, origin: Origin) {
    let event = Event::viewer_request(request);
    let (handled, whole) = thrice(event, config, At::Viewer).await;
    let Outcome::Request(stamped) = handled.outcome else { return };
    let changes_before = whole.triggers[0].changes.clone();
    let event = Event::origin_request(stamped.origin(origin));
    let (_, explained) = thrice(event, config, At::Miss).await;
    let chained = whole.triggers.get(1).expect("a request that goes on reaches the origin");
    assert_eq!(chained.reason, explained.triggers[0].reason, "{changes_before:?}");
    assert_eq!(chained.release, explained.triggers[0].release, "{changes_before:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_functions_and_their_explanation_never_differ(
        request in request(), on_a_miss: bool, policy in 0..3_u8, to_bucket: bool,
    ) {
        let decide_at = if on_a_miss { DecideAt::OriginRequest } else { DecideAt::ViewerRequest };
        let policy = match policy {
            0 => OverridePolicy::Off,
            1 => OverridePolicy::KnownRelease,
            _ => OverridePolicy::Signed,
        };
        let origin = if to_bucket {
            Origin::s3("shop-releases.s3.eu-central-1.amazonaws.com")
        } else {
            Origin::custom("blue-alb.example.com")
        };
        let config = config(decide_at, policy);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(both_sides(request, &config, origin));
    }
}
