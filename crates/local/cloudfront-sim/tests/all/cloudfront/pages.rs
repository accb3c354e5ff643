//! The default root object, custom error pages, and response headers policies.

use cloudfront_sim::{Distribution, ErrorPage, ResponseHeader, ResponseHeadersPolicy, WhichWins};
use edge_event::{Event, Response, Trigger};
use http::Request;
use path_pattern::PathPattern;

use crate::cloudfront::support::{Fields, ORIGIN, Site, get, only, request, response};

fn with_page(status: u16, path: &str, shown: u16) -> impl FnOnce(&mut Distribution) {
    let page = ErrorPage { path: path.into(), status: shown };
    move |distribution| {
        distribution.error_pages.insert(status, page);
    }
}

/// Answers 404 but for `/index.html`, which is a page with a release.
fn one_page(request: &Request<bytes::Bytes>) -> crate::cloudfront::support::Answer {
    match request.uri().path() {
        "/index.html" => Ok(response(200, &[("content-type", "text/html")], "page")),
        _ => Ok(response(404, &[], "missing")),
    }
}

#[tokio::test]
async fn the_default_root_object_takes_the_place_of_the_root_before_the_functions_run() {
    let site = Site::new()
        .with(|distribution| distribution.root_object = Some("index.html".into()))
        .function(Trigger::ViewerRequest, |event: Event| event.passthrough())
        .start();
    for url in ["/?a=1", "/", "/docs/"] {
        site.get(url).await;
    }
    let uris = site.events(Trigger::ViewerRequest).into_iter().map(|event| event.request.uri);
    assert_eq!(uris.collect::<Vec<_>>(), ["/index.html", "/index.html", "/docs/"]);
    assert_eq!(site.objects().len(), 2, "`/` and `/?a=1` are one object");
}

#[tokio::test]
async fn an_error_page_replaces_the_error_with_its_own_status_and_is_cached_by_its_own_path() {
    let site = Site::new()
        .origin(ORIGIN, |request| one_page(&request))
        .with(with_page(404, "/index.html", 200))
        .start();
    for (url, asked) in [("/cart", 2), ("/cart", 2), ("/help", 3)] {
        let seen = site.get(url).await;
        assert_eq!((seen.status(), seen.text(), seen.x_cache()), (200, "page", "Error"), "{url}");
        assert_eq!(site.asked().len(), asked, "{url}");
    }
    let seen = site.get("/index.html").await;
    assert_eq!((seen.status(), seen.x_cache()), (200, "Hit"));
}

#[tokio::test]
async fn an_error_page_that_cannot_be_fetched_gives_the_status_of_the_attempt() {
    let site = Site::new()
        .origin(ORIGIN, |request| match request.uri().path() {
            "/gone.html" => Ok(response(403, &[], "no page")),
            _ => Ok(response(500, &[], "no")),
        })
        .with(with_page(500, "/gone.html", 200))
        .start();
    assert_eq!(site.get("/a").await.status(), 403);
}

#[tokio::test]
async fn the_pages_behavior_fetches_it_and_no_viewer_request_function_runs() {
    let site = Site::new()
        .origin(ORIGIN, |_| Ok(response(404, &[], "missing")))
        .origin("pages.example.com", |request| {
            assert_eq!(request.headers().get("x-stamp"), None);
            Ok(response(200, &[], "sorry"))
        })
        .function(Trigger::ViewerRequest, |event: Event| {
            let mut request = event.request;
            request.headers.set("X-Stamp", "blue");
            request.into()
        })
        .behavior(|behavior| behavior.cache_policy.headers = only(&["x-stamp"]))
        .with(with_page(404, "/errors/404.html", 404))
        .with(|distribution| {
            let mut behavior = distribution.default_behavior.clone();
            behavior.target = "pages".into();
            let pattern = PathPattern::parse("/errors/*").expect("it is a pattern");
            distribution.behaviors.push((pattern, behavior));
            let origin = edge_event::Origin::custom("pages.example.com");
            let origin = cloudfront_sim::OriginSettings { origin };
            distribution.origins.insert("pages".into(), origin);
        })
        .start();
    let seen = site.get("/a").await;
    assert_eq!((seen.status(), seen.text()), (404, "sorry"));
    assert_eq!(site.events(Trigger::ViewerRequest).len(), 1);
}

#[tokio::test]
async fn a_conditional_request_and_a_head_get_the_whole_page_and_its_status() {
    let site = Site::new()
        .origin(ORIGIN, |request| one_page(&request))
        .with(with_page(404, "/index.html", 200))
        .start();
    let conditional = request("GET", "/cart", &[("range", "bytes=0-1"), ("if-none-match", "*")]);
    let seen = site.send(conditional).await;
    assert_eq!((seen.status(), seen.text()), (200, "page"));
    let seen = site.send(request("HEAD", "/cart", &[])).await;
    assert_eq!((seen.status(), seen.text()), (200, ""));
}

fn policy(remove: &[&str], add: &[(&str, &str, WhichWins)]) -> ResponseHeadersPolicy {
    let add = add.iter().map(|&(name, value, wins)| ResponseHeader {
        name: name.into(),
        value: value.into(),
        wins,
    });
    let remove = remove.iter().map(ToString::to_string).collect();
    ResponseHeadersPolicy { remove, add: add.collect() }
}

#[tokio::test]
async fn a_response_headers_policy_removes_then_adds_and_the_setting_says_which_value_wins() {
    use WhichWins::{Policy, Response as Own};
    let rows: [(&str, Fields<'_>, ResponseHeadersPolicy, &str); 5] = [
        ("absent", &[], policy(&[], &[("x-frame-options", "DENY", Own)]), "DENY"),
        (
            "its own wins",
            &[("x-frame-options", "SAMEORIGIN")],
            policy(&[], &[("x-frame-options", "DENY", Own)]),
            "SAMEORIGIN",
        ),
        (
            "the policy wins",
            &[("x-frame-options", "SAMEORIGIN")],
            policy(&[], &[("X-Frame-Options", "DENY", Policy)]),
            "DENY",
        ),
        ("removed", &[("x-frame-options", "DENY")], policy(&["X-Frame-Options"], &[]), ""),
        (
            "removed, then added",
            &[("x-frame-options", "SAMEORIGIN")],
            policy(&["x-frame-options"], &[("x-frame-options", "DENY", Own)]),
            "DENY",
        ),
    ];
    for (name, headers, policy, expected) in rows {
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let site = Site::new()
            .origin(ORIGIN, move |_| {
                let pairs: Vec<_> =
                    headers.iter().map(|(name, value)| (&**name, &**value)).collect();
                Ok(response(200, &pairs, "hello"))
            })
            .behavior(|behavior| behavior.response_headers = policy)
            .start();
        for from in ["origin", "cache"] {
            let seen = site.send(get("/a")).await;
            assert_eq!(seen.header("x-frame-options"), expected, "{name}, {from}");
        }
    }
}

#[tokio::test]
async fn a_generated_response_and_an_error_have_the_policys_headers_too() {
    let site = Site::new()
        .function(Trigger::ViewerRequest, |_| Response::status(302).into())
        .behavior(|behavior| {
            behavior.response_headers = policy(&[], &[("x-a", "1", WhichWins::Policy)]);
            behavior.methods = cloudfront_sim::Methods::Read;
        })
        .start();
    for (method, status) in [("GET", 302), ("POST", 403)] {
        let seen = site.send(request(method, "/a", &[])).await;
        assert_eq!((seen.status(), seen.header("x-a")), (status, "1"));
    }
}
