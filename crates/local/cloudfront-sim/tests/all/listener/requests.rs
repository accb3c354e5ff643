use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use cloudfront_sim::{Exchange, KnownHosts, Listener, ListenerOptions, Site};
use http::{Method, Request, StatusCode};
use tokio::sync::{broadcast, watch};

use crate::listener::server::{Running, ask, cloudfront, edge, http_1, http_2, loopback, to};

#[tokio::test]
async fn head_tells_the_length_without_the_content() {
    let running = Running::start(ListenerOptions::default());
    for client in [http_1(), http_2()] {
        let mut request = to(&running.url("http", "/page"));
        let length = ask(&client, request.clone()).await.text.len() + "HEAD".len() - "GET".len();
        *request.method_mut() = Method::HEAD;
        let got = ask(&client, request).await;
        assert_eq!(got.head.headers["content-length"], length.to_string());
        assert_eq!(got.text, "");
    }
}

#[tokio::test]
async fn a_body_reaches_the_origin() {
    let running = Running::start(ListenerOptions::default());
    for client in [http_1(), http_2()] {
        let body = Bytes::from(vec![0; 300_000]);
        let got =
            ask(&client, Request::post(running.url("http", "/orders")).body(body).unwrap()).await;
        assert!(got.text.starts_with("POST /orders "), "{}", got.text);
        assert!(got.text.ends_with(" body 300000"), "{}", got.text);
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let running = Running::start(ListenerOptions::default());
    let body = Bytes::from(vec![0; 64 * 1024 * 1024 + 1]);
    let got = ask(&http_2(), Request::post(running.url("http", "/")).body(body).unwrap()).await;
    assert_eq!(got.head.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(got.text, "the body is over 64 MiB\n");
}

#[tokio::test]
async fn headers_that_are_too_large_are_cloudfronts_to_refuse() {
    let running = Running::start(ListenerOptions::default());
    for client in [http_1(), http_2()] {
        let request = Request::get(running.url("http", "/")).header("x-large", "x".repeat(40_000));
        let got = ask(&client, request.body(Bytes::new()).unwrap()).await;
        assert_eq!(got.head.status.as_u16(), 494);
    }
}

#[tokio::test]
async fn routes_of_ones_own_come_before_cloudfront() {
    let page = Router::new().route("/state", get(|| async { "the page" }));
    let routes = Router::new().nest("/_edgeswitch", page);
    let running = Running::start(ListenerOptions { routes, ..Default::default() });
    let client = http_1();
    assert_eq!(ask(&client, to(&running.url("http", "/_edgeswitch/state"))).await.text, "the page");
    for path in ["/", "/state", "/_edgeswitched", "/%2e%2e/{brace"] {
        let got = ask(&client, to(&running.url("http", path))).await;
        assert!(got.text.starts_with(&format!("GET {path} ")), "{}", got.text);
    }
}

#[tokio::test]
async fn an_observer_gets_every_exchange() {
    let (observer, mut exchanges) = broadcast::channel::<Arc<Exchange>>(8);
    let running =
        Running::start(ListenerOptions { observer: Some(observer), ..Default::default() });
    ask(&http_1(), to(&running.url("http", "/page?q=1"))).await;
    let exchange = exchanges.try_recv().unwrap();
    assert_eq!((exchange.url.as_str(), exchange.status), ("/page?q=1", 200));
    assert_eq!(exchange.edge, edge("FRA56-P1"));
}

#[tokio::test]
async fn one_machine_plays_many_viewers_if_it_may() {
    let named = ListenerOptions {
        viewer_header: Some(http::HeaderName::from_static("x-player")),
        ..Default::default()
    };
    for (name, options, value, seen) in [
        ("an address", named.clone(), "198.51.100.7", "from 198.51.100.7 cookie - player -"),
        ("an IPv6 address", named.clone(), "2001:db8::7", "from 2001:db8::7 cookie - player -"),
        ("no address", named, "somebody", "from 127.0.0.1 cookie - player -"),
        (
            "not asked for",
            ListenerOptions::default(),
            "198.51.100.7",
            "from 127.0.0.1 cookie - player 198.51.100.7",
        ),
    ] {
        let running = Running::start(options);
        let request = Request::get(running.url("http", "/")).header("x-player", value);
        let got = ask(&http_1(), request.body(Bytes::new()).unwrap()).await;
        assert!(got.text.contains(seen), "{name}: {}", got.text);
    }
}

#[tokio::test]
async fn only_known_host_names_reach_cloudfront() {
    let hosts = KnownHosts { more: vec!["shop.test".into()], advice: ", or `hosts`".into() };
    let fra = edge("FRA56-P1");
    let cloudfront = cloudfront(std::slice::from_ref(&fra));
    let (_, site) = watch::channel(Site { cloudfront, hosts });
    let listener = Listener::bind(loopback(), fra, site, ListenerOptions::default());
    let running = Running::serve(listener.unwrap());
    let known = [
        "localhost",
        "localhost:1",
        "LOCALHOST.",
        "shop.localhost",
        "127.0.0.1",
        "127.8.0.1:80",
        "[::1]:80",
    ];
    let named = ["shop.test", "Shop.Test:8080"];
    for host in known.into_iter().chain(named) {
        let request = Request::get(running.url("http", "/")).header("host", host);
        let got = ask(&http_1(), request.body(Bytes::new()).unwrap()).await;
        assert_eq!(got.head.status, StatusCode::OK, "{host}");
    }
    let unknown = [
        "evil.example",
        "localhost.evil.example",
        "a.shop.test",
        "128.0.0.1",
        "127.0.0.1.nip.io",
        "@",
        "",
    ];
    for host in unknown {
        let request = Request::get(running.url("http", "/")).header("host", host);
        let got = ask(&http_1(), request.body(Bytes::new()).unwrap()).await;
        assert_eq!(got.head.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        let text = format!("host `{host}` is not known here: use `localhost`, or `hosts`\n");
        assert_eq!(got.text, text);
    }
}
