//! When functions run, what they see, and what becomes of what they return.

use edge_event::{Outcome, Response, Trigger};

use crate::support::Site;

#[tokio::test]
async fn triggers_run_in_order_on_a_miss_and_the_viewers_only_on_a_hit() {
    let mut site = Site::new();
    for trigger in Trigger::ALL {
        site = site.function(trigger, |event| event.passthrough());
    }
    let site = site.start();
    for (expected, x_cache) in [([1, 1, 1, 1], "Miss"), ([2, 1, 1, 2], "Hit")] {
        assert_eq!(site.get("/a").await.x_cache(), x_cache);
        let ran = Trigger::ALL.map(|trigger| site.events(trigger).len());
        assert_eq!(ran, expected);
    }
}

#[tokio::test]
async fn what_viewer_request_answers_reaches_neither_cache_nor_origin() {
    let site = Site::new()
        .function(Trigger::ViewerRequest, |_| {
            Outcome::from(Response::status(302).header("Location", "/b"))
        })
        .start();
    for _ in 0..2 {
        let seen = site.get("/a").await;
        assert_eq!((seen.status(), seen.header("location")), (302, "/b"));
        assert_eq!(seen.x_cache(), "LambdaGeneratedResponse");
    }
    assert!(site.asked().is_empty());
}
