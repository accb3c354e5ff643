//! What people write, and what they are told.

mod allow;
mod lists;
mod refused;

use std::time::Duration;

use edge_config::{Config, Label, ReleaseHeader};
use plan_format::Refresh;
use routing_core::{Answers, DecideAt, Embedding, Layout, OverridePolicy, Rules, page_object};

pub(crate) const SMALLEST: &str = r#"
name = "shop"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
"#;

pub(crate) const EVERYTHING: &str = r#"
name = "shop"
distribution_id = "E2QWRUHAPOMQZL"
bucket = "shop-releases"
decide_at = "origin-request"
release_header = true
crawlers = ["examplebot"]
prefix_template = "/web/{release}/app"

[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
replica_regions = ["us-east-1", "ap-southeast-2"]

[refresh]
soft_ttl_seconds = 5
hard_ttl_seconds = 20
budget_milliseconds = 300

[cookies]
release = "shop-release"
override = "shop-override"
max_age_seconds = 0
partitioned = true

[documents]
layout = "folders"
index = "app/index.html"
indexes = { "/de/*" = "de/index.html", "/de/admin/*" = "de/admin.html" }
not_found = "404.html"
file_types = ["usdz"]
exclude = ["/.well-known/*", "/files/*"]

[[routes]]
path = "/api/*"
origin = "api"

[[routes]]
path = "/account/*"
origin = "api"
pages = true

[override]
policy = "known-release"
public_keys = ["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"]
max_days = 90

[observe]
label = true
beacon = "/_b"

[allow]
domains = ["blue-alb.example.com", "red-alb.example.com"]
prefixes = ["/web/*/app", "/zzz", "/aaa"]

[slots.blue]
api = "blue-alb.example.com"

[fallback]
schema = 1
revision = 4
rollout = "r12"

[fallback.releases.zzz]
prefix = "/zzz"
slot = "blue"
origins.api = "blue-alb.example.com"

[fallback.releases.aaa]
prefix = "/aaa"

[[fallback.stages]]
from = 2026-11-22T09:00:00Z
weights = [["aaa", 100], ["zzz", 0]]
"#;

fn days(days: u64) -> Duration {
    Duration::from_secs(days * 86_400)
}

#[test]
fn what_is_left_out_has_its_documented_default() {
    let config = Config::from_toml(SMALLEST).unwrap();
    let cookies_live = days(7) + Duration::from_secs(45);
    assert_eq!(config.rules, Rules { cookies_live, ..Rules::default() });
    assert_eq!(config.refresh, Refresh::default());
    assert_eq!(config.cookie_max_age, 604_800, "a week");
    assert_eq!(config.release_defaults.prefix_template.to_string(), "/{release}");
    assert_eq!(config.release_header, ReleaseHeader::Off);
    assert_eq!((config.observe.label, config.observe.beacon), (Label::Off, None));
    assert!(config.keys.as_slice().is_empty());
    assert_eq!(config.keys.max_lifetime(), days(30));
    assert_eq!(config.allow.domains, None, "without slots any domain");
    assert_eq!(config.fallback, None);
}

#[test]
fn everything_can_be_said() {
    let config = Config::from_toml(EVERYTHING).unwrap();
    let rules = &config.rules;
    assert_eq!(rules.decide_at, DecideAt::OriginRequest);
    assert_eq!(rules.override_policy, OverridePolicy::KnownRelease);
    assert_eq!(rules.embedding, Embedding::Anywhere);
    assert_eq!(rules.layout, Layout::Folders);
    assert_eq!(rules.index_document, "app/index.html");
    assert_eq!(rules.not_found.as_deref(), Some("404.html"));
    let answers: Vec<Answers> = rules.routes.iter().map(|route| route.answers).collect();
    assert_eq!(answers, [Answers::Data, Answers::Pages]);
    assert_eq!(config.keys.max_lifetime(), days(90));
    assert_eq!((config.observe.label, config.observe.beacon.as_deref()), (Label::On, Some("/_b")));
    assert_eq!((rules.release_cookie.as_str(), config.cookie_max_age), ("shop-release", 0));
    assert_eq!(config.parameter.replica_regions, ["us-east-1", "ap-southeast-2"]);
    assert_eq!(config.refresh.budget.as_millis(), 300);
    assert_eq!(
        config.release_defaults.slots[0].origins,
        [("api".into(), "blue-alb.example.com".into())]
    );
}

/// A release whose traffic was taken away is somebody's until then: a cookie may still be given until the
/// hard TTL, and a browser that is never closed keeps a session cookie.
#[test]
fn the_cookies_of_a_release_live_on_for_their_age_after_the_hard_ttl() {
    let table =
        [(600, days(0) + Duration::from_secs(620)), (0, days(30) + Duration::from_secs(20))];
    for (max_age, expected) in table {
        let age = format!("max_age_seconds = {max_age}\n");
        let config = Config::from_toml(&EVERYTHING.replace("max_age_seconds = 0\n", &age)).unwrap();
        assert_eq!(config.rules.cookies_live, expected, "{max_age}");
    }
}

#[test]
fn every_layout_has_its_name() {
    let table = [
        ("single-page", Layout::SinglePage),
        ("folders", Layout::Folders),
        ("html", Layout::Html),
        ("files", Layout::Files),
    ];
    for (name, layout) in table {
        let text = format!("{SMALLEST}\n[documents]\nlayout = \"{name}\"\n");
        let config = Config::from_toml(&text).unwrap();
        assert_eq!(config.rules.layout, layout, "{name}");
        assert_eq!(Config::from_json(&config.to_json()), Ok(config), "{name}");
    }
}

/// TOML's tables have no order, so the configuration's is by length: the most specific pattern first.
#[test]
fn the_longest_pattern_of_an_index_document_counts() {
    let rules = Config::from_toml(EVERYTHING).unwrap().rules;
    let indexes: Vec<String> =
        rules.indexes.iter().map(|(paths, document)| format!("{paths} {document}")).collect();
    assert_eq!(indexes, ["/de/admin/* de/admin.html", "/de/* de/index.html"]);
    assert_eq!(page_object("/de/admin/users", &rules).as_deref(), Some("/de/admin.html"));
    assert_eq!(page_object("/de/cart", &rules).as_deref(), Some("/de/index.html"));
    assert_eq!(page_object("/cart", &rules).as_deref(), Some("/cart/app/index.html"));
}

#[test]
fn a_fallback_table_keeps_the_order_of_its_releases() {
    let fallback = Config::from_toml(EVERYTHING).unwrap().fallback.unwrap();
    let ids: Vec<&str> = fallback.releases().iter().map(|release| release.id.as_str()).collect();
    assert_eq!(ids, ["zzz", "aaa"]);
    assert_eq!(fallback.releases()[0].origin("api"), Some("blue-alb.example.com"));
}

#[test]
fn a_fallback_of_bare_ids_takes_the_prefix_template() {
    let text = format!("fallback = \"new old\"\nprefix_template = \"/web/{{release}}\"{SMALLEST}");
    let fallback = Config::from_toml(&text).unwrap().fallback.unwrap();
    assert_eq!(fallback.releases()[1].prefix, "/web/new");
}

#[test]
fn toml_to_json_and_back_is_the_same_configuration() {
    let bare = format!("fallback = \"new old\"{SMALLEST}");
    for (name, text) in [("smallest", SMALLEST), ("everything", EVERYTHING), ("bare", &bare)] {
        let config = Config::from_toml(text).unwrap();
        let json = config.to_json();
        assert_eq!(Config::from_json(&json), Ok(config.clone()), "{name}");
        assert_eq!(Config::from_json(&json).unwrap().to_json(), json, "{name}");
    }
}

/// Fifty commit hashes fit into a parameter, their JSON does not.
#[test]
fn a_fallback_of_many_bare_ids_can_be_packaged() {
    let ids: Vec<String> = (0..50).map(|number| format!("{number:040x}")).collect();
    let config = Config::from_toml(&format!("fallback = \"{}\"{SMALLEST}", ids.join(" "))).unwrap();
    let fallback = plan_format::to_json(config.fallback.as_ref().unwrap());
    assert!(fallback.len() > plan_format::MAX_PLAN_BYTES);
    assert_eq!(Config::from_json(&config.to_json()), Ok(config));
}
