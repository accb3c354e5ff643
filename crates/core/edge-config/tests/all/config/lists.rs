//! Lists add to their defaults.

use edge_config::Config;
use routing_core::Rules;

use crate::config::{EVERYTHING, SMALLEST};

#[test]
fn a_list_adds_to_its_defaults() {
    let (defaults, rules) = (Rules::default(), Config::from_toml(EVERYTHING).unwrap().rules);
    let crawlers = [defaults.crawlers.marks(), &["examplebot".to_owned()]].concat();
    assert_eq!(rules.crawlers.marks(), crawlers);
    let file_types = [defaults.file_types.clone(), vec!["usdz".to_owned()]].concat();
    assert_eq!(rules.file_types, file_types);
    let exclude: Vec<String> = rules.exclude.iter().map(ToString::to_string).collect();
    assert_eq!(exclude, ["/.well-known/*", "/apple-app-site-association", "/files/*"]);
    assert!(rules.is_file("/chair.usdz") && rules.is_file("/app.js"));
}

#[test]
fn a_default_that_is_listed_again_changes_nothing() {
    let again = r#"crawlers = ["googlebot", "gptbot", "googlebot"]
[documents]
file_types = ["js", "css", "js"]
exclude = ["/.well-known/*"]
[parameter]"#;
    let text = SMALLEST.replace("[parameter]", again);
    assert_eq!(Config::from_toml(&text), Config::from_toml(SMALLEST));
}

/// The package holds what the file adds; the functions know the defaults.
#[test]
fn only_additions_are_packaged() {
    let json = |text: &str| -> serde_json::Value {
        serde_json::from_str(&Config::from_toml(text).unwrap().to_json()).unwrap()
    };
    let (smallest, everything) = (json(SMALLEST), json(EVERYTHING));
    let table = [
        ("/crawlers", serde_json::json!([]), serde_json::json!(["examplebot"])),
        ("/documents/file_types", serde_json::json!([]), serde_json::json!(["usdz"])),
        ("/documents/exclude", serde_json::json!([]), serde_json::json!(["/files/*"])),
    ];
    for (list, by_default, added) in table {
        assert_eq!(smallest.pointer(list), Some(&by_default), "{list}");
        assert_eq!(everything.pointer(list), Some(&added), "{list}");
    }
}
