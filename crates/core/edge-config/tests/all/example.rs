//! The shipped example says what is true.

use edge_config::{Config, Dev};

const EXAMPLE: &str = include_str!("../../../../../edgeswitch.toml");

#[test]
fn the_example_is_a_configuration() {
    let config = Config::from_toml(EXAMPLE).unwrap();
    assert_eq!((config.name.as_str(), config.release_defaults.slots.len()), ("shop", 2));
    assert_eq!(config.rules.routes[0].origin, "api");
}

/// How the file says that the next key has no default, and shows a possible value.
const FOR_EXAMPLE: &str = "For example:";

/// Every other commented-out key of the example is the default: with the comment marks gone nothing
/// changes.
#[test]
fn the_defaults_in_the_example_are_the_defaults() {
    let mut inside = false;
    let before = std::iter::once("").chain(EXAMPLE.lines());
    let uncommented: Vec<&str> = EXAMPLE
        .lines()
        .zip(before)
        .map(|(line, before)| {
            let bare = line.strip_prefix("# ").unwrap_or_default();
            let key = bare.split(" = ").next().unwrap_or_default();
            let is_key =
                bare.contains(" = ") && key.bytes().all(|b| b == b'_' || b.is_ascii_lowercase());
            let shown = (is_key && !before.ends_with(FOR_EXAMPLE)) || inside;
            inside = if bare.ends_with('[') { shown } else { inside && bare != "]" };
            if shown { bare } else { line }
        })
        .collect();
    let changed = uncommented.iter().zip(EXAMPLE.lines()).filter(|(now, then)| *now != then);
    assert_eq!(changed.count(), 34, "one line for each default");
    let uncommented = uncommented.join("\n");
    assert_eq!(Config::from_toml(&uncommented), Config::from_toml(EXAMPLE));
    assert_eq!(Dev::from_toml(&uncommented), Ok(Dev::default()));
}

/// With the comment marks of the other keys gone they have the values that are shown.
#[test]
fn the_examples_in_the_example_are_allowed() {
    let before = std::iter::once("").chain(EXAMPLE.lines());
    let lines = EXAMPLE.lines().zip(before).map(|(line, before)| {
        line.strip_prefix("# ").filter(|_| before.ends_with(FOR_EXAMPLE)).unwrap_or(line)
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let (config, dev) = (Config::from_toml(&text).unwrap(), Dev::from_toml(&text).unwrap());
    assert!(config.bucket.is_some() && config.fallback.is_some());
    assert!(config.observe.beacon.is_some());
    assert!(dev.plan.is_some() && dev.state.is_some() && !dev.origins.is_empty());
}
