//! The table `[gate]`: how a candidate is compared.

use std::time::Duration;

use edge_config::{Config, Gate};

const SHOP: &str =
    "name = \"shop\"\n[parameter]\nname = \"/shop/plan\"\nhome_region = \"eu-central-1\"\n";

fn read(keys: &str) -> Result<Gate, String> {
    Gate::from_toml(&format!("{SHOP}[gate]\n{keys}")).map_err(|error| error.to_string())
}

#[test]
fn everything_can_be_said_and_nothing_must_be() {
    let text = "logs = \"logs\"\nalpha = 0.05\ntolerated_ratio = 2\nmin_bad_viewers = 3\nmin_page_loads = 50\n\
                soak_seconds = 60\nlateness_seconds = 0\nshare_alpha = 0.01\n";
    let expected = Gate {
        logs: Some("logs".into()),
        alpha: Some(0.05),
        tolerated_ratio: Some(2.0),
        min_bad_viewers: Some(3),
        min_page_loads: Some(50),
        soak: Some(Duration::from_secs(60)),
        lateness: Some(Duration::ZERO),
        share_alpha: Some(0.01),
    };
    assert_eq!(read(text), Ok(expected));
    assert_eq!(read(""), Ok(Gate::default()));
    assert_eq!(Gate::from_toml(SHOP), Ok(Gate::default()));
    let config = format!("{SHOP}[gate]\n{text}");
    assert!(Config::from_toml(&config).is_ok(), "the functions do not mind");
}

#[test]
fn a_value_that_is_not_allowed_is_named() {
    let table = [
        ("alpha = 0", "gate.alpha: `0` is out of range: allowed is more than 0 and at most 0.5"),
        (
            "share_alpha = 0.6",
            "gate.share_alpha: `0.6` is out of range: allowed is more than 0 and at most 0.5",
        ),
        (
            "tolerated_ratio = 0.9",
            "gate.tolerated_ratio: `0.9` is out of range: allowed is at least 1 and less than 32",
        ),
        (
            "tolerated_ratio = 32",
            "gate.tolerated_ratio: `32` is out of range: allowed is at least 1 and less than 32",
        ),
        (
            "min_bad_viewers = 0",
            "gate.min_bad_viewers: 0 is out of range: allowed are 1 to 1000000",
        ),
        (
            "soak_seconds = 86401",
            "gate.soak_seconds: 86401 is out of range: allowed are 0 to 86400",
        ),
        ("soak = 60", "unknown key `soak` in [gate]: did you mean `soak_seconds`?"),
        ("alpha = \"low\"", "gate.alpha: "),
    ];
    for (keys, expected) in table {
        let problem = read(keys).unwrap_err();
        let is_whole = problem == expected;
        assert!(is_whole || (expected.ends_with(": ") && problem.len() > 5), "{keys}: {problem}");
    }
}
