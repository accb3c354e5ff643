//! Benchmarks, as ratios within one run.
//!
//! This library has the requests and the plan of the decision benchmarks and of the allocation test, and what the
//! benchmarks of processes share.

mod process;

pub use process::{edgeswitch, number, peak_memory};

use edge_time::Timestamp;
use plan_format::ReleaseDefaults;
use routing_core::{
    At, Decision, Kind, OverrideState, Plan, Request, Rules, Source, classify, decide,
};

/// Five releases in a canary stage.
const PLAN: &str = r#"{
  "schema": 1, "revision": 17, "rollout": "r12",
  "releases": {
    "41ab03d": { "prefix": "/releases/41ab03d" }, "9f2c1e7": { "prefix": "/releases/9f2c1e7" },
    "c0ffee1": { "prefix": "/releases/c0ffee1" }, "5eed5ed": { "prefix": "/releases/5eed5ed" },
    "b1ab1ab": { "prefix": "/releases/b1ab1ab" }
  },
  "stages": [
    { "from": "2026-11-22T09:00:00Z", "weights": [["41ab03d", 100]] },
    { "from": "2026-11-22T10:00:00Z",
      "weights": [["41ab03d", 60], ["9f2c1e7", 10], ["c0ffee1", 10], ["5eed5ed", 10], ["b1ab1ab", 10]] }
  ]
}"#;
/// 2026-11-22T10:10:00Z.
const NOW: Timestamp = Timestamp(1_795_342_200_000);
const BROWSER: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) \
                       Chrome/130.0.0.0 Safari/537.36";

/// A request with 20 cookies, the release cookie last, and the plan that decides it.
#[derive(Debug)]
pub struct Scenario {
    plan: Plan,
    rules: Rules,
    uri: &'static str,
    headers: Vec<(&'static str, String)>,
}

/// The names of the scenarios, for [`Scenario::named`].
pub const SCENARIOS: [&str; 4] =
    ["document, sticky", "document, first visit", "asset, sticky", "asset, pinned"];

impl Scenario {
    /// The scenario with a name of [`SCENARIOS`]. Any other name is a first visit.
    ///
    /// # Panics
    /// Never: the plan is a valid constant.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let plan =
            plan_format::parse(PLAN, &ReleaseDefaults::default()).expect("the plan is a constant");
        let is_document = name.starts_with("document");
        let uri = match name {
            "asset, pinned" => "/_r/9f2c1e7/assets/app.3f9a.js",
            _ if is_document => "/cart",
            _ => "/assets/app.3f9a.js",
        };
        let dest = if is_document { "document" } else { "script" };
        let mode = if is_document { "navigate" } else { "no-cors" };
        let headers = vec![
            ("host", "shop.example.com".to_owned()),
            ("user-agent", BROWSER.to_owned()),
            ("sec-fetch-mode", mode.to_owned()),
            ("sec-fetch-dest", dest.to_owned()),
            ("cookie", cookies(name)),
        ];
        let scenario = Self { plan, rules: Rules::default(), uri, headers };
        // The first decision builds the search for crawlers.
        scenario.decide(|_| ());
        scenario
    }

    /// Classifies and decides as viewer-request does. Passes the decision to `look`.
    pub fn decide<T>(&self, look: impl FnOnce(&Decision<'_>) -> T) -> T {
        let headers = Headers(&self.headers);
        let request = Request {
            method: "GET",
            uri: self.uri,
            querystring: "",
            client_ip: "203.0.113.178",
            headers: &headers,
        };
        let kind: Kind = classify(&request, Some(&self.plan), &self.rules);
        let source = Some(Source::Stored(&self.plan));
        look(&decide(&request, kind, source, At::Viewer, &self.rules, OverrideState::None, NOW))
    }
}

/// 20 cookies. One is the release cookie, unless it is a first visit.
fn cookies(name: &str) -> String {
    let last = if name.ends_with("first visit") { "theme=dark" } else { "release=9f2c1e7.r12-0" };
    let mut cookies: Vec<String> =
        (0..19).map(|n| format!("cookie_{n}=GA1.2.{}.1795342200", n * 104_729)).collect();
    cookies.push(last.to_owned());
    cookies.join("; ")
}

struct Headers<'a>(&'a [(&'static str, String)]);

impl routing_core::RequestHeaders for Headers<'_> {
    fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a str, &'a str)) {
        self.0.iter().for_each(|(name, value)| visit(name, value));
    }
}
