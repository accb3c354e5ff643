use edgeswitch_dev::{DevArgs, LocalCloudFront};
use serde_json::{Value, json};

use crate::dev::browser::{Answer, Browser};
use crate::dev::sample;

const BLUE: &str = "41ab03d";
const GREEN: &str = "9f2c1e7";

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_with_the_functions_in_process() {
    visit(DevArgs::default()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs `make package`"]
async fn a_visit_with_the_packages() {
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/../dist");
    visit(DevArgs { packages: Some(dist.into()), ..DevArgs::default() }).await;
}

/// First visit, assets, API, promote with the page open, reload, preview link, rollback.
async fn visit(args: DevArgs) {
    let local = sample(args).await;
    let mut browser = Browser::new(&local);
    let page = browser.load("/").await;
    assert_eq!((page.status, page.release()), (200, BLUE));
    assert!(page.header("set-cookie").starts_with("release=41ab03d.r1-0;"));
    let script = browser.fetch(&page.asset("/assets/app.", ".js")).await;
    assert_eq!((script.status, script.header("x-cache")), (200, "Miss from cloudfront"));
    let again = browser.fetch(&page.asset("/assets/app.", ".js")).await;
    assert_eq!(again.header("x-cache"), "Hit from cloudfront");
    assert!(browser.call("/api/products", BLUE).await.text.contains("\"blue\""));
    explained(&browser, &again).await;

    change(&browser, json!({ "kind": "promote", "release": GREEN, "when": "now" })).await;
    open_page_keeps_its_release(&browser, &script).await;
    browser.reload_until(GREEN).await;
    assert!(browser.call("/api/products", GREEN).await.text.contains("\"green\""));
    assert!(browser.call("/api/products", BLUE).await.text.contains("\"blue\""), "an older tab's");

    preview(&local).await;
    change(&browser, json!({ "kind": "rollback" })).await;
    browser.reload_until(BLUE).await;
    let script = browser.fetch(&page.asset("/assets/app.", ".js")).await;
    assert_eq!(script.header("x-cache"), "Hit from cloudfront", "nothing was invalidated");
    local.stop().await;
}

/// Makes a change as the page does: shows its effects first, then writes it.
async fn change(browser: &Browser, change: Value) {
    let (status, shown) = browser.post("changes/check", &change).await;
    assert_eq!(status, 200, "{shown}");
    assert!(!shown["effects"].as_array().unwrap().is_empty());
    let mut confirmed = change;
    confirmed["version"] = shown["version"].clone();
    let (status, written) = browser.post("changes", &confirmed).await;
    assert_eq!(
        (status, &written["version"]),
        (200, &json!(shown["version"].as_u64().unwrap() + 1))
    );
    let (status, refused) = browser.post("changes", &confirmed).await;
    assert_eq!(status, 409, "the same click twice: {refused}");
}

/// Checks that a chunk that loads later is from the page's release.
async fn open_page_keeps_its_release(browser: &Browser, script: &Answer) {
    let name = script.text.split("import(\"./").nth(1).unwrap().split('"').next().unwrap();
    let chunk = browser.fetch(&format!("/assets/{name}")).await;
    assert_eq!((chunk.status, chunk.release()), (200, BLUE));
    assert!(chunk.text.contains("41ab03d"));
}

/// Checks that a preview link shows another browser a release without traffic.
async fn preview(local: &LocalCloudFront) {
    let mut developer = Browser::new(local);
    let (_, told) = developer.post("previews", &json!({ "release": BLUE })).await;
    let redirect = developer.load(told["link"].as_str().unwrap()).await;
    assert_eq!((redirect.status, redirect.header("location")), (302, "/"));
    let page = developer.load("/").await;
    assert_eq!((page.release(), page.header("x-robots-tag")), (BLUE, "noindex"));
    assert!(page.text.contains("blue"));
}

/// Checks that the page shows why a request got its release.
async fn explained(browser: &Browser, answer: &Answer) {
    let details = browser.told(&format!("exchanges/{}", answer.header("x-amz-cf-id"))).await;
    let decision = details["decision"].as_array().unwrap();
    assert_eq!(decision.last().unwrap(), "cookie: 41ab03d from stage 0 of r1");
    assert!(details["steps"][0]["title"].as_str().unwrap().starts_with("viewer-request"));
    let state = browser.told("state").await;
    assert_eq!(state["plan"]["headline"], "41ab03d (blue) 100 %");
    assert_eq!(state["releases"].as_array().unwrap().len(), 2);
}
