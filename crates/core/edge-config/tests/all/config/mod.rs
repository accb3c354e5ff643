//! What people write, and what they are told.

mod refused;

use edge_config::{Config, ReleaseHeader};
use plan_format::Refresh;
use routing_core::{DecideAt, OverridePolicy, Rules, SinglePageFallback};

const SMALLEST: &str = r#"
name = "shop"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
"#;

const EVERYTHING: &str = r#"
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

[documents]
index = "app/index.html"
single_page_fallback = false
exclude = ["/.well-known/*", "/files/*"]

[[routes]]
path = "/api/*"
origin = "api"

[override]
policy = "known-release"
public_keys = ["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"]

[slots.blue]
api = "blue-alb.example.com"

[fallback]
schema = 1
revision = 4
rollout = "r12"

[fallback.releases.zzz]
prefix = "/releases/zzz"
slot = "blue"
origins.api = "blue-alb.example.com"

[fallback.releases.aaa]
prefix = "/releases/aaa"

[[fallback.stages]]
from = 2026-11-22T09:00:00Z
weights = [["aaa", 100], ["zzz", 0]]
"#;

#[test]
fn what_is_left_out_has_its_documented_default() {
    let config = Config::from_toml(SMALLEST).unwrap();
    assert_eq!(config.rules, Rules::default());
    assert_eq!(config.refresh, Refresh::default());
    assert_eq!(config.cookie_max_age, 86_400);
    assert_eq!(config.prefix_template.to_string(), "/{release}");
    assert_eq!(config.release_header, ReleaseHeader::Off);
    assert!(config.keys.as_slice().is_empty());
    assert_eq!(config.fallback, None);
}

#[test]
fn everything_can_be_said() {
    let config = Config::from_toml(EVERYTHING).unwrap();
    let rules = &config.rules;
    assert_eq!(rules.decide_at, DecideAt::OriginRequest);
    assert_eq!(rules.override_policy, OverridePolicy::KnownRelease);
    assert_eq!(rules.single_page_fallback, SinglePageFallback::Off);
    assert_eq!(rules.index_document, "app/index.html");
    assert_eq!((rules.release_cookie.as_str(), config.cookie_max_age), ("shop-release", 0));
    assert_eq!(config.parameter.replica_regions, ["us-east-1", "ap-southeast-2"]);
    assert_eq!(config.refresh.budget.as_millis(), 300);
    assert_eq!(config.slots[0].origins, [("api".into(), "blue-alb.example.com".into())]);
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
