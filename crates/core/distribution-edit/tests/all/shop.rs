//! The distribution of a shop, and the functions to attach to it.

use distribution_edit::{
    Attached, Distribution, FallbackOrigin, Policies, Refusal, VersionArn, Wiring, attach,
};
use edge_config::Config;

/// Five behaviors: `*` and `/static/*` of the bucket, `/api/*` of a back end, and two of other origins.
pub(crate) const SHOP: &str = include_str!("../../../../../fixtures/distributions/shop.xml");

pub(crate) const CONFIG: &str = r#"
name = "shop"
bucket = "shop-releases"

[parameter]
name = "/shop/plan"
home_region = "eu-central-1"

[[routes]]
path = "/api/*"
origin = "api"

[slots.blue]
api = "blue-alb.example.com"
"#;

pub(crate) fn config() -> Config {
    Config::from_toml(CONFIG).unwrap()
}

pub(crate) fn version(trigger: &str, number: u32) -> VersionArn {
    let arn = format!("arn:aws:lambda:us-east-1:123456789012:function:shop-{trigger}:{number}");
    VersionArn::parse(&arn).unwrap()
}

pub(crate) fn wiring(number: u32) -> Wiring {
    Wiring {
        viewer_request: version("viewer-request", number),
        origin_request: version("origin-request", number),
        origin_response: version("origin-response", number),
        pages: Policies { cache: "pages-cache".into(), origin_request: "pages-request".into() },
        routes: Policies {
            cache: "routes-cache".into(),
            origin_request: "b689b0a8-53d0-40ab-baf2-68738e2966ac".into(),
        },
        fallback_origin: FallbackOrigin::Add,
        keep_policies: Vec::new(),
        account: "123456789012".into(),
    }
}

pub(crate) fn parsed(xml: &str) -> Distribution {
    Distribution::parse(xml.as_bytes()).unwrap()
}

pub(crate) fn text(distribution: &Distribution) -> String {
    String::from_utf8(distribution.xml()).unwrap()
}

pub(crate) fn attached(xml: &str) -> Attached {
    attach(&parsed(xml), &wiring(1), &config()).unwrap()
}

/// `SHOP` with one text replaced, which must be there exactly once.
pub(crate) fn with(from: &str, to: &str) -> String {
    replaced(SHOP, from, to)
}

pub(crate) fn replaced(xml: &str, from: &str, to: &str) -> String {
    assert_eq!(xml.matches(from).count(), 1, "`{from}` is there once");
    xml.replace(from, to)
}

pub(crate) fn refusals(xml: &str, wiring: &Wiring, config: &Config) -> Vec<Refusal> {
    attach(&parsed(xml), wiring, config).unwrap_err().refusals
}

/// The XML without spaces between tags.
pub(crate) fn compact(xml: &str) -> String {
    xml.lines().map(str::trim).collect()
}
