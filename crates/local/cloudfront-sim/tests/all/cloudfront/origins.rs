//! Which origin a request goes to.

use edge_event::{Origin, Trigger};

use crate::cloudfront::support::{ORIGIN, Site, response};

/// A function that sends requests to another origin, with or without its `Host`.
fn redirected(domain: &'static str, host: Option<&'static str>) -> Site {
    Site::new().function(Trigger::OriginRequest, move |mut event| {
        if let Some(host) = host {
            event.request.headers.set("Host", host);
        }
        event.request.origin(Origin::custom(domain)).into()
    })
}

#[tokio::test]
async fn a_function_sends_a_request_to_any_origin_and_says_the_host_itself() {
    let rows = [(None, ORIGIN), (Some("green.example.com"), "green.example.com")];
    for (host, expected) in rows {
        let site = redirected("green.example.com", host)
            .origin("green.example.com", |_| Ok(response(200, &[], "green")))
            .start();
        assert_eq!(site.get("/a").await.text(), "green");
        let (domain, asked) = site.asked().remove(0);
        assert_eq!(
            (domain.as_str(), &asked.headers()["host"]),
            ("green.example.com", &http::HeaderValue::from_static(expected))
        );
    }
}

#[tokio::test]
async fn a_function_switches_to_a_bucket_and_its_path() {
    let bucket = "shop.s3.eu-central-1.amazonaws.com";
    let site = Site::new()
        .origin(bucket, |_| Ok(response(200, &[], "from the bucket")))
        .function(Trigger::OriginRequest, move |event| {
            let mut origin = Origin::s3(bucket);
            *origin.path_mut() = "/releases/41ab03d".into();
            event.request.origin(origin).into()
        })
        .start();
    assert_eq!(site.get("/a").await.text(), "from the bucket");
    assert_eq!(site.asked()[0].1.uri(), "/releases/41ab03d/a");
}

#[tokio::test]
async fn a_domain_without_an_address_is_a_502_and_before_the_function_runs() {
    let site = Site::new()
        .with(|distribution| {
            let origin =
                cloudfront_sim::OriginSettings { origin: Origin::custom("gone.example.com") };
            distribution.origins.insert("main".into(), origin);
        })
        .function(Trigger::OriginRequest, |event| event.request.into())
        .start();
    let seen = site.get("/a").await;
    assert_eq!((seen.status(), seen.x_cache()), (502, "Error"));
    assert!(site.events(Trigger::OriginRequest).is_empty());
}

#[tokio::test]
async fn a_domain_that_the_function_names_is_looked_up_again() {
    let site = redirected("gone.example.com", None).start();
    assert_eq!(site.get("/a").await.status(), 502);
    assert!(site.asked().is_empty());
}
