//! A ramp with a gate: the function reads the logs of a bucket, which is on loopback.

use std::fs;
use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, Uri};
use edge_time::{Clock, SystemClock, Timestamp};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::deployed::{Answer, Deployed};
use crate::{FIXTURES, World};

fn minutes_ago(minutes: i64) -> Timestamp {
    Timestamp(SystemClock.now().0 - minutes * 60_000).floor_second()
}

/// A ramp that the guard holds: 10 % for forty minutes, and everybody in three minutes.
fn ramp() -> String {
    let release = |id: &str| json!({ "prefix": format!("/releases/{id}") });
    let plan = json!({
        "schema": 1, "revision": 17, "rollout": "r12",
        "releases": { "41ab03d": release("41ab03d"), "9f2c1e7": release("9f2c1e7") },
        "stages": [
            { "from": minutes_ago(600).to_string(), "weights": [["41ab03d", 100]] },
            { "from": minutes_ago(40).to_string(), "weights": [["41ab03d", 90], ["9f2c1e7", 10]] },
            { "from": minutes_ago(-3).to_string(), "weights": [["41ab03d", 0], ["9f2c1e7", 100]] },
        ],
        "lease": { "until": minutes_ago(-60).to_string(), "else": 0, "guard": {
            "seconds": 3600, "gate": { "logs": "s3://shop-logs/cdn/" },
        } },
    });
    plan.to_string()
}

/// Page loads of both releases, one after the other.
fn log(count: u8) -> String {
    let at = minutes_ago(30).to_string();
    let (date, time) = (&at[..10], &at[11..19]);
    let row = |number: u8| {
        let release = if number.is_multiple_of(2) { "41ab03d" } else { "9f2c1e7" };
        format!(
            "{date}\t{time}\tid-{number}\t192.0.2.{number}\tGET\t/\t200\tX\ttext/html;%20release={release}\n"
        )
    };
    let fields = "date time x-edge-request-id c-ip cs-method cs-uri-stem sc-status cs(User-Agent) sc-content-type";
    (0..count).fold(format!("#Version: 1.0\n#Fields: {fields}\n"), |log, number| log + &row(number))
}

/// A bucket with one log, or one that may not be listed.
async fn bucket(log: Option<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let log: Option<Arc<str>> = log.map(Arc::from);
    let answer = move |uri: Uri| {
        let log = log.clone();
        async move {
            let Some(log) = log else {
                let denied = "<Error><Code>AccessDenied</Code><Message>no</Message></Error>";
                return (StatusCode::FORBIDDEN, denied.to_owned());
            };
            if uri.query().is_some_and(|query| query.contains("list-type=2")) {
                let listed = format!(
                    "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>cdn/shop.log</Key>\
                     <LastModified>{}</LastModified></Contents></ListBucketResult>",
                    minutes_ago(0)
                );
                return (StatusCode::OK, listed);
            }
            assert_eq!(uri.path(), "/shop-logs/cdn/shop.log");
            (StatusCode::OK, log.to_string())
        }
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    url
}

/// One run of the function, and its line in the log.
async fn run(log: Option<String>) -> (World, Answer, Value) {
    let world = World::new().await;
    // The ramp is the oldest plan of the history, so its release has had viewers since its stage began.
    world.store.delete("/shop/plan").await.unwrap();
    world.put(&ramp()).await;
    let (aws, s3) = (world.endpoint.url(), bucket(log).await);
    let urls = [("AWS_ENDPOINT_URL", &*aws), ("AWS_ENDPOINT_URL_S3", &*s3)];
    let guard = Deployed::new(world.folder.path(), &urls);
    let schedule = fs::read_to_string(format!("{FIXTURES}/made-schedule.json")).unwrap();
    let answer = guard.invoke(&schedule).await;
    let line = guard.log(1).await.remove(0);
    (world, answer, line)
}

#[tokio::test]
async fn the_function_reads_the_logs_and_holds_the_step() {
    let (world, answer, line) = run(Some(log(60))).await;
    let Answer::Response(answer) = answer else { panic!("{answer:?}") };
    let words = "cannot tell: 50.0 % of the viewers have the candidate, 10.0 % are planned";
    assert_eq!((&answer["gate"], &answer["version"]), (&json!(words), &json!(2)), "{answer}");
    assert_eq!(line["gate"], words, "{line}");
    assert_eq!(line["did"], format!("ramp pause: gate: {words}"), "{line}");
    let plan: Value = serde_json::from_str(&world.store.peek("/shop/plan").unwrap().value).unwrap();
    assert_eq!(plan["paused_stages"].as_array().map(Vec::len), Some(1), "{plan}");
    assert_eq!(plan["lease"]["guard"]["paused_by"], "guard", "{plan}");
    let note = world.store.peek("/shop/plan-guard").unwrap().value;
    assert!(note.contains(words), "{note}");
}

#[tokio::test]
async fn without_the_right_the_step_is_held_and_the_right_is_named() {
    let (world, answer, line) = run(None).await;
    let Answer::Error(error) = answer else { panic!("{answer:?}") };
    let right = "it needs the right `s3:ListBucket` on `arn:aws:s3:::shop-logs`";
    assert!(error.contains("gate: list the logs in bucket `shop-logs`"), "{error}");
    assert!(error.contains(right) && error.contains("`LogsBucket` of guard.yaml"), "{error}");
    assert!(line["trouble"].as_str().unwrap().contains(right), "{line}");
    let plan = world.store.peek("/shop/plan").unwrap().value;
    assert!(plan.contains("\"paused_stages\"") && !plan.contains("rollback"), "{plan}");
}
