//! With decisions at origin-request, the commands empty the caches of the local CloudFront, as on AWS.

use std::fs;

use tempfile::TempDir;

use crate::dev::own_project::{CONFIG as OPTIONS, build, control};
use crate::dev::running::Running;

const CONFIG: &str = r#"
name = "shop"
distribution_id = "E2QWRUHAPOMQZL"
decide_at = "origin-request"
prefix_template = "/releases/{release}"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
[refresh]
soft_ttl_seconds = 1
hard_ttl_seconds = 2
[dev]
bucket = "bucket"
"#;

/// The page, and whether it came from a cache.
fn page(dev: &Running) -> (String, String) {
    let response = dev.get("/");
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let cache = head.split_once("x-cache: ").unwrap().1.split_whitespace().next().unwrap();
    (body.to_owned(), cache.to_owned())
}

#[test]
fn a_cached_page_is_invalidated_when_a_command_changes_the_plan() {
    let folder = TempDir::new().unwrap();
    let shop = folder.path();
    fs::write(shop.join("edgeswitch.toml"), CONFIG).unwrap();
    for release in ["v1", "v2"] {
        build(shop, release);
    }
    let dev = Running::with(shop, OPTIONS);
    let local = dev.local();
    control(shop, &format!("init v1 -y {local}"), &[]);
    dev.get_until("/", "<h1>v1</h1>");
    control(shop, &format!("release add v2 -y {local}"), &[]);
    for (change, old, new) in [("promote v2 --now", "v1", "v2"), ("rollback", "v2", "v1")] {
        page(&dev);
        let cached = page(&dev);
        assert_eq!(cached, (format!("<h1>{old}</h1>"), "Hit".into()), "before {change}");
        let said = control(shop, &format!("{change} -y {local}"), &[]);
        assert!(said.contains("of `/*` of E2QWRUHAPOMQZL is under way"), "{said}");
        assert!(said.contains("is completed"), "{said}");
        assert_eq!(page(&dev), (format!("<h1>{new}</h1>"), "Miss".into()), "after {change}");
    }
}
