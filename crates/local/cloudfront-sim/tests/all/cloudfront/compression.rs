//! The compressed variant that a viewer gets from a back end that compresses.

use cloudfront_sim::{AcceptEncoding, Behavior, Names};

use crate::cloudfront::support::{ORIGIN, Running, Site, request, response};

/// A back end that compresses if the request accepts `gzip`.
fn site(change: impl FnOnce(&mut Behavior)) -> Running {
    let site = Site::new().origin(ORIGIN, |asked| {
        let accepted = asked.headers().get("accept-encoding").and_then(|value| value.to_str().ok());
        let (encoding, body) = match accepted {
            Some(accepted) if accepted.contains("gzip") => ("gzip", "squeezed"),
            _ => ("identity", "plain"),
        };
        let headers = [("vary", "Accept-Encoding"), ("content-encoding", encoding)];
        Ok(response(200, &headers, body))
    });
    site.behavior(change).start()
}

/// Forwards everything to the back end, like the managed policies for APIs.
fn forward_all(behavior: &mut Behavior) {
    behavior.origin_request_policy.headers = Names::AllExcept(vec!["host".into()]);
}

#[tokio::test]
async fn every_viewer_gets_a_form_that_it_takes() {
    let site = site(|behavior| {
        forward_all(behavior);
        behavior.cache_policy.accept_encoding = AcceptEncoding::GzipAndBrotli;
    });
    let rows = [
        ("compressed", Some("gzip"), "Miss", "squeezed"),
        ("no word about it", None, "Miss", "plain"),
        ("plain again", None, "Hit", "plain"),
        ("another word for the same", Some("deflate, GZIP;q=0.5"), "Hit", "squeezed"),
        ("forms that CloudFront does not keep", Some("deflate, zstd"), "Hit", "plain"),
        ("a form that is refused", Some("gzip;q=0"), "Hit", "plain"),
        ("a browser's", Some("gzip, deflate, br, zstd"), "Miss", "squeezed"),
        ("in another order", Some("br, gzip"), "Hit", "squeezed"),
    ];
    for (name, accepted, x_cache, text) in rows {
        let headers: Vec<_> =
            accepted.map(|value| ("accept-encoding", value)).into_iter().collect();
        let seen = site.send(request("GET", "/a", &headers)).await;
        assert_eq!((seen.x_cache(), seen.text()), (x_cache, text), "{name}");
        assert_eq!(seen.header("vary"), "Accept-Encoding", "{name}");
    }
}

#[tokio::test]
async fn the_origin_is_asked_for_the_forms_that_the_policy_has() {
    use AcceptEncoding::{AsAnyHeader, Brotli, Gzip, GzipAndBrotli};
    let rows = [
        ("both", GzipAndBrotli, "gzip, deflate, br", Some("br,gzip")),
        ("gzip", Gzip, "gzip, deflate, br", Some("gzip")),
        ("brotli", Brotli, "gzip, deflate, br", Some("br")),
        ("what the viewer does not take", Brotli, "gzip", None),
        ("as any header", AsAnyHeader, "gzip, deflate, br", Some("gzip, deflate, br")),
    ];
    for (name, accept_encoding, sent, expected) in rows {
        let site = site(|behavior| {
            forward_all(behavior);
            behavior.cache_policy.accept_encoding = accept_encoding;
        });
        site.send(request("GET", "/a", &[("accept-encoding", sent)])).await;
        let asked = site.asked().remove(0).1;
        let asked = asked.headers().get("accept-encoding");
        assert_eq!(asked.map(http::HeaderValue::as_bytes), expected.map(str::as_bytes), "{name}");
    }
}
