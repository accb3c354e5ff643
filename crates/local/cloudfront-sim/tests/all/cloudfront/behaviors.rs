//! Which behavior a request belongs to.

use cloudfront_sim::{Behavior, EdgeLocation, OriginSettings};
use edge_event::{Origin, Outcome, Trigger};
use http::Response;
use path_pattern::PathPattern;

use crate::cloudfront::support::{Site, get};

/// Behaviors `/api/*`, `/api/v1/*` and `*.js` before the default one. Every origin answers with its name.
fn site() -> Site {
    let mut site = Site::new();
    for (id, pattern) in [("api", "/api/*"), ("v1", "/api/v1/*"), ("js", "*.js")] {
        let domain = format!("{id}.example.com");
        let origin = OriginSettings { origin: Origin::custom(domain.as_str()) };
        site.distribution.origins.insert(id.into(), origin);
        let default = &site.distribution.default_behavior;
        let behavior = Behavior { target: id.into(), ..default.clone() };
        let pattern = PathPattern::parse(pattern).expect("it is a pattern");
        site.distribution.behaviors.push((pattern, behavior));
        site = site.origin(&domain, move |_| Ok(Response::new(id.into())));
    }
    site
}

#[tokio::test]
async fn the_first_pattern_that_matches_the_viewers_path_decides() {
    let rows = [
        ("/", "hello", "Default (*)"),
        ("/api/carts", "api", "/api/*"),
        ("/api/v1/carts", "api", "/api/*"),
        ("/api/app.js", "api", "/api/*"),
        ("/app.js", "js", "*.js"),
        ("/app.js?v=1", "js", "*.js"),
        ("/?v=app.js", "hello", "Default (*)"),
        ("/API/carts", "hello", "Default (*)"),
    ];
    let site = site().start();
    for (url, body, pattern) in rows {
        let seen = site.get(url).await;
        assert_eq!((seen.text(), seen.exchange.behavior.as_str()), (body, pattern), "{url}");
    }
}

#[tokio::test]
async fn a_function_that_rewrites_the_path_changes_neither_behavior_nor_origin() {
    let site = site()
        .function(Trigger::ViewerRequest, |mut event| {
            event.request.uri = "/api/carts".into();
            Outcome::from(event.request)
        })
        .start();
    let seen = site.get("/").await;
    assert_eq!((seen.text(), seen.exchange.behavior.as_str()), ("hello", "Default (*)"));
    assert_eq!(site.asked()[0].1.uri(), "/api/carts");
}

#[tokio::test]
async fn a_deployment_reaches_one_edge_location_and_leaves_its_cache() {
    let site = Site::new().start();
    for edge in ["FRA50", "IAD89"] {
        site.send_to(edge, get("/a")).await;
    }
    let mut changed = site.cloudfront.distribution().clone();
    changed.root_object = Some("a".into());
    let at = EdgeLocation("FRA50".into());
    site.cloudfront.deploy(&at, changed.clone()).expect("the distribution is sound");
    let seen = site.send_to("FRA50", get("/")).await;
    assert_eq!(seen.x_cache(), "Hit", "`/` is `/a` now, which is cached");
    assert_eq!(site.send_to("IAD89", get("/")).await.x_cache(), "Miss");
    let nowhere = site.cloudfront.deploy(&EdgeLocation("NRT12".into()), changed.clone());
    assert_eq!(nowhere.expect_err("it is unknown").to_string(), "`NRT12` is no edge location");
    changed.default_behavior.target = "gone".into();
    assert!(site.cloudfront.deploy(&at, changed).is_err());
}
