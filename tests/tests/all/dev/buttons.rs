use edgeswitch_dev::DevArgs;
use serde_json::{Value, json};

use crate::dev::browser::Browser;
use crate::dev::{LOOK, PATIENCE, sample};

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_done_is_refused_in_words() {
    let local = sample(DevArgs::default()).await;
    let browser = Browser::new(&local);
    let rows = [
        (
            "unknown release",
            "changes/check",
            json!({ "kind": "promote", "release": "feedbee", "when": "now" }),
            (200, "`feedbee` is not registered: the plan has `41ab03d`, `9f2c1e7`"),
        ),
        (
            "the active release as a canary",
            "changes/check",
            json!({ "kind": "canary", "release": "41ab03d", "percent": 10 }),
            (200, "`41ab03d` is the active release"),
        ),
        (
            "nothing to go back to",
            "changes/check",
            json!({ "kind": "rollback" }),
            (200, "the plan does not say which release was active before"),
        ),
        (
            "no share",
            "changes/check",
            json!({ "kind": "canary", "release": "9f2c1e7", "percent": 0 }),
            (200, "`0` is not a share of viewers: allowed are 0.1 to 100 percent, in tenths"),
        ),
        (
            "an invalid release id",
            "changes/check",
            json!({ "kind": "promote", "release": "../x", "when": "now" }),
            (
                200,
                "`../x` is not an id: allowed are 1 to 64 of A-Z, a-z, 0-9, `_` and `-`, a letter or digit \
                 first",
            ),
        ),
        (
            "a change of another version",
            "changes",
            json!({ "kind": "promote", "release": "9f2c1e7", "when": "now", "version": 7 }),
            (409, "somebody else wrote the plan meanwhile: it was version 7, now it is 1"),
        ),
        (
            "a preview of none",
            "previews",
            json!({ "release": "" }),
            (
                400,
                "`` is not an id: allowed are 1 to 64 of A-Z, a-z, 0-9, `_` and `-`, a letter or digit first",
            ),
        ),
        (
            "a preview of an unknown release",
            "previews",
            json!({ "release": "feedbee" }),
            (409, "the plan does not serve release `feedbee`"),
        ),
        ("no viewers", "viewers", json!({ "count": 0 }), (400, "0 viewers: allowed are 1 to 1000")),
        (
            "a crowd",
            "viewers",
            json!({ "count": 1001 }),
            (400, "1001 viewers: allowed are 1 to 1000"),
        ),
    ];
    for (name, path, body, (status, error)) in rows {
        let (found, told) = browser.post(path, &body).await;
        let said = told["error"].as_str().or(told["refusal"]["error"].as_str());
        assert_eq!((found, said), (status, Some(error)), "{name}");
    }
    let state = browser.told("state").await;
    assert_eq!((&state["plan"]["version"], &state["plan"]["problem"]), (&json!(1), &Value::Null));
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_viewers_show_in_the_figures_and_in_the_caches() {
    let local = sample(DevArgs::default()).await;
    let browser = Browser::new(&local);
    assert_eq!(browser.post("viewers", &json!({ "count": 10 })).await.0, 200);
    let state = browser.told("state").await;
    let sum = |count: &dyn Fn(&Value) -> u64| -> u64 {
        state["spans"].as_array().unwrap().iter().map(count).sum()
    };
    assert_eq!(sum(&|span| span["loads"]["41ab03d"].as_u64().unwrap_or_default()), 10);
    assert_eq!(sum(&|span| span["hits"].as_u64().unwrap()), 8, "each edge location missed once");
    for edge in state["edges"].as_array().unwrap() {
        assert_eq!((&edge["total"], &edge["objects"][0]["path"]), (&json!(1), &json!("/")));
    }
    let (_, told) = browser.post("invalidations", &json!({ "path": "/*" })).await;
    assert_eq!(told, json!({ "removed": 2 }));
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_switched_one_by_one() {
    let local = sample(DevArgs::default()).await;
    let browser = Browser::new(&local);
    let rows = [
        ("throttled", true, json!(["throttled"])),
        ("latency", true, json!(["throttled", "latency"])),
        ("throttled", true, json!(["latency", "throttled"])),
        ("malformed", true, json!(["latency", "throttled", "malformed"])),
        ("throttled", false, json!(["latency", "malformed"])),
    ];
    for (kind, on, in_force) in rows {
        let body = json!({ "kind": kind, "on": on, "ms": 1, "value": "" });
        assert_eq!(
            browser.post("faults", &body).await.1,
            json!({ "faults": in_force }),
            "{kind} {on}"
        );
    }
    let state = browser.told("state").await;
    assert_eq!(state["plan"]["headline"], "41ab03d (blue) 100 %", "the page itself sees the plan");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alarms_are_switched_one_by_one() {
    let local = sample(DevArgs::default()).await;
    let browser = Browser::new(&local);
    let alarm = async || browser.state().await["alarms"][0].clone();
    let at_first = alarm().await;
    assert_eq!((&at_first["name"], &at_first["state"]), (&json!("shop-5xx"), &json!("OK")));
    for (on, state) in [(true, "ALARM"), (true, "ALARM"), (false, "OK")] {
        let (status, told) = browser.post("alarms", &json!({ "name": "shop-5xx", "on": on })).await;
        assert_eq!((status, &told["alarms"][0]["state"]), (200, &json!(state)));
        assert_eq!(alarm().await["state"], state);
    }
    let (status, told) = browser.post("alarms", &json!({ "name": "none", "on": true })).await;
    assert_eq!((status, &told["hint"]), (404, &json!("name it in `alarms` of [dev]")));
    assert_eq!(told["error"], "there is no alarm `none`: there are `shop-5xx`");
    let guard = browser.state().await["guard"].clone();
    assert_eq!((&guard["ran"], &guard["did"]), (&Value::Null, &json!([])), "{guard}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_tells_what_the_functions_know_of_the_plan() {
    let local = sample(DevArgs::default()).await;
    let browser = Browser::new(&local);
    let told = browser.told("state").await;
    assert_eq!(told["edges"][0]["known"][0]["plan"], "not called yet");
    browser.post("faults", &json!({ "kind": "gone", "on": true })).await;
    let known = known_until(&browser, |known| known["problem"].is_string()).await;
    assert_eq!((&known["function"], &known["plan"]), (&json!("viewer-request"), &json!("no plan")));
    assert_eq!(known["problem"], "the last read failed: missing");
    browser.post("faults", &json!({ "kind": "gone", "on": false })).await;
    let known = known_until(&browser, |known| known["problem"].is_null()).await;
    assert!(known["plan"].as_str().unwrap().starts_with("revision 1, read "), "{known}");
    local.stop().await;
}

/// Sends requests until the first function has the expected plan. It reads the plan in real time.
async fn known_until(browser: &Browser, is_it: impl Fn(&Value) -> bool) -> Value {
    let known = async {
        loop {
            browser.post("viewers", &json!({ "count": 1 })).await;
            let state = browser.told("state").await;
            let known = &state["edges"][0]["known"][0];
            if is_it(known) {
                return known.clone();
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, known).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_known_to_the_browser_that_has_it() {
    let local = sample(DevArgs::default()).await;
    let (mut developer, stranger) = (Browser::new(&local), Browser::new(&local));
    let (_, told) = developer.post("previews", &json!({ "release": "9f2c1e7" })).await;
    developer.load(told["link"].as_str().unwrap()).await;
    assert_eq!(developer.told("previews").await, json!({ "release": "9f2c1e7" }));
    assert_eq!(stranger.told("previews").await, json!({ "release": null }));
    local.stop().await;
}
