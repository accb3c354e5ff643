//! Errors of origins and of CloudFront.

use std::collections::BTreeMap;
use std::time::Duration;

use cloudfront_sim::OriginError;

use crate::cloudfront::support::{Answer, ORIGIN, Site, response};

#[tokio::test]
async fn errors_are_kept_for_ten_seconds_or_as_the_distribution_says() {
    let rows = [
        ("not found", 404, None, [(9, 1), (1, 2)]),
        ("a failure", 500, None, [(9, 1), (1, 2)]),
        ("another time", 404, Some(60), [(59, 1), (1, 2)]),
        ("forbidden", 403, None, [(0, 2), (0, 3)]),
    ];
    for (name, status, seconds, later) in rows {
        let ttls = seconds.map(|seconds| (status, Duration::from_secs(seconds)));
        let site = Site::new()
            .origin(ORIGIN, move |_| Ok(response(status, &[], "no")))
            .with(|distribution| distribution.error_ttls = BTreeMap::from_iter(ttls))
            .start();
        assert_eq!(site.get("/a").await.x_cache(), "Error", "{name}");
        for (seconds, asked) in later {
            site.wait(seconds);
            let seen = site.get("/a").await;
            assert_eq!((seen.status(), seen.x_cache()), (status, "Error"), "{name}");
            assert_eq!(site.asked().len(), asked, "{name}");
        }
    }
}

#[tokio::test]
async fn an_origin_without_an_answer_is_a_502_or_a_504_that_is_kept_like_any_error() {
    type Origin = fn() -> Answer;
    let rows: [(&str, Origin, u16); 3] = [
        ("no connection", || Err(OriginError::Unreachable("refused".into())), 502),
        ("no http", || Err(OriginError::Invalid("garbage".into())), 502),
        ("no answer in time", || Err(OriginError::TimedOut), 504),
    ];
    for (name, answer, status) in rows {
        let site = Site::new().origin(ORIGIN, move |_| answer()).start();
        for _ in 0..2 {
            let seen = site.get("/a").await;
            assert_eq!((seen.status(), seen.x_cache()), (status, "Error"), "{name}");
        }
        assert_eq!(site.asked().len(), 1, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_origin_that_takes_longer_than_its_timeout_is_a_504() {
    for (seconds, status) in [(29, 200), (31, 504)] {
        let site = Site::new()
            .slow_origin(ORIGIN, move |_| {
                Box::pin(async move {
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                    Ok(response(200, &[], "late"))
                })
            })
            .start();
        assert_eq!(site.get("/a").await.status(), status, "after {seconds} s");
    }
}
