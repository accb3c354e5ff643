//! A changed configuration takes effect while viewers use the site.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::Client;
use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE};
use tokio::task::JoinHandle;

use crate::dev::running::Running;
use crate::dev::{PROJECT, project};

const RELEASE: &str = "41ab03d";
const PAGE: &str = "<h1>shop</h1><script src=/app.js></script>";

fn build(folder: &Path) {
    let release = folder.join("bucket/releases").join(RELEASE);
    fs::create_dir_all(release.join("about")).unwrap();
    fs::write(release.join("index.html"), PAGE).unwrap();
    fs::write(release.join("about/index.html"), "<h1>about</h1>").unwrap();
    fs::write(release.join("app.js"), "export {}").unwrap();
}

/// `more` begins with the keys at the top of the file.
fn configure(folder: &Path, more: &str) {
    fs::write(folder.join("shop.toml"), format!("{more}\n{PROJECT}")).unwrap();
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A browser that keeps its connections and one cookie.
#[derive(Clone)]
struct Browser {
    client: Client,
    site: String,
    cookie: Option<String>,
}

impl Browser {
    fn new(running: &Running) -> Self {
        // The first call sets it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().build().unwrap();
        let site = running.word_after("FRA50 at ").replace("localhost", "127.0.0.1");
        Self { client, site: site.trim_end_matches('/').to_owned(), cookie: None }
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.client.get(format!("{}{path}", self.site));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Answer { status, headers, text: response.text().await.unwrap() }
    }

    async fn load(&mut self, path: &str) -> Answer {
        let navigation = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        let answer = self.get(path, &navigation).await;
        if let Some(cookie) = answer.headers.get(SET_COOKIE) {
            self.cookie = cookie.to_str().unwrap().split(';').next().map(str::to_owned);
        }
        answer
    }

    /// Reloads the page and its script until told to stop, and once more from then on. Returns every answer.
    fn browse(mut self, stop: Arc<AtomicBool>) -> JoinHandle<Vec<Answer>> {
        tokio::spawn(async move {
            let mut answers = Vec::new();
            let mut is_last = false;
            while !is_last {
                is_last = stop.load(Ordering::Acquire);
                answers.push(self.load("/").await);
                answers.push(self.get("/app.js", &[]).await);
            }
            answers
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_sees_no_error_and_a_new_visitor_gets_the_new_rules() {
    let folder = project();
    build(folder.path());
    let mut running = Running::start(folder.path());
    let mut open = Browser::new(&running);
    let first = open.load("/about").await;
    assert!(first.header("set-cookie").starts_with("release=41ab03d."), "{first:?}");
    assert_eq!(first.text, PAGE, "a single page");
    let again = open.load("/about").await;
    assert_eq!(again.header("x-cache"), "Hit from cloudfront", "{again:?}");

    let stop = Arc::new(AtomicBool::new(false));
    let browsing = open.clone().browse(Arc::clone(&stop));
    configure(
        folder.path(),
        "release_header = true\ncookies.release = \"version\"\ndocuments.layout = \"folders\"",
    );
    assert_eq!(
        running.next_line("changed"),
        "  changed    shop.toml: applied `cookies.release`, `documents.layout`, `release_header`, and \
         emptied the caches\n"
    );
    stop.store(true, Ordering::Release);
    let answers = browsing.await.unwrap();
    for answer in &answers {
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let last = answers.last().unwrap();
    assert!(last.header("x-release").starts_with("41ab03d;"), "the new header: {last:?}");

    let mut new = Browser::new(&running);
    let page = new.load("/about").await;
    assert!(page.header("set-cookie").starts_with("version=41ab03d."), "{page:?}");
    assert_eq!(
        (page.text.as_str(), page.header("x-cache")),
        ("<h1>about</h1>", "Miss from cloudfront")
    );
    running.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_place_of_the_decision_can_change() {
    let folder = project();
    build(folder.path());
    let mut running = Running::start(folder.path());
    let mut viewer = Browser::new(&running);
    // Where viewer-request decides, the edge may keep a page for a year.
    for (decide_at, kept) in
        [("origin-request", "s-maxage=60,"), ("viewer-request", "s-maxage=31536000,")]
    {
        configure(folder.path(), &format!("decide_at = \"{decide_at}\""));
        assert!(running.next_line("changed").contains("applied `decide_at`"), "{decide_at}");
        let page = viewer.load("/").await;
        assert_eq!((page.status, page.text.as_str()), (200, PAGE), "{page:?}");
        assert!(page.header("cache-control").contains(kept), "{decide_at}: {page:?}");
    }
    running.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_file_leaves_the_last_configuration_at_work() {
    let folder = project();
    build(folder.path());
    let file = folder.path().join("shop.toml");
    let mut running = Running::start(folder.path());
    let rows = [
        (
            PROJECT.replace("bucket = ", "bukket = "),
            "not applied: configuration `shop.toml`: unknown key `bukket` in [dev]: did you mean `bucket`?",
        ),
        (
            PROJECT.replace("\"bucket\"", "\"gone\""),
            "not applied: bucket folder `gone` is not a folder",
        ),
        (
            PROJECT.replace("[dev]", "[[routes]]\npath = \"/api/*\"\norigin = \"api\"\n[dev]"),
            "not applied: no domain name is known for origin `api`",
        ),
        (format!("# a comment\n{PROJECT}"), "no setting has changed"),
        (
            PROJECT.replace("port = 0", "port = 9000").replace("/shop/plan", "/other/plan"),
            "restart `edgeswitch dev` to apply `dev.port`, `parameter.name`",
        ),
        (
            format!("release_header = true\n{}", PROJECT.replace("port = 0", "port = 9000")),
            "applied `release_header`, and emptied the caches; restart `edgeswitch dev` to apply `dev.port`",
        ),
    ];
    for (text, news) in rows {
        fs::write(&file, text).unwrap();
        assert_eq!(running.next_line("changed"), format!("  changed    shop.toml: {news}\n"));
        let page = Browser::new(&running).load("/").await;
        assert_eq!((page.status, page.text.as_str()), (200, PAGE), "{news}");
    }
    fs::remove_file(&file).unwrap();
    let gone = "not applied: read `shop.toml`: No such file or directory (os error 2)";
    assert_eq!(running.next_line("changed"), format!("  changed    shop.toml: {gone}\n"));
    running.end();
}

#[test]
fn a_new_surprise_is_noted_once() {
    let folder = project();
    build(folder.path());
    let mut running = Running::start(folder.path());
    fs::write(
        folder.path().join("shop.toml"),
        format!("{PROJECT}[slots.blue]\napi = \"a.example\"\n"),
    )
    .unwrap();
    assert!(running.next_line("changed").contains("applied `slots.blue`"));
    let note = running.next_line("note");
    assert_eq!(note, "  note       a.example has no local address: name one in [dev.origins]\n");
    running.end();
}
