//! A shop whose plan has every kind of release.

use std::sync::LazyLock;

use edge_config::Config;
use edge_time::Timestamp;
use routing_core::Plan;

/// Ten minutes into the second stage.
pub(crate) const NOW: Timestamp = Timestamp(1_795_342_200_000);

/// Active `old`, candidate `new` with a third of the traffic, staged `dark`, withdrawn `gone`.
const SHOP: &str = r#"
name = "shop"
decide_at = "viewer-request"

[parameter]
name = "/shop/plan"
home_region = "eu-central-1"

[[routes]]
path = "/api/*"
origin = "api"

[override]
policy = "known-release"

[fallback]
schema = 1
rollout = "r12"
stages = [
    { from = 2026-11-22T09:00:00Z, weights = [["old", 1]] },
    { from = 2026-11-22T10:00:00Z, weights = [["old", 2], ["new", 1]] },
]
withdrawn = ["gone"]
[fallback.releases]
gone.prefix = "/gone"
old.prefix = "/old"
new.prefix = "/new"
dark.prefix = "/dark"
"#;

/// Read once: the search for crawlers takes a while to prepare.
static VIEWER: LazyLock<Config> = LazyLock::new(|| Config::from_toml(SHOP).unwrap());
static MISS: LazyLock<Config> =
    LazyLock::new(|| Config::from_toml(&SHOP.replace("viewer-request", "origin-request")).unwrap());

pub(crate) fn shop() -> &'static Config {
    &VIEWER
}

/// The same, with the decision made on a cache miss.
pub(crate) fn shop_on_a_miss() -> &'static Config {
    &MISS
}

pub(crate) fn plan(config: &Config) -> &Plan {
    config.fallback.as_ref().unwrap()
}
