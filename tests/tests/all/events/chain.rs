//! One document through all three functions, of which one fails.

use edge_event::{Event, Origin, Outcome, Request, Response};

use crate::events::case::Given;
use crate::events::handle;

const BY_RELEASE: Option<&str> = Some("public, max-age=0, s-maxage=31536000, must-revalidate");
const NOT_KEPT: Option<&str> = Some("no-store, stale-if-error=0");

fn page(cookie: &str) -> Request {
    Request::get("/cart")
        .header("Host", "shop.example.com")
        .header("Sec-Fetch-Mode", "navigate")
        .header("Sec-Fetch-Dest", "document")
        .cookie(cookie)
}

fn bucket() -> Origin {
    Origin::s3("shop-releases.s3.eu-central-1.amazonaws.com")
}

fn second_bucket() -> Origin {
    let mut origin = bucket();
    origin.custom_headers_mut().set("X-Bluegreen-Role", "fallback");
    origin
}

fn bucket_with_a_long_path() -> Origin {
    let mut origin = bucket();
    *origin.path_mut() = format!("/{}", "p".repeat(250));
    origin
}

/// Runs a page through all three functions. Returns the response of origin-response.
async fn answer(viewer_side: &Given, origin_side: &Given, origin: Origin) -> Response {
    let event = Event::viewer_request(page("release=9f2c1e7.r12-1"));
    let stamped = match handle(event, &viewer_side.deps().await).await.outcome {
        Outcome::Request(request) => request.origin(origin),
        Outcome::Response(_) => panic!("a page is not answered at viewer-request"),
    };
    let deps = origin_side.deps().await;
    let sent = match handle(Event::origin_request(stamped), &deps).await.outcome {
        Outcome::Request(request) => *request,
        Outcome::Response(_) => panic!("origin-request generates no response"),
    };
    let html = Response::status(200).header("Content-Type", "text/html");
    match handle(Event::origin_response(sent, html), &deps).await.outcome {
        Outcome::Response(response) => *response,
        Outcome::Request(_) => panic!("origin-response returns a response"),
    }
}

#[tokio::test]
async fn what_is_kept_under_a_release_is_that_release() {
    let ramp = || Given::new("shop", Some("shop-ramp"));
    let none = || Given::new("shop-no-fallback", None);
    let older = || Given::new("shop", Some("bare-single"));
    let table = [
        ("all well", ramp(), ramp(), bucket(), Some("9f2c1e7.r12-1"), BY_RELEASE),
        ("no plan at the origin", ramp(), none(), bucket(), None, NOT_KEPT),
        ("path too long", ramp(), ramp(), bucket_with_a_long_path(), None, NOT_KEPT),
        ("second attempt", ramp(), ramp(), second_bucket(), Some("9f2c1e7.r12-1"), BY_RELEASE),
        ("no plan at the viewer", none(), ramp(), bucket(), None, NOT_KEPT),
        ("older plan at the origin", ramp(), older(), bucket(), None, NOT_KEPT),
    ];
    for (name, viewer_side, origin_side, origin, cookie, kept) in table {
        let response = answer(&viewer_side, &origin_side, origin).await;
        let set = response.headers.get("set-cookie");
        let given = set.and_then(|set| set.strip_prefix("release=")?.split(';').next());
        assert_eq!((given, response.headers.get("cache-control")), (cookie, kept), "{name}");
    }
}
