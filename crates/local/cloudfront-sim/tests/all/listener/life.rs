use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use cloudfront_sim::{KnownHosts, ListenError, Listener, ListenerOptions, LogFolder, Site};
use edge_time::Timestamp;
use http::Request;
use http_body_util::Full;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::Instant;

use crate::listener::server::{Running, ask, cloudfront, edge, http_1, http_2, loopback, to};

#[tokio::test]
async fn each_edge_location_has_a_listener() {
    let edges = [edge("FRA56-P1"), edge("IAD89-C2")];
    let (_, site) = watch::channel(Site::on_loopback(cloudfront(&edges)));
    for edge in edges {
        let options = ListenerOptions::default();
        let listener = Listener::bind(loopback(), edge.clone(), site.clone(), options);
        let running = Running::serve(listener.unwrap());
        let got = ask(&http_1(), to(&running.url("http", "/"))).await;
        assert_eq!(got.head.headers["x-amz-cf-pop"], edge.0.as_str());
    }
}

#[tokio::test]
async fn a_port_in_use_is_named_with_the_repair() {
    let running = Running::start(ListenerOptions::default());
    let fra = edge("FRA56-P1");
    let (_, site) = watch::channel(Site::on_loopback(cloudfront(std::slice::from_ref(&fra))));
    let second = Listener::bind(running.address, fra, site, ListenerOptions::default());
    let error = second.map(drop).unwrap_err();
    assert!(matches!(error, ListenError::InUse(_)));
    assert_eq!(
        error.to_string(),
        format!(
            "port {} of `127.0.0.1` is in use: end what listens there, or choose another port \
             (0 takes a free one)",
            running.address.port()
        )
    );
}

#[tokio::test(start_paused = true)]
async fn idle_connections_end_at_once() {
    let running = Running::start(ListenerOptions::default());
    let clients = [http_1(), http_2()];
    for client in &clients {
        ask(client, to(&running.url("http", "/"))).await;
    }
    let before = Instant::now();
    running.end().await;
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_request_under_way_has_a_second_to_end() {
    for (name, takes, answered) in [("short", 900, true), ("long", 1100, false)] {
        let (reached, mut begun) = mpsc::channel(1);
        let work = move || async move {
            reached.send(()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(takes)).await;
        };
        let routes = Router::new().route("/work", get(work));
        let running = Running::start(ListenerOptions { routes, ..Default::default() });
        let request = to(&running.url("http", "/work")).map(Full::new);
        let response = tokio::spawn(async { http_1().request(request).await });
        begun.recv().await.unwrap();
        running.end().await;
        assert_eq!(response.await.unwrap().is_ok(), answered, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_viewer_who_leaves_before_the_answer_is_in_the_log_as_one() {
    let (observer, mut observed) = broadcast::channel(1);
    let folder = tempfile::tempdir().unwrap();
    let logs = Arc::new(LogFolder::create(folder.path(), "E2QWRUHAPOMQZL", Timestamp(0)).unwrap());
    let options =
        ListenerOptions { observer: Some(observer), logs: Some(logs), ..Default::default() };
    let running = Running::start(options);
    for (name, leaves, status) in [("it waits", false, "200"), ("it leaves", true, "000")] {
        let mut viewer = TcpStream::connect(running.address).await.unwrap();
        let request = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Takes: 1000\r\n\r\n";
        viewer.write_all(request.as_bytes()).await.unwrap();
        if leaves {
            drop(viewer);
            assert!(observed.recv().await.unwrap().has_left, "{name}");
        } else {
            assert!(!observed.recv().await.unwrap().has_left, "{name}");
        }
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        let log = std::fs::read_to_string(file).unwrap();
        assert_eq!(log.lines().last().unwrap().split('\t').nth(8), Some(status), "{name}");
    }
    running.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_viewer_has_thirty_seconds_for_the_head_of_a_request() {
    let running = Running::start(ListenerOptions::default());
    let mut viewer = TcpStream::connect(running.address).await.unwrap();
    viewer.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ").await.unwrap();
    let before = Instant::now();
    let mut answer = Vec::new();
    viewer.read_to_end(&mut answer).await.unwrap();
    let took = before.elapsed();
    assert_eq!(took.as_secs(), 30, "{took:?} {}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_new_site_answers_the_next_request() {
    let fra = edge("FRA56-P1");
    let site = || Site::on_loopback(cloudfront(std::slice::from_ref(&fra)));
    let (sites, newest) = watch::channel(site());
    let listener = Listener::bind(loopback(), fra.clone(), newest, ListenerOptions::default());
    let running = Running::serve(listener.unwrap());
    let client = http_1();
    let hosts = KnownHosts { more: vec!["shop.test".into()], advice: String::new() };
    let named = |host| Request::get(running.url("http", "/")).header("host", host);
    for (name, status) in [("before", 421), ("after", 200)] {
        let got = ask(&client, named("shop.test").body(Bytes::new()).unwrap()).await;
        assert_eq!(got.head.status, status, "{name}");
        sites.send_replace(Site { hosts: hosts.clone(), ..site() });
    }
    running.end().await;
}
