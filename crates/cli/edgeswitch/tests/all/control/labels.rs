//! Parameter Store with a label on an old version, which blocks the 100th write after it.

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use edgeswitch::{AwsErrorKind, Cloud, Exit, Failure};
use tokio::net::TcpListener;

use crate::control::world::{HOME, NAME, World, account, former};

/// Refuses a write as the page of `PutParameter` says.
async fn answer(headers: HeaderMap) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    if target.ends_with(".PutParameter") {
        let code = r#"{"__type":"ParameterMaxVersionLimitExceeded","message":"too many versions"}"#;
        return (StatusCode::BAD_REQUEST, code).into_response();
    }
    assert!(target.ends_with(".GetParameterHistory"), "{target}");
    r#"{"Parameters":[{"Version":7,"Value":"41ab03d","Labels":["stable","june"]}]}"#.into_response()
}

#[tokio::test]
async fn a_write_that_a_label_blocks_names_the_label_and_the_command_that_moves_it() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, Router::new().fallback(answer)).into_future());
    let account = account(&url, "alice").await;
    let error = account.parameter(NAME, HOME).write("41ab03d").await.unwrap_err();
    assert_eq!(error.kind, AwsErrorKind::Labelled);
    let expected = "write `/shop/plan` in `eu-central-1`: AWS keeps 100 versions, and the oldest one, 7, has the \
                    label `stable`: `aws ssm label-parameter-version --name /shop/plan --labels stable --region \
                    eu-central-1` moves it";
    assert_eq!(error.to_string(), expected);
    let hint = "move the label to a newer version, then repeat the command";
    assert_eq!(error.advice().hint.as_deref(), Some(hint));
}

/// A label on the first version, and so many versions after it.
async fn labelled(since: u64) -> World {
    let world = World::with_former().await;
    let label = ["stable".to_owned()];
    world.store.label(NAME, Some(1), &label).await.unwrap();
    for version in 2..=since + 1 {
        assert_eq!(world.put(&former()).await, version);
    }
    world
}

fn warning(left: &str) -> String {
    format!(
        "version 1 in {HOME} has the label `stable`, so AWS takes {left}: `aws ssm label-parameter-version \
         --name {NAME} --labels stable --region {HOME}` moves the label"
    )
}

#[tokio::test]
async fn a_change_names_a_label_before_it_blocks_writes() {
    let rows = [(89, None), (90, Some("9 more writes")), (96, Some("3 more writes"))];
    for (since, left) in rows {
        let world = labelled(since).await;
        for line in ["release add c0ffee1 -y --dry-run", "promote 9f2c1e7 --now -y"] {
            let ran = world.run(line).await;
            assert_eq!(ran.exit, Exit::Done, "{line}: {}", ran.err);
            assert_eq!(
                ran.err.contains("has the label"),
                left.is_some(),
                "{since}, {line}: {}",
                ran.err
            );
            let warned = left.is_none_or(|left| ran.err.contains(&(warning(left) + "\n")));
            assert!(warned, "{since}, {line}: {}", ran.err);
        }
    }
}

#[tokio::test]
async fn a_ramp_does_not_start_where_a_label_would_block_it() {
    let ramp = "ramp 9f2c1e7 --steps 10,50 --every 10m --detach -y";
    let world = labelled(90).await;
    let ran = world.run(ramp).await;
    assert_eq!((ran.exit, world.version().await), (Exit::Failed, 91), "{}", ran.err);
    let error = format!(
        "error: a ramp may need more versions than AWS takes: {}\nhint: move the label",
        warning("9 more writes")
    );
    assert!(ran.err.contains(&error), "{}", ran.err);
    world.store.label(NAME, None, &["stable".to_owned()]).await.unwrap();
    let ran = world.run(ramp).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(!ran.err.contains("label"), "{}", ran.err);
}

/// Other changes leave the last two writes, and AWS refuses only what comes after them.
#[tokio::test]
async fn a_rollback_is_possible_until_the_last_write() {
    let world = labelled(97).await;
    for line in
        ["release add c0ffee1 -y", "promote 9f2c1e7 --now -y", "canary 9f2c1e7 --weight 5 -y"]
    {
        let ran = world.run(line).await;
        assert_eq!((ran.exit, world.version().await), (Exit::Failed, 98), "{line}: {}", ran.err);
        let error = "error: the last versions before a label are kept for rollbacks: version 1 in";
        assert!(ran.err.contains(error), "{}", ran.err);
    }
    for (line, version) in [("rollback 9f2c1e7 -y", 99), ("rollback 41ab03d -y", 100)] {
        let ran = world.run(line).await;
        assert_eq!((ran.exit, world.version().await), (Exit::Done, version), "{line}: {}", ran.err);
        assert!(!ran.err.contains("label"), "{}", ran.err);
    }
    let ran = world.run("rollback 9f2c1e7 -y").await;
    assert_eq!((ran.exit, world.version().await), (Exit::Failed, 100), "{}", ran.err);
    assert!(ran.err.contains("AWS keeps 100 versions, and the oldest one, 1,"), "{}", ran.err);
}
