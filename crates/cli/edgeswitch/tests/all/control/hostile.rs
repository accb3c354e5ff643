//! Values that attack a terminal, a table or a pipeline's log, in every field that takes any text.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use clap::Parser;
use edgeswitch::{Cli, Exit, Paint};
use futures_util::future::join_all;
use serde_json::{Value, json};
use ssm_sim::Endpoint;
use tokio::net::TcpListener;

use crate::control::program::{program, run as end};
use crate::control::world::{HOME, NAME, Ran, World, account, run};

/// The name of the attack, and the value.
pub(crate) const ATTACKS: [(&str, &str); 9] = [
    ("a clipboard", "\x1b]52;c;aGk=\x07"),
    ("a colour in one byte", "\u{9b}31m"),
    ("a second row", "x\nactive     evil 100 %"),
    ("a row over this one", "x\ractive     evil 100 %"),
    ("a command of GitHub", "x\n::error::evil"),
    ("a command of GitHub anywhere", "##[stop-commands]evil"),
    ("another direction", "x\u{202e}y\u{2066}z"),
    ("no width", "x\u{200b}\u{feff}\u{e0041}y"),
    ("delete", "x\u{7f}y"),
];

fn hostile_plan(attack: &str) -> String {
    let release = |slot: &str| json!({ "prefix": "/releases/a", "slot": slot });
    json!({
        "schema": 1,
        "revision": 18,
        "releases": { "41ab03d": release(attack), "9f2c1e7": release(attack) },
        "rollout": "r12",
        "stages": [{ "from": "2026-11-22T09:00:00Z", "weights": [["41ab03d", 90], ["9f2c1e7", 10]] }],
        "last_change": { "at": "2026-11-22T09:59:00Z", "what": attack, "by": attack, "why": attack },
        "note": attack,
    })
    .to_string()
}

pub(crate) fn check(name: &str, line: &str, text: &str) {
    let unseen = |one: char| {
        let is_format =
            matches!(one, '\u{200b}' | '\u{202e}' | '\u{2066}' | '\u{feff}' | '\u{e0041}');
        is_format || (one.is_control() && one != '\n')
    };
    assert!(!text.contains(unseen), "{name}, {line}: {text:?}");
    assert!(!text.contains("##["), "{name}, {line}: {text}");
    for row in text.lines() {
        let is_forged = row.starts_with("active     evil") || row.trim_start().starts_with("::");
        assert!(!is_forged, "{name}, {line}: {text}");
    }
}

async fn attacked(attack: &str) -> World {
    let world = World::with_plan().await;
    world.put(&hostile_plan(attack)).await;
    world
}

const LINES: [&str; 9] = [
    "status",
    "history",
    "diff 1 2",
    "release list",
    "release add c0ffee1 -y",
    "ramp c0ffee1 --steps 10 --every 10m --dry-run",
    "canary 9f2c1e7 --weight 20 --dry-run",
    "preview 9f2c1e7",
    "rollback -y --dry-run",
];

#[tokio::test]
async fn no_command_prints_a_value_that_acts_on_a_terminal_or_a_log() {
    for (name, attack) in ATTACKS {
        let world = attacked(attack).await;
        let mut all = String::new();
        for line in LINES {
            for Ran { out, err, .. } in [world.run(line).await, world.run_narrow(line).await] {
                check(name, line, &out);
                check(name, line, &err);
                all.push_str(&out);
            }
        }
        assert!(all.contains('\\'), "{name}: it is printed, escaped: {all}");
    }
}

#[tokio::test]
async fn json_has_the_value_itself() {
    for (name, attack) in ATTACKS {
        let world = attacked(attack).await;
        let ran = world.run("status --output json").await;
        check(name, "status --output json", &ran.out);
        let status: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(status["summary"]["traffic"][0]["slot"], attack, "{name}");
        assert_eq!(status["summary"]["last_change"]["by"], attack, "{name}");
        let ran = world.run("diff 1 2 --output json").await;
        check(name, "diff --output json", &ran.out);
        let diff: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(diff["after"]["note"], attack, "{name}");
    }
}

#[tokio::test]
async fn an_error_and_a_question_are_one_line_each() {
    for (name, attack) in ATTACKS {
        let world = attacked(attack).await;
        world.put(&format!(r#"{{"schema":1,{}:1}}"#, json!(attack))).await;
        let ran = world.run("status").await;
        check(name, "an invalid plan", &ran.err);
        assert_eq!(ran.err.lines().count(), 2, "{name}: {}", ran.err);
        let world = attacked(attack).await;
        let ran = world.answer("canary 9f2c1e7 --weight 20", attack).await;
        check(name, "a question", &ran.err);
    }
}

/// Every field of a plan that somebody else may have written. Those that the format refuses are in its error.
#[tokio::test]
async fn no_field_of_a_plan_acts_on_a_terminal_or_a_log() {
    for (name, attack) in ATTACKS {
        let origins = |key: &str, domain: &str| json!({ "origins": { key: domain } });
        let releases = [
            ("a prefix", json!({ "prefix": attack })),
            ("a prefix that begins well", json!({ "prefix": format!("/releases/{attack}") })),
            ("a domain", origins("api", attack)),
            ("an origin", origins(attack, "green-alb.example.com")),
            ("an end", json!({ "served_until": attack })),
            ("an unknown field", json!({ attack: attack })),
        ];
        for (field, release) in releases {
            let mut plan: Value = serde_json::from_str(&hostile_plan("blue")).unwrap();
            plan["releases"]["9f2c1e7"] = release;
            refused_or_escaped(&format!("{name}, {field}"), &plan).await;
        }
        for field in ["rollout", "withdrawn", "stages", "lease", "former", "paused_stages"] {
            let mut plan: Value = serde_json::from_str(&hostile_plan("blue")).unwrap();
            plan[field] = match field {
                "rollout" => json!(attack),
                "withdrawn" => json!([attack]),
                "lease" => json!({ "until": attack, "else": 0 }),
                "former" => json!([{ "ids": attack, "served_until": "2026-11-01T09:00:00Z" }]),
                _ => json!([{ "from": attack, "weights": [[attack, 1]] }]),
            };
            refused_or_escaped(&format!("{name}, {field}"), &plan).await;
        }
    }
}

async fn refused_or_escaped(name: &str, plan: &Value) {
    let world = World::with_plan().await;
    world.put(&plan.to_string()).await;
    for line in
        ["status", "history", "diff 1 2", "release list", "canary 9f2c1e7 --weight 20 --dry-run"]
    {
        let ran = world.run(line).await;
        check(name, line, &ran.out);
        check(name, line, &ran.err);
    }
}

/// A server that gives every request the same answer; its address.
async fn server(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().fallback(move || {
        let answer = answer.clone();
        async move { answer() }
    });
    tokio::spawn(axum::serve(listener, router).into_future());
    url
}

#[tokio::test]
async fn a_message_of_aws_is_one_line() {
    for (name, attack) in ATTACKS {
        for code in ["AccessDeniedException", "ValidationException", attack] {
            let message = json!({ "__type": code, "message": attack }).to_string();
            let url =
                server(move || (StatusCode::BAD_REQUEST, message.clone()).into_response()).await;
            let account = account(&url, "alice").await;
            let world = World::new().await;
            for line in [
                "status",
                "history",
                "promote 9f2c1e7 --now -y",
                "rollback -y",
                "diff 1",
                "sync -y",
            ] {
                for output in ["text", "json"] {
                    let line =
                        format!("{line} --parameter {NAME} --region {HOME} --output {output}");
                    let ran = run(&account, world.clock.as_ref(), "alice", &line, None).await;
                    assert_eq!(ran.exit, Exit::Failed, "{name}, {line}: {}", ran.err);
                    check(name, &line, &ran.err);
                    let last = ran.err.lines().last().unwrap();
                    if output == "json" {
                        let failure: Value = serde_json::from_str(last).unwrap();
                        let error = failure["error"].as_str().unwrap();
                        assert!(error.ends_with(attack), "{name}, {line}: it is exact: {error}");
                    }
                }
            }
        }
    }
}

/// The writer of a change, as the environment names it, and the reason that it gives.
#[tokio::test]
async fn the_name_of_a_user_is_kept_as_it_is_and_printed_escaped() {
    join_all(ATTACKS.map(|(name, attack)| written_by(name, attack))).await;
}

async fn written_by(name: &str, attack: &str) {
    let world = World::with_plan().await;
    let endpoint = Endpoint::start(world.store.clone(), ([127, 0, 0, 1], 0).into()).await.unwrap();
    let place = format!("--parameter {NAME} --region {HOME}");
    let mut command = program(&format!("rollback 41ab03d -y {place} --reason"), &world);
    command.arg(attack).env("USER", attack);
    let signed_in = |command: &mut std::process::Command| {
        command.env("AWS_ENDPOINT_URL", endpoint.url());
        command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    };
    signed_in(&mut command);
    world.put(&hostile_plan("blue")).await;
    let ran = end(command).await;
    check(name, "rollback", &String::from_utf8(ran.stderr).unwrap());
    assert_eq!(ran.status.code(), Some(0), "{name}");
    let plan: Value = serde_json::from_str(&world.text().await).unwrap();
    assert_eq!(plan["last_change"]["by"], attack, "{name}");
    assert_eq!(plan["last_change"]["why"], attack, "{name}");
    for line in ["history", "status"] {
        let mut command = program(&format!("{line} {place}"), &world);
        signed_in(&mut command);
        let ran = end(command).await;
        let text = String::from_utf8(ran.stdout).unwrap();
        check(name, line, &text);
        assert!(text.contains('\\'), "{name}: it is printed, escaped: {text}");
    }
    let ran = world.run("history --output json").await;
    let history: Value = serde_json::from_str(&ran.out).unwrap();
    let what = history["versions"][0]["what"].as_str().unwrap();
    assert_eq!(what, format!("rollback to 41ab03d by {attack}: {attack}"), "{name}");
}

/// Arguments can come from the title of a pull request.
#[tokio::test]
async fn an_argument_is_quoted_escaped() {
    let world = World::with_plan().await;
    for (name, attack) in ATTACKS {
        let lines: [&[&str]; 5] = [
            &["promote", attack],
            &[attack],
            &["status", "--config", attack],
            &["status", "--parameter", attack, "--region", attack],
            &["diff", attack],
        ];
        for line in lines {
            let mut command = program("", &world);
            let ran = end({
                command.args(line);
                command
            })
            .await;
            assert!(!ran.status.success(), "{name}, {line:?}");
            check(name, &line.join(" "), &String::from_utf8(ran.stderr).unwrap());
        }
    }
    let mut command = program("promote", &world);
    command.arg(OsString::from_vec(b"\xff\x1b]52;c;aGk=\x07".to_vec()));
    let ran = end(command).await;
    check("no UTF-8", "promote", &String::from_utf8(ran.stderr).unwrap());
}

fn explained(world: &World, event: &Value, output: &str) -> (String, String) {
    let path = |name: &str| world.folder.path().join(name).display().to_string();
    fs::write(path("event.json"), event.to_string()).unwrap();
    let (event, plan, config) = (path("event.json"), path("plan.json"), path("edgeswitch.toml"));
    let words =
        ["edgeswitch", "explain", &event, "--plan", &plan, "--config", &config, "--output", output];
    let cli = Cli::try_parse_from(words).unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    if let Err(failure) = edgeswitch::run(&cli, &mut out) {
        edgeswitch::report(failure.as_ref(), cli.output, Paint::Plain, &mut err).unwrap();
    }
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

/// The values of an event, each in its turn.
fn events(attack: &str) -> Vec<(&'static str, Value)> {
    let event = |uri: &str, query: &str, address: &str, name: &str, value: &str| {
        let header = |key: &str, value: &str| json!([{ "key": key, "value": value }]);
        json!({ "Records": [{ "cf": {
            "config": {
                "distributionDomainName": "d111111abcdef8.cloudfront.net",
                "distributionId": "EDFDVBD6EXAMPLE",
                "eventType": "viewer-request",
                "requestId": "4TyzHTaYWb1GX1qTfsHhEqV6HUDd_BzoBZnwfnvQc_1oF26ClkoUSEQ=="
            },
            "request": {
                "clientIp": address, "method": "GET", "uri": uri, "querystring": query,
                "headers": { "host": header("Host", "shop.example.com"), name: header(name, value) }
            }
        } }] })
    };
    let ip = "203.0.113.178";
    let cookie = format!("release={attack}; release-override={attack}");
    vec![
        ("a path", event(&format!("/{attack}"), "", ip, "x", "y")),
        ("a query", event("/", &format!("__release={attack}&a={attack}"), ip, "x", "y")),
        ("an address", event("/", "", attack, "x", "y")),
        ("a header that is removed", event("/", "", ip, "if-none-match", attack)),
        ("a stamp of ours", event("/", "", ip, "x-bluegreen-release", attack)),
        ("a cookie", event("/", "", ip, "cookie", &cookie)),
        ("a pin", event(&format!("/_r/{attack}/a.js"), "", ip, "x-release", attack)),
        ("a header's name", event("/", "", ip, attack, "y")),
        ("no event", json!({ attack: attack })),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_explained_escaped() {
    let world = World::new().await;
    world.configure(&format!(
        "name = \"shop\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n[override]\npolicy = \"known-release\"\n[allow]\nprefixes = [\"/releases/*\"]\n"
    ));
    for (name, attack) in ATTACKS {
        fs::write(world.folder.path().join("plan.json"), hostile_plan(attack)).unwrap();
        for (value, event) in events(attack) {
            let (name, line) = (format!("{name}, {value}"), "explain");
            let (out, err) = tokio::task::block_in_place(|| explained(&world, &event, "text"));
            check(&name, line, &out);
            check(&name, line, &err);
            assert_ne!(out.is_empty(), err.is_empty(), "{name}: {out}{err}");
            if value == "a header that is removed" {
                assert!(out.contains('\\'), "{name}: it is printed, escaped: {out}");
                let (out, _) = tokio::task::block_in_place(|| explained(&world, &event, "json"));
                check(&name, line, &out);
                let told: Value = serde_json::from_str(&out).unwrap();
                assert!(told.to_string().contains(&json!(attack).to_string()), "{name}: {told}");
            }
        }
    }
}

/// What a site answers, where HTTP allows the value: headers, a page, and a manifest.
fn site(attack: &str) -> Response {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(attack.as_bytes()) {
        for name in ["x-release", "location", "content-type", "cache-control", "set-cookie"] {
            headers.insert(name, value.clone());
        }
    }
    let page = format!(
        "<script src=\"/{attack}\"></script><link rel=stylesheet href='{attack}'>{{\"{attack}\":{{\"file\":\"{attack}\"}}}}"
    );
    (headers, Html(page)).into_response()
}

#[tokio::test]
async fn the_answers_of_a_site_are_told_escaped() {
    for (name, attack) in ATTACKS {
        let world = World::with_plan().await;
        world.configure(&format!(
            "name = \"shop\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n[override]\npolicy = \"known-release\"\n"
        ));
        let list = world.folder.path().join("list.txt");
        let manifest = world.folder.path().join("manifest.json");
        fs::write(&list, format!("/{attack}\n{attack}\n")).unwrap();
        fs::write(&manifest, json!({ attack: { "file": attack, "css": [attack] } }).to_string())
            .unwrap();
        let manifests = json!({ attack: { "file": attack } }).to_string();
        let hosts = [
            server(move || site(attack)).await,
            server(move || manifests.clone().into_response()).await,
            server(move || (StatusCode::FOUND, site(attack)).into_response()).await,
        ];
        for host in hosts {
            for more in [
                String::new(),
                "--api /api/health --manifest /manifest.json".into(),
                format!("--asset-list {}", list.display()),
                format!("--manifest-file {}", manifest.display()),
            ] {
                let output = if more.is_empty() { "json" } else { "text" };
                let line = format!("verify 9f2c1e7 --host {host} {more} --output {output}");
                let ran = world.configured(&line).await;
                check(name, &line, &ran.out);
                check(name, &line, &ran.err);
                assert!(!ran.out.is_empty() || !ran.err.is_empty(), "{name}, {line}");
            }
        }
    }
}
