//! The files and back ends that `verify` checks besides the pages.

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Html;
use axum::routing::get;
use edgeswitch::Exit;
use tokio::net::TcpListener;

use crate::ramp::verify::{CONFIG, Site};

const RELEASE: &str = "bucket/releases/9f2c1e7";
const VITE: &str = r#"{"index.html": {"file": "assets/9f2c1e7.js", "css": ["assets/9f2c1e7.css"]},
    "src/cart.ts": {"file": "assets/cart-1.js", "isDynamicEntry": true}}"#;

fn missing(path: &str) -> Vec<(String, String, String)> {
    vec![("file".into(), path.into(), "it is 403".into())]
}

#[tokio::test]
async fn a_missing_lazy_chunk_fails() {
    let next = r#"{"pages": {"/cart": ["static/chunks/cart-1.js"]}}"#;
    let assets = r#"{"files": {"cart.js": "/static/cart-1.js"}, "entrypoints": []}"#;
    let table = [
        ("Vite", ".vite/manifest.json", VITE, "/assets/cart-1.js"),
        ("Create React App", "asset-manifest.json", assets, "/static/cart-1.js"),
        ("webpack", "manifest.json", r#"{"cart.js": "/cart-1.js"}"#, "/cart-1.js"),
        ("Next.js", "_next/build-manifest.json", next, "/_next/static/chunks/cart-1.js"),
    ];
    for (name, manifest, text, chunk) in table {
        let site = Site::open().await;
        site.write(&format!("{RELEASE}/{manifest}"), text);
        assert_eq!(site.failed("9f2c1e7").await, missing(chunk), "{name}");
        let named = format!("9f2c1e7 --manifest /{manifest}");
        assert_eq!(site.failed(&named).await, missing(chunk), "{name}");
        site.write(&format!("{RELEASE}{chunk}"), "export {}");
        let ran = site.verify("9f2c1e7").await;
        assert_eq!(ran.exit, Exit::Done, "{name}: {ran:?}");
        assert!(ran.out.contains(&format!("passed  file      {chunk}\n")), "{name}: {}", ran.out);
    }
}

#[tokio::test]
async fn a_local_manifest_names_the_files_too() {
    let site = Site::open().await;
    let file = site.write("dist/manifest.json", VITE);
    let line = format!("9f2c1e7 --manifest-file {}", file.display());
    assert_eq!(site.failed(&line).await, missing("/assets/cart-1.js"));
    let failed = site.failed(&format!("{line} --base /shop")).await;
    assert_eq!(failed[1].1, "/shop/assets/9f2c1e7.js", "{failed:?}");
    site.write(&format!("{RELEASE}/assets/cart-1.js"), "export {}");
    assert_eq!(site.verify(&line).await.exit, Exit::Done);
}

#[tokio::test]
async fn a_list_names_files() {
    let site = Site::open().await;
    for text in ["/assets/9f2c1e7.js\nassets/cart-1.js\n", r#"["assets/cart-1.js"]"#] {
        let list = site.write("assets.txt", text);
        let line = format!("9f2c1e7 --asset-list {}", list.display());
        assert_eq!(site.failed(&line).await, missing("/assets/cart-1.js"), "{text}");
    }
}

#[tokio::test]
async fn a_file_that_names_nothing_is_refused_before_a_request() {
    let site = Site::open().await;
    let table = [
        ("--asset-list", "\n", "names no path"),
        ("--asset-list", "https://cdn.example.com/a.js", "expected a path of the site"),
        (
            "--manifest-file",
            "{\"name\": \"Shop\"}",
            "is not a manifest of Vite, webpack or Next.js",
        ),
    ];
    for (option, text, words) in table {
        let file = site.write("named.json", text);
        let ran = site.verify(&format!("9f2c1e7 {option} {}", file.display())).await;
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""), "{text}");
        assert!(ran.err.contains(words), "{}", ran.err);
    }
}

#[tokio::test]
async fn a_named_manifest_must_be_there() {
    let site = Site::open().await;
    let failed = site.failed("9f2c1e7 --manifest /build.json").await;
    assert_eq!(failed, [("manifest".into(), "/build.json".into(), "it is 403".into())]);
    site.write(&format!("{RELEASE}/build.json"), "[]");
    let failed = site.failed("9f2c1e7 --manifest /build.json").await;
    assert_eq!(failed[0].2, "it is not a manifest of Vite, webpack or Next.js");
}

/// The manifest of a web application has the same name as that of webpack-manifest-plugin.
#[tokio::test]
async fn the_manifest_of_a_web_application_is_no_manifest_of_a_build() {
    let site = Site::open().await;
    site.write(&format!("{RELEASE}/manifest.json"), r#"{"name": "Shop", "start_url": "/"}"#);
    let ran = site.verify("9f2c1e7").await;
    assert!(ran.out.ends_with("9f2c1e7: 7 passed, 0 failed, 0 not told\n"), "{}", ran.out);
}

#[tokio::test]
async fn where_a_miss_decides_the_path_pins_the_release() {
    let config = format!("decide_at = \"origin-request\"\n{CONFIG}");
    let site = Site::of(&config).await;
    let list = site.write("assets.txt", "assets/9f2c1e7.js\n/assets/41ab03d.js\n");
    let failed = site.failed(&format!("9f2c1e7 --asset-list {}", list.display())).await;
    // The origin group's second attempt serves files of the active release.
    let problem = "its release is `41ab03d`".to_owned();
    assert_eq!(failed, [("file".into(), "/assets/41ab03d.js".into(), problem)]);
}

#[tokio::test]
async fn a_body_is_read_up_to_a_limit() {
    let site = Site::open().await;
    let long = "x".repeat(16 * 1024 * 1024 + 1);
    site.write(&format!("{RELEASE}/assets/9f2c1e7.js"), &long);
    let ran = site.verify("9f2c1e7").await;
    assert_eq!(ran.exit, Exit::Done, "an asset may be long: {ran:?}");
    site.write(&format!("{RELEASE}/index.html"), &long);
    let problem = "its body is longer than 16 MiB: the rest is not read".to_owned();
    assert_eq!(site.failed("9f2c1e7").await, [("status".into(), "/".into(), problem)]);
}

/// A site with a back end for each release. Each answers with its name and the status of its path.
async fn with_back_ends() -> Site {
    let mut addresses = Vec::new();
    for slot in ["blue", "green"] {
        let router = Router::new()
            .route("/api/slot", get(async move || slot))
            .route("/api/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR))
            .route("/api/page", get(async || Html("<!doctype html>")))
            .route("/api/pinned", get(pinned));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        addresses.push(listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
    }
    let [blue, green] = addresses[..] else { panic!("two slots") };
    let fallback = r#"{ schema = 1, revision = 1, releases = { 41ab03d = { slot = "blue" }, 9f2c1e7 = { slot = "green" } }, rollout = "r1", stages = [{ from = "2026-11-22T09:00:00Z", weights = [["41ab03d", 100]] }] }"#;
    let config = CONFIG.replace("\"41ab03d 9f2c1e7\"", fallback);
    Site::of(&format!(
        "{config}\n[[routes]]\npath = \"/api/*\"\norigin = \"api\"\n\
         [slots.blue]\napi = \"blue.example.com\"\n[slots.green]\napi = \"green.example.com\"\n\
         [dev.origins]\n\"blue.example.com\" = \"http://{blue}\"\n\"green.example.com\" = \"http://{green}\"\n"
    ))
    .await
}

/// Needs no cookie: the page of a preview would not be pinned by one.
async fn pinned(headers: HeaderMap) -> StatusCode {
    if headers.contains_key("cookie") { StatusCode::BAD_REQUEST } else { StatusCode::OK }
}

#[tokio::test]
async fn a_back_end_must_answer_with_data() {
    let site = with_back_ends().await;
    let ran = site.verify("9f2c1e7 --api /api/slot --api /api/pinned?a=1").await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert!(ran.out.ends_with("9f2c1e7: 9 passed, 0 failed, 0 not told\n"), "{}", ran.out);
    let table = [
        ("/api/broken", "it is 500"),
        ("/api/page", "it is an HTML page: the back end did not answer"),
        ("/api/none", "it is 404"),
    ];
    for (path, problem) in table {
        let failed = site.failed(&format!("9f2c1e7 --api {path}")).await;
        assert_eq!(failed, [("api".into(), path.into(), problem.into())]);
    }
}
