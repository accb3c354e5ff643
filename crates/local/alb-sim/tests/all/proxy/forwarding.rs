use std::sync::Mutex;

use alb_sim::{Condition, Forward};
use http::header::SET_COOKIE;

use super::world::{World, say};
use crate::viewers::{LAST, Sequence};

#[tokio::test]
async fn requests_go_by_rules_and_weights() {
    let world = World::start().await;
    assert_eq!(world.get("/", &[]).await.text, "blue");
    let path = Condition::PathPattern(vec!["/api/*".into()]);
    let host = Condition::HostHeader(vec!["green.example".into()]);
    {
        let mut balancer = world.balancer.write().unwrap();
        for (priority, condition) in [(1, path), (2, host)] {
            let green = Forward::to(&world.groups[1]);
            balancer.add_rule(&world.listener, priority, vec![condition], green).unwrap();
        }
    }
    assert_eq!(world.get("/api/carts?page=2", &[]).await.text, "green");
    assert_eq!(world.get("/", &[("host", "green.example")]).await.text, "green");
    world.weigh(0, 100, None);
    assert_eq!(world.get("/", &[]).await.text, "green");
    let overview = world.load_balancer.overview();
    let counts = overview.iter().map(|action| {
        let requests = action.groups.iter().map(|group| group.requests.iter().sum());
        requests.collect::<Vec<u64>>()
    });
    assert_eq!(counts.collect::<Vec<_>>(), [vec![1], vec![1], vec![1, 1]]);
}

/// 1,000 requests at 9 to 1: far outside five standard deviations (5 × 9.5) is a mistake.
#[tokio::test]
async fn weights_are_shares_of_requests() {
    let sequence = Mutex::new(Sequence::seeded(1));
    let world = World::drawing(move || sequence.lock().unwrap().chance()).await;
    world.weigh(9, 1, None);
    let mut green = 0;
    for _ in 0..1000 {
        green += u32::from(world.get("/", &[]).await.text == "green");
    }
    assert!(green.abs_diff(100) < 48, "{green}");
}

#[tokio::test]
async fn a_viewer_keeps_its_group_by_the_cookies_of_the_answer() {
    let world = World::start().await;
    world.weigh(1, 1, Some(60));
    let first = world.get("/", &[]).await;
    let cookies = first.headers.get_all(SET_COOKIE).iter();
    let cookies: Vec<_> =
        cookies.map(|one| one.to_str().unwrap().split_once(';').unwrap().0).collect();
    let names: Vec<_> = cookies.iter().map(|one| one.split_once('=').unwrap().0).collect();
    assert_eq!(names, ["AWSALBTG", "AWSALBTGCORS"]);
    world.weigh(0, 100, Some(60));
    for cookie in &cookies {
        assert_eq!(world.get("/", &[("cookie", *cookie)]).await.text, "blue", "{cookie}");
    }
    assert_eq!(world.get("/", &[]).await.text, "green");
    world.pass(std::time::Duration::from_secs(61));
    assert_eq!(world.get("/", &[("cookie", cookies[0])]).await.text, "green");
    let [action] = world.load_balancer.overview().try_into().unwrap();
    let [blue, green] = action.groups.try_into().unwrap();
    assert_eq!((blue.new_cookies, blue.kept), (1, 2));
    assert_eq!((green.new_cookies, green.kept), (2, 0));
}

#[tokio::test]
async fn the_target_sees_the_viewer_and_no_header_of_the_connection() {
    let world = World::start().await;
    let given = [
        ("host", "shop.example"),
        ("x-forwarded-for", "203.0.113.7"),
        ("x-forwarded-port", "1"),
        ("x-forwarded-proto", "https"),
        ("te", "trailers"),
        ("connection", "x-mine"),
        ("x-mine", "1"),
        ("upgrade", "h2c"),
    ];
    let seen = world.get("/headers", &given).await.text;
    let port = format!("\"x-forwarded-port\": \"{}\"", world.address.port());
    for part in [
        r#""host": "shop.example""#,
        r#""x-forwarded-for": "203.0.113.7, 127.0.0.1""#,
        r#""x-forwarded-proto": "http""#,
        &port,
    ] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
    for name in ["\"te\"", "x-mine", "upgrade", "\"connection\""] {
        assert!(!seen.contains(name), "{name}: {seen}");
    }
}

#[tokio::test]
async fn a_websocket_stays_where_it_was_opened() {
    let world = World::start().await;
    let mut socket = world.socket().await;
    assert_eq!(say(&mut socket, " one").await, "blue one");
    world.weigh(0, 100, None);
    assert_eq!(say(&mut socket, " two").await, "blue two");
    assert_eq!(say(&mut world.socket().await, " three").await, "green three");
    let [action] = world.load_balancer.overview().try_into().unwrap();
    assert_eq!(action.groups[0].targets[0].websockets, 1);
    assert_eq!(action.groups[0].targets[0].requests, 0);
}

#[tokio::test]
async fn the_load_balancer_answers_if_no_target_can() {
    let world = World::drawing(|| LAST).await;
    world.weigh(0, 0, None);
    assert_eq!(world.get("/", &[]).await.status, 503);
    // A port that was free a moment ago, and where nobody listens.
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let gone = vec![alb_sim::Target::healthy(free)];
    world.balancer.write().unwrap().set_targets(&world.groups[1], gone).unwrap();
    world.weigh(0, 1, None);
    assert_eq!(world.get("/", &[]).await.status, 502);
}
