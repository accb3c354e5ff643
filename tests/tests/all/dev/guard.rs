use edgeswitch_dev::DevArgs;
use reqwest::header::{HOST, ORIGIN};

use crate::dev::browser::{Browser, read};
use crate::dev::sample;

/// A request and its expected status. `PORT` is replaced by the port of the first edge location.
struct Row {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    host: &'static str,
    origin: Option<&'static str>,
    site: Option<&'static str>,
    mode: Option<&'static str>,
    status: u16,
}

const ROW: Row = Row {
    name: "",
    method: "GET",
    path: "/_edgeswitch",
    host: "localhost:PORT",
    origin: None,
    site: None,
    mode: None,
    status: 200,
};
const STATE: &str = "/_edgeswitch/api/state";
const CHANGE: Row = Row {
    method: "POST",
    path: "/_edgeswitch/api/invalidations",
    origin: Some("http://localhost:PORT"),
    ..ROW
};

const ROWS: &[Row] = &[
    Row { name: "the page by its name", ..ROW },
    Row { name: "the page by its address", host: "127.0.0.1:PORT", ..ROW },
    Row {
        name: "the page by a name that resolves to loopback",
        host: "evil.example:PORT",
        status: 403,
        ..ROW
    },
    Row { name: "another port", host: "localhost:1", status: 403, ..ROW },
    Row { name: "no port", host: "localhost", status: 403, ..ROW },
    Row {
        name: "a name that begins like ours",
        host: "localhost.evil.example:PORT",
        status: 403,
        ..ROW
    },
    Row {
        name: "a file by a foreign name",
        path: "/_edgeswitch/page.js",
        host: "evil.example:PORT",
        status: 403,
        ..ROW
    },
    Row { name: "the state", path: STATE, ..ROW },
    Row {
        name: "the state by a foreign name",
        path: STATE,
        host: "evil.example:PORT",
        status: 403,
        ..ROW
    },
    Row {
        name: "the state for a foreign page",
        path: STATE,
        origin: Some("http://evil.example"),
        status: 403,
        ..ROW
    },
    Row {
        name: "the state for a foreign image",
        path: STATE,
        site: Some("cross-site"),
        status: 403,
        ..ROW
    },
    Row {
        name: "a link from a foreign page",
        site: Some("cross-site"),
        mode: Some("navigate"),
        ..ROW
    },
    Row { name: "a change", ..CHANGE },
    Row { name: "a change by our address", origin: Some("http://127.0.0.1:PORT"), ..CHANGE },
    Row { name: "a change without an origin", origin: None, status: 403, ..CHANGE },
    Row { name: "a change from nowhere", origin: Some("null"), status: 403, ..CHANGE },
    Row {
        name: "a change by a foreign page",
        origin: Some("http://evil.example"),
        status: 403,
        ..CHANGE
    },
    Row {
        name: "a change by a page of another port",
        origin: Some("http://localhost:1"),
        status: 403,
        ..CHANGE
    },
    Row {
        name: "a change by a page with TLS",
        origin: Some("https://localhost:PORT"),
        status: 403,
        ..CHANGE
    },
    Row {
        name: "a change by a foreign name",
        host: "evil.example:PORT",
        origin: Some("http://evil.example:PORT"),
        status: 403,
        ..CHANGE
    },
    Row {
        name: "a change that says it is foreign",
        site: Some("cross-site"),
        status: 403,
        ..CHANGE
    },
    Row {
        name: "a foreign form's change",
        site: Some("cross-site"),
        mode: Some("navigate"),
        status: 403,
        ..CHANGE
    },
];

#[tokio::test(flavor = "multi_thread")]
async fn no_other_web_page_can_read_or_drive_the_page() {
    let local = sample(DevArgs::default()).await;
    let browser = Browser::new(&local);
    let port = browser.base().rsplit_once(':').unwrap().1;
    for row in ROWS {
        let mut request =
            browser.bare(row.method, row.path).header(HOST, row.host.replace("PORT", port));
        let headers =
            [("origin", row.origin), ("sec-fetch-site", row.site), ("sec-fetch-mode", row.mode)];
        for (name, value) in headers {
            if let Some(value) = value {
                request = request.header(name, value.replace("PORT", port));
            }
        }
        let request = request.header("content-type", "application/json").body(r#"{"path":"/*"}"#);
        let answer = read(request).await;
        assert_eq!(answer.status, row.status, "{}: {}", row.name, answer.text);
        assert!(
            answer.header("content-security-policy").starts_with("default-src 'none'"),
            "{}",
            row.name
        );
        assert_eq!(answer.header("access-control-allow-origin"), "", "{}", row.name);
    }
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_web_page_can_read_the_site_by_a_name_that_resolves_to_loopback() {
    let local = sample(DevArgs::default()).await;
    let browser = Browser::new(&local);
    for (host, status) in [("localhost", 200), ("127.0.0.1:1", 200), ("evil.example", 421)] {
        for path in ["/", "/api/products"] {
            let answer = read(browser.bare("GET", path).header(HOST, host)).await;
            assert_eq!(answer.status, status, "{host}{path}: {}", answer.text);
        }
    }
    local.stop().await;
}

/// Without a preflight, a form of a foreign page can send text but not JSON.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_json() {
    let local = sample(DevArgs::default()).await;
    let browser = Browser::new(&local);
    let rows = [
        ("a form's text", "text/plain", r#"{"path":"/*"}"#, 415),
        ("half of it", "application/json", r#"{"path":"#, 400),
        ("something else", "application/json", r#"{"way":"/*"}"#, 422),
        ("a path that CloudFront refuses", "application/json", r#"{"path":"index.html"}"#, 400),
    ];
    for (name, kind, body, status) in rows {
        let request = browser.bare("POST", "/_edgeswitch/api/invalidations");
        let request = request.header(ORIGIN, browser.base()).header("content-type", kind);
        assert_eq!(read(request.body(body)).await.status, status, "{name}");
    }
    local.stop().await;
}
