//! `GET /_r/`: whether a reload would bring another release.

use edge_config::Config;
use edge_event::Request;
use edge_routing::{Reload, reload};
use edge_time::Timestamp;
use routing_core::Source;

use crate::support::{NOW, plan, shop, shop_on_a_miss};

/// `<release> <next>` for the viewer who sent `request` at `now`.
fn answer(config: &Config, request: &Request, now: Timestamp) -> String {
    let Reload { release, next } = reload(request, Some(Source::Stored(plan(config))), config, now);
    format!("{} {}", release.unwrap(), next.unwrap())
}

fn ask(cookie: &str) -> Request {
    Request::get("/_r/").cookie(cookie)
}

/// Before the canary: a page load gets the active release.
const BEFORE: Timestamp = Timestamp(1_795_341_000_000);

#[test]
fn it_says_the_release_of_the_page_and_of_a_reload() {
    let pinned = |pin| ask("release=old.r12-0").header("X-Deployment-Id", pin);
    let crawler = ask("release=new.r12-1").header("User-Agent", "Googlebot/2.1");
    let table = [
        ("nothing changed", ask("release=old.r12-0"), "old old"),
        ("taken back: a reload brings the active release", ask("release=new.r12-1"), "new old"),
        ("another rollout's page", ask("release=new.r9-0"), "new old"),
        ("a staged release's page", ask("release=dark"), "dark old"),
        ("no cookie", Request::get("/_r/"), "old old"),
        ("a withdrawn release's page", ask("release=gone.r12-0"), "old old"),
        ("a page that names its release in a header", pinned("new"), "new old"),
        ("a page that names its release in the query", Request::get("/_r/?dpl=new"), "new old"),
        ("an unknown pin is ignored", pinned("nope"), "old old"),
        ("a crawler", crawler, "new old"),
        ("an override", ask("release=old; release-override=dark"), "dark dark"),
        ("an override that is not valid", ask("release=new; release-override=gone"), "new old"),
    ];
    let config = shop();
    for (name, request, expected) in table {
        assert_eq!(answer(config, &request, BEFORE), expected, "{name}");
    }
}

#[test]
fn during_a_canary_a_viewer_of_its_stage_stays() {
    let config = shop();
    for (cookie, expected) in [("release=old.r12-1", "old old"), ("release=new.r12-1", "new new")] {
        assert_eq!(answer(config, &ask(cookie), NOW), expected, "{cookie}");
    }
}

/// There the path and the cookies decide: nothing else is in the cache key.
#[test]
fn decided_on_a_miss_there_is_no_draw_and_no_pin() {
    let config = shop_on_a_miss();
    let pinned = ask("release=old").header("X-Deployment-Id", "new");
    let table = [
        ("nothing changed", ask("release=old"), "old old"),
        ("a reload brings the active release", ask("release=new.r12-1"), "new old"),
        ("no cookie", Request::get("/_r/"), "old old"),
        ("a pin that a miss does not see", pinned, "old old"),
        ("a pin in the query", Request::get("/_r/?dpl=new"), "old old"),
        ("an override", ask("release=old; release-override=dark"), "dark dark"),
        ("an override that is not valid", ask("release=new; release-override=gone"), "new old"),
    ];
    for (name, request, expected) in table {
        assert_eq!(answer(config, &request, NOW), expected, "{name}");
    }
}

#[test]
fn without_a_plan_nobody_knows() {
    for config in [shop(), shop_on_a_miss()] {
        let answer = reload(&ask("release=old"), None, config, NOW);
        assert_eq!(answer, Reload { release: None, next: None });
    }
}
