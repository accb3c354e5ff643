//! Which behavior a request belongs to.

use cloudfront_sim::{Behavior, OriginSettings};
use edge_event::{Origin, Outcome, Trigger};
use http::Response;
use path_pattern::PathPattern;

use crate::cloudfront::support::Site;

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
