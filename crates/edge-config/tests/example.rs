//! The shipped example says what is true.

use edge_config::{Config, Dev};

const EXAMPLE: &str = include_str!("../../../edgeswitch.toml");

#[test]
fn the_example_is_a_configuration() {
    let config = Config::from_toml(EXAMPLE).unwrap();
    assert_eq!((config.name.as_str(), config.slots.len()), ("shop", 2));
    assert_eq!(config.rules.routes[0].origin, "api");
}

/// Keys without a default: the example shows a possible value.
const WITHOUT_DEFAULT: [&str; 4] = ["fallback", "bucket", "plan", "state"];

/// Every other commented-out key of the example is the default: with the comment marks gone nothing
/// changes.
#[test]
fn the_defaults_in_the_example_are_the_defaults() {
    let mut inside = false;
    let uncommented: Vec<&str> = EXAMPLE
        .lines()
        .map(|line| {
            let bare = line.strip_prefix("# ").unwrap_or_default();
            let key = bare.split(" = ").next().unwrap_or_default();
            let is_key =
                bare.contains(" = ") && key.bytes().all(|b| b == b'_' || b.is_ascii_lowercase());
            let shown = (is_key && !WITHOUT_DEFAULT.contains(&key)) || inside;
            inside = if bare.ends_with('[') { shown } else { inside && bare != "]" };
            if shown { bare } else { line }
        })
        .collect();
    let changed = uncommented.iter().zip(EXAMPLE.lines()).filter(|(now, then)| *now != then);
    assert_eq!(changed.count(), 21, "one line a default, and four more for the crawlers");
    let uncommented = uncommented.join("\n");
    assert_eq!(Config::from_toml(&uncommented), Config::from_toml(EXAMPLE));
    assert_eq!(Dev::from_toml(&uncommented), Ok(Dev::default()));
}
