//! The table `[dev]`: what `edgeswitch dev` is told, and what it refuses.

use edge_config::{Config, Dev, MissingObject};

const SHOP: &str = r#"
name = "shop"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
"#;

const EVERYTHING: &str = r#"
[dev]
bucket = "out/bucket"
port = 9000
hosts = ["shop.test", "192.168.178.20"]
edges = ["FRA50-C1", "NRT12"]
plan = "plan.json"
state = ".edgeswitch/parameters.json"
missing_object = "not-found"
distribution = "saved"
logs = "logs"
guard = true
alarms = ["shop-5xx", "Shop: slow pages"]
[dev.origins]
"blue-alb.example.com" = "http://127.0.0.1:4001"
"green-alb.example.com" = "http://[::1]:4002"
[dev.targets.api]
blue = ["http://127.0.0.1:4001", "http://127.0.0.1:4003"]
green = ["http://[::1]:4002"]
"#;

#[test]
fn what_is_left_out_has_its_documented_default() {
    let dev = Dev::from_toml(SHOP).unwrap();
    assert_eq!(dev, Dev::default());
    assert_eq!((dev.port, dev.edges), (8080, vec!["FRA50".to_owned(), "IAD89".to_owned()]));
    assert_eq!(dev.missing_object, MissingObject::Forbidden);
    assert_eq!((dev.bucket, dev.plan, dev.state), ("bucket".into(), None, None));
    assert_eq!((dev.guard, dev.alarms), (false, None));
}

#[test]
fn everything_can_be_said() {
    let dev = Dev::from_toml(&format!("{SHOP}{EVERYTHING}")).unwrap();
    let expected = Dev {
        bucket: "out/bucket".into(),
        origins: vec![
            ("blue-alb.example.com".into(), "http://127.0.0.1:4001".into()),
            ("green-alb.example.com".into(), "http://[::1]:4002".into()),
        ],
        hosts: vec!["shop.test".into(), "192.168.178.20".into()],
        port: 9000,
        edges: vec!["FRA50-C1".into(), "NRT12".into()],
        plan: Some("plan.json".into()),
        state: Some(".edgeswitch/parameters.json".into()),
        missing_object: MissingObject::NotFound,
        targets: [(
            "api".into(),
            [
                (
                    "blue".into(),
                    vec!["http://127.0.0.1:4001".into(), "http://127.0.0.1:4003".into()],
                ),
                ("green".into(), vec!["http://[::1]:4002".into()]),
            ]
            .into(),
        )]
        .into(),
        distribution: Some("saved".into()),
        logs: Some("logs".into()),
        guard: true,
        alarms: Some(vec!["shop-5xx".into(), "Shop: slow pages".into()]),
    };
    assert_eq!(dev, expected);
}

#[test]
fn packages_do_not_have_it() {
    let with = Config::from_toml(&format!("{SHOP}{EVERYTHING}")).unwrap();
    assert_eq!(with.to_json(), Config::from_toml(SHOP).unwrap().to_json());
}

#[test]
fn what_is_not_allowed_is_named() {
    let table = [
        ("misspelt key", "bukket = \"x\"", "unknown key `bukket` in [dev]: did you mean `bucket`?"),
        (
            "key of another table",
            "budget_milliseconds = 5",
            "unknown key `budget_milliseconds` in [dev]: it belongs in [refresh]",
        ),
        (
            "setting of CloudFront",
            "compress = true",
            "`compress` is not modelled by the local CloudFront: see DIFFERENCES.md of cloudfront-sim",
        ),
        (
            "setting of CloudFront as templates spell it",
            "GeoRestriction = {}",
            "`GeoRestriction` is not modelled by the local CloudFront: see DIFFERENCES.md of cloudfront-sim",
        ),
        (
            "port that leaves none for the second edge location",
            "port = 65535",
            "dev.port: 65535 is out of range: allowed are 0 to 65534",
        ),
        ("port below zero", "port = -1", "dev.port: -1 is out of range: allowed are 0 to 65534"),
        (
            "port as text",
            "port = \"8080\"",
            "dev.port: invalid type: string \"8080\", expected a whole number",
        ),
        ("no edge location", "edges = []", "dev.edges: 0 edge locations: allowed are 1 to 8"),
        (
            "edge location",
            "edges = [\"Frankfurt\"]",
            "dev.edges[0]: `Frankfurt` is not an edge location: allowed are an airport's three letters \
             and a number, such as `FRA50` or `FRA50-C1`",
        ),
        (
            "edge location twice",
            "edges = [\"FRA50\", \"FRA50\"]",
            "dev.edges[1]: duplicate `FRA50`",
        ),
        (
            "address without a port",
            "origins.\"a.example\" = \"http://localhost\"",
            "dev.origins.\"a.example\": `http://localhost` is not a local address: allowed are `http://`, \
             a host and a port, without a path",
        ),
        (
            "address with a path",
            "origins.\"a.example\" = \"http://localhost:80/api\"",
            "dev.origins.\"a.example\": `http://localhost:80/api` is not a local address: allowed are \
             `http://`, a host and a port, without a path",
        ),
        (
            "origin that is no domain",
            "origins.\"127.0.0.1\" = \"http://localhost:80\"",
            "dev.origins.\"127.0.0.1\": `127.0.0.1` is not a domain name: lower-case letters, digits, \
             `-` and `.`, no port, no IP address, at most 253 characters",
        ),
        (
            "host with a port",
            "hosts = [\"shop.test\", \"shop.test:8080\"]",
            "dev.hosts[1]: `shop.test:8080` is not a host name: allowed are lower-case letters, digits, \
             `-` and `.`, without a port, at most 253 characters",
        ),
        (
            "any host",
            "hosts = [\"*\"]",
            "dev.hosts[0]: `*` is not a host name: allowed are lower-case letters, digits, `-` and `.`, \
             without a port, at most 253 characters",
        ),
        (
            "alarm without a name",
            "alarms = [\"\"]",
            "dev.alarms[0]: `` is not an alarm's name: allowed are 1 to 255 printable characters",
        ),
        (
            "alarm twice",
            "alarms = [\"shop-5xx\", \"shop-5xx\"]",
            "dev.alarms[1]: duplicate `shop-5xx`",
        ),
        (
            "guard as text",
            "guard = \"on\"",
            "dev.guard: invalid type: string \"on\", expected a boolean",
        ),
        (
            "unknown answer",
            "missing_object = \"gone\"",
            "dev.missing_object: unknown variant `gone`, expected `forbidden` or `not-found`",
        ),
    ];
    for (name, line, message) in table {
        let refused = Dev::from_toml(&format!("{SHOP}\n[dev]\n{line}\n")).unwrap_err();
        assert_eq!(refused.to_string(), message, "{name}");
    }
}

/// Unknown keys are refused whoever reads the file.
#[test]
fn packaging_refuses_unknown_keys_of_it_too() {
    let refused = Config::from_toml(&format!("{SHOP}\n[dev]\nbukket = 1\n")).unwrap_err();
    assert_eq!(refused.to_string(), "unknown key `bukket` in [dev]: did you mean `bucket`?");
}
