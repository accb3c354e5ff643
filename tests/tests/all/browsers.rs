//! The requests that browsers really send, each in every stage of a rollout.

use std::collections::{BTreeMap, BTreeSet};

use edge_config::Config;
use edge_event::Request;
use edge_routing::{Routed, decide_event};
use edge_time::Timestamp;
use plan_format::ReleaseDefaults;
use routing_core::{At, Embedding, Kind, Plan, Source};
use serde::Deserialize;

const CHROMIUM: &str = include_str!("../../../fixtures/browsers/chromium.json");
const FIREFOX: &str = include_str!("../../../fixtures/browsers/firefox.json");
const CONFIG: &str = include_str!("../../../fixtures/config/shop.toml");
/// One release, then 10 % for the other one, then everybody on the other one.
const RAMP: &str = include_str!("../../../fixtures/plans/good/shop-ramp.json");
/// One rollout later the first release has all traffic again.
const ROLLED_BACK: &str = r#"{
  "schema": 1,
  "revision": 18,
  "releases": {
    "41ab03d": { "prefix": "/releases/41ab03d", "origins": { "api": "blue-alb.example.com" } },
    "9f2c1e7": { "prefix": "/releases/9f2c1e7", "origins": { "api": "green-alb.example.com" } }
  },
  "rollout": "r13",
  "stages": [{ "from": "2026-11-22T10:50:00Z", "weights": [["41ab03d", 100], ["9f2c1e7", 0]] }]
}"#;

const OLD: &str = "41ab03d";
const NEW: &str = "9f2c1e7";
/// The release cookies: none, and three that name a release.
const NONE: Option<&str> = None;
const OF_OLD: Option<&str> = Some("41ab03d.r12-0");
const OF_NEW: Option<&str> = Some("9f2c1e7.r12-1");
const OF_UNKNOWN: Option<&str> = Some("feedbee.r3-0");

/// A release, and the reason for it.
type Given = (&'static str, &'static str);
const NOTHING: Given = ("", "pass-through");
/// The first page load's draw: either release.
const DRAWN: Given = ("drawn", "stage");

/// A stage and a cookie; the release of a page load, and that of any other request.
const DECISIONS: [(Stage, Option<&str>, Given, Given); 22] = [
    (Stage::NoPlan, NONE, NOTHING, NOTHING),
    (Stage::NoPlan, OF_OLD, NOTHING, NOTHING),
    (Stage::NoPlan, OF_UNKNOWN, NOTHING, NOTHING),
    (Stage::Fallback, NONE, (OLD, "stage"), (OLD, "stage")),
    (Stage::Fallback, OF_OLD, (OLD, "stage"), (OLD, "sticky")),
    (Stage::Fallback, OF_UNKNOWN, (OLD, "stage"), (OLD, "stage")),
    (Stage::OneRelease, NONE, (OLD, "stage"), (OLD, "stage")),
    (Stage::OneRelease, OF_OLD, (OLD, "stage"), (OLD, "sticky")),
    (Stage::OneRelease, OF_UNKNOWN, (OLD, "stage"), (OLD, "stage")),
    (Stage::Canary, NONE, DRAWN, DRAWN),
    (Stage::Canary, OF_OLD, DRAWN, (OLD, "sticky")),
    (Stage::Canary, OF_NEW, (NEW, "stage"), (NEW, "sticky")),
    (Stage::Canary, OF_UNKNOWN, DRAWN, DRAWN),
    (Stage::Promoted, NONE, (NEW, "stage"), (NEW, "stage")),
    (Stage::Promoted, OF_OLD, (NEW, "stage"), (OLD, "sticky")),
    (Stage::Promoted, OF_NEW, (NEW, "stage"), (NEW, "sticky")),
    (Stage::Promoted, OF_UNKNOWN, (NEW, "stage"), (NEW, "stage")),
    (Stage::RolledBack, NONE, (OLD, "stage"), (OLD, "stage")),
    (Stage::RolledBack, OF_OLD, (OLD, "stage"), (OLD, "sticky")),
    (Stage::RolledBack, OF_NEW, (OLD, "stage"), (NEW, "sticky")),
    (Stage::RolledBack, OF_UNKNOWN, (OLD, "stage"), (OLD, "stage")),
    (Stage::RolledBack, Some("0badc0d.r3-0"), (OLD, "stage"), (OLD, "stage")),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    NoPlan,
    /// The store has no plan, so the one in the package decides.
    Fallback,
    OneRelease,
    Canary,
    Promoted,
    RolledBack,
}

/// The shop, with the two plans that the stages are of.
struct Shop {
    config: Config,
    ramp: Plan,
    rolled_back: Plan,
}

impl Shop {
    fn new(embedding: Embedding) -> Self {
        let parse = |text| plan_format::parse(text, &ReleaseDefaults::default()).unwrap();
        let mut config = Config::from_toml(CONFIG).unwrap();
        config.rules.embedding = embedding;
        Self { config, ramp: parse(RAMP), rolled_back: parse(ROLLED_BACK) }
    }

    fn decide(&self, request: &Request, stage: Stage) -> Routed<'_> {
        let (plan, now) = self.at(stage);
        decide_event(request, plan, &self.config, At::Viewer, now)
    }

    fn at(&self, stage: Stage) -> (Option<Source<'_>>, Timestamp) {
        let (source, time) = match stage {
            Stage::NoPlan => (None, "09:10"),
            Stage::Fallback => (Some(Source::Fallback(&self.ramp)), "09:10"),
            Stage::OneRelease => (Some(Source::Stored(&self.ramp)), "09:10"),
            Stage::Canary => (Some(Source::Stored(&self.ramp)), "10:10"),
            Stage::Promoted => (Some(Source::Stored(&self.ramp)), "10:40"),
            Stage::RolledBack => (Some(Source::Stored(&self.rolled_back)), "11:00"),
        };
        (source, Timestamp::parse(&format!("2026-11-22T{time}:00Z")).unwrap())
    }
}

/// A file of `fixtures/browsers`.
#[derive(Deserialize)]
struct Browser {
    browser: String,
    user_agent: String,
    requests: Vec<Sent>,
}

#[derive(Deserialize)]
struct Sent {
    name: String,
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    cookie: bool,
    expect: Expected,
    expect_without_cookie: Option<Expected>,
    expect_embedded: Option<Expected>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Expected {
    Document,
    Subresource,
}

impl From<Kind> for Expected {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Document => Self::Document,
            Kind::Subresource => Self::Subresource,
        }
    }
}

fn browsers() -> [Browser; 2] {
    [CHROMIUM, FIREFOX].map(|text| serde_json::from_str(text).unwrap())
}

impl Sent {
    fn request(&self, user_agent: &str, cookie: Option<&str>, viewer: u8) -> Request {
        let mut request = Request::new(&self.method, &self.path)
            .client_ip(format!("203.0.113.{viewer}"))
            .header("Host", "shop.example.com")
            .header("User-Agent", user_agent);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        match cookie {
            Some(value) => request.cookie(format!("theme=dark; release={value}")),
            None => request,
        }
    }

    fn expected(&self, has_usable_cookie: bool, embedding: Embedding) -> Expected {
        let embedded = match embedding {
            Embedding::SameSite => None,
            Embedding::Anywhere => self.expect_embedded,
        };
        let without_cookie = self.expect_without_cookie.filter(|_| !has_usable_cookie);
        embedded.or(without_cookie).unwrap_or(self.expect)
    }
}

/// Whether the stage's plan serves the cookie's release.
fn is_usable(cookie: Option<&str>, stage: Stage) -> bool {
    stage != Stage::NoPlan && (cookie == OF_OLD || cookie == OF_NEW)
}

/// Checks one row of `fixtures/browsers` against the rows of the table.
fn assert_decisions(shop: &Shop, browser: &Browser, sent: &Sent) {
    for (stage, cookie, document, subresource) in DECISIONS {
        // The browser keeps the cookie to itself, whatever it is.
        if cookie.is_some() && !sent.cookie {
            continue;
        }
        let request = sent.request(&browser.user_agent, cookie, 7);
        let Routed { kind, decision, .. } = shop.decide(&request, stage);
        let case = format!("{}: {}: {stage:?}, cookie {cookie:?}", browser.browser, sent.name);
        let expected = sent.expected(is_usable(cookie, stage), shop.config.rules.embedding);
        assert_eq!(Expected::from(kind), expected, "{case}");

        let (release, reason) = match kind {
            Kind::Document => document,
            Kind::Subresource => subresource,
        };
        let given = decision.release.map_or("", |release| release.id.as_str());
        assert_eq!(decision.reason.as_str(), reason, "{case}");
        let is_expected = given == release || (release == DRAWN.0 && [OLD, NEW].contains(&given));
        assert!(is_expected, "{case}: got `{given}`, expected `{release}`");
        let gives_cookie = kind == Kind::Document && stage != Stage::NoPlan;
        assert_eq!(decision.assignment.is_some(), gives_cookie, "{case}");
    }
}

#[test]
fn every_request_of_a_browser_gets_its_release_in_every_stage() {
    let shop = Shop::new(Embedding::SameSite);
    for browser in browsers() {
        for sent in &browser.requests {
            assert_decisions(&shop, &browser, sent);
        }
    }
}

#[test]
fn a_frame_of_another_site_is_a_page_load_where_sites_embed_the_application() {
    let shop = Shop::new(Embedding::Anywhere);
    for browser in browsers() {
        let embedded = browser.requests.iter().filter(|sent| sent.expect_embedded.is_some());
        assert_eq!(embedded.count(), 1, "{}", browser.browser);
        for sent in &browser.requests {
            assert_decisions(&shop, &browser, sent);
        }
    }
}

/// The releases that 200 viewers get in the canary stage, in their order.
fn drawn<'s>(shop: &'s Shop, browser: &Browser, sent: &Sent, cookie: Option<&str>) -> Vec<&'s str> {
    let release = |viewer| {
        let request = sent.request(&browser.user_agent, cookie, viewer);
        shop.decide(&request, Stage::Canary).decision.release.unwrap().id.as_str()
    };
    (0..200).map(release).collect()
}

#[test]
fn in_a_canary_all_requests_without_a_cookie_get_the_release_of_the_first_page() {
    let shop = Shop::new(Embedding::SameSite);
    for browser in browsers() {
        let first = browser.requests.iter().find(|sent| sent.name == "page load, first visit");
        let pages = drawn(&shop, &browser, first.unwrap(), NONE);
        let moved = pages.iter().filter(|release| **release == NEW).count();
        assert!((5..=40).contains(&moved), "{}: {moved} of 200 at 10 %", browser.browser);
        for sent in &browser.requests {
            let requests = drawn(&shop, &browser, sent, NONE);
            assert_eq!(requests, pages, "{}: {}", browser.browser, sent.name);
        }
    }
}

#[test]
fn in_a_canary_only_page_loads_leave_the_release_of_the_cookie() {
    let shop = Shop::new(Embedding::SameSite);
    for browser in browsers() {
        for sent in browser.requests.iter().filter(|sent| sent.cookie) {
            let releases = BTreeSet::from_iter(drawn(&shop, &browser, sent, OF_OLD));
            let expected = match sent.expect {
                Expected::Document => BTreeSet::from([OLD, NEW]),
                Expected::Subresource => BTreeSet::from([OLD]),
            };
            assert_eq!(releases, expected, "{}: {}", browser.browser, sent.name);
        }
    }
}
