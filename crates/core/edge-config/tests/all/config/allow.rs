//! What a plan may say, by the configuration.

use edge_config::Config;
use plan_format::ReleaseDefaults;

use crate::config::{EVERYTHING, SMALLEST};

/// `SMALLEST` with a prefix template, two slots and what follows.
fn with_slots(more: &str) -> Result<Config, String> {
    let text = format!(
        "prefix_template = \"/releases/{{release}}\"\n{SMALLEST}\n{more}\n[slots.blue]\n\
         api = \"blue-alb.example.com\"\n[slots.green]\napi = \"green-alb.example.com\"\n\
         search = \"search.example.com\"\n"
    );
    Config::from_toml(&text).map_err(|error| error.to_string())
}

/// Why `config` refuses a plan whose only release has this prefix and domain; empty if it takes it.
fn said(config: &Config, prefix: &str, domain: &str) -> String {
    let plan = format!(
        r#"{{"schema":1,"rollout":"r","releases":{{"a":{{"prefix":"{prefix}","origins":{{"api":"{domain}"}}}}}},
        "stages":[{{"from":"2026-11-22T09:00:00Z","weights":[["a",1]]}}]}}"#
    );
    let plan = plan_format::parse(&plan, &ReleaseDefaults::default()).unwrap();
    config.allow.check(&plan).err().map(|error| error.to_string()).unwrap_or_default()
}

const FOREIGN: &str =
    "releases.a.origins.api: `evil.example` is not allowed by `domains` in [allow]";
const OUTSIDE: &str = "releases.a.prefix: `/private` is not allowed by `prefixes` in [allow]";

#[test]
fn by_default_a_plan_has_the_domains_of_the_slots_and_the_prefixes_of_the_template() {
    let config = with_slots("").unwrap();
    let table = [
        ("a slot's domain", "/releases/a", "green-alb.example.com", ""),
        ("a domain of another key", "/releases/a", "search.example.com", ""),
        ("a stranger's domain", "/releases/a", "evil.example", FOREIGN),
        ("another part of the bucket", "/private", "blue-alb.example.com", OUTSIDE),
    ];
    for (name, prefix, domain, expected) in table {
        assert_eq!(said(&config, prefix, domain), expected, "{name}");
    }
}

#[test]
fn without_slots_any_domain_goes_but_not_any_prefix() {
    let text = format!("prefix_template = \"/releases/{{release}}\"\n{SMALLEST}");
    let config = Config::from_toml(&text).unwrap();
    assert_eq!(said(&config, "/releases/a", "evil.example"), "");
    assert_eq!(said(&config, "/private", "evil.example"), OUTSIDE);
}

#[test]
fn slots_without_origins_name_no_domain() {
    let config = Config::from_toml(&format!("{SMALLEST}\n[slots.blue]\n[slots.green]\n")).unwrap();
    assert_eq!(config.allow.domains, None);
}

#[test]
fn a_list_of_the_table_replaces_its_default() {
    let domains = with_slots("[allow]\ndomains = [\"red-alb.example.com\"]").unwrap();
    let prefixes = with_slots("[allow]\nprefixes = [\"/private\"]").unwrap();
    let nothing = with_slots("[allow]\ndomains = []").unwrap();
    let blue =
        "releases.a.origins.api: `blue-alb.example.com` is not allowed by `domains` in [allow]";
    let table = [
        ("its domain", &domains, "/releases/a", "red-alb.example.com", ""),
        ("a slot's domain", &domains, "/releases/a", "blue-alb.example.com", blue),
        (
            "the template's prefix still counts",
            &domains,
            "/private",
            "red-alb.example.com",
            OUTSIDE,
        ),
        ("its prefix", &prefixes, "/private", "blue-alb.example.com", ""),
        ("the slots' domains still count", &prefixes, "/private", "evil.example", FOREIGN),
        ("no domain at all", &nothing, "/releases/a", "blue-alb.example.com", blue),
    ];
    for (name, config, prefix, domain, expected) in table {
        assert_eq!(said(config, prefix, domain), expected, "{name}");
    }
}

#[test]
fn the_bounds_are_packaged() {
    for text in [EVERYTHING, SMALLEST] {
        let config = Config::from_toml(text).unwrap();
        assert_eq!(Config::from_json(&config.to_json()).unwrap().allow, config.allow);
    }
    let config = with_slots("").unwrap();
    assert_eq!(Config::from_json(&config.to_json()).unwrap().allow, config.allow);
}

#[test]
fn the_fallback_keeps_to_the_same_bounds() {
    let foreign = r#"[fallback]
schema = 1
rollout = "r"
stages = [{ from = 2026-11-22T09:00:00Z, weights = [["a", 1]] }]
[fallback.releases.a]
prefix = "/releases/a"
origins.api = "evil.example""#;
    assert_eq!(with_slots(foreign).unwrap_err(), format!("fallback.{FOREIGN}"));
    let outside =
        foreign.replace("/releases/a", "/private").replace("evil.example", "search.example.com");
    assert_eq!(with_slots(&outside).unwrap_err(), format!("fallback.{OUTSIDE}"));
}
