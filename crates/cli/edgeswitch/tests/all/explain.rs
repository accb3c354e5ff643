//! What `edgeswitch explain` says: that which the functions do, in words.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use clap::Parser;
use edge_config::Config;
use edge_event::Event;
use edge_time::{SystemClock, Timestamp};
use edgeswitch::{Cli, Failure, run};
use explain::{Explanation, Sent, explain};
use routing_core::DecideAt;
use serde_json::Value;
use ssm_sim::{Endpoint, ParameterStore, Put};

use crate::clock_environment::clock_environment;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures")
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Every event of the fixtures, and what is expected of it.
fn cases() -> Vec<(PathBuf, Value)> {
    let triggers = ["viewer-request", "origin-request", "origin-response"];
    let files = triggers
        .into_iter()
        .flat_map(|trigger| fs::read_dir(fixtures().join("events").join(trigger)).unwrap());
    let expected = files.map(|file| file.unwrap().path()).filter_map(|path| {
        let event = path.to_str()?.strip_suffix(".expect.json")?;
        Some((PathBuf::from(format!("{event}.json")), json(&path)))
    });
    expected.collect()
}

async fn explained(event: &Path, given: &Value) -> (Explanation, Config) {
    let name = given["config"].as_str().unwrap();
    let config = fs::read_to_string(fixtures().join(format!("config/{name}.toml"))).unwrap();
    let config = Config::from_toml(&config).unwrap();
    let plan = given["plan"].as_str().map(|name| {
        let good = fixtures().join("plans/good");
        let json = fs::read_to_string(good.join(format!("{name}.json")));
        json.or_else(|_| fs::read_to_string(good.join(format!("{name}.txt")))).unwrap()
    });
    let event = Event::from_json(&fs::read_to_string(event).unwrap()).unwrap();
    let now = Timestamp::parse(given["at"].as_str().unwrap()).unwrap();
    (explain(event, plan.as_deref(), &config, now).await.unwrap(), config)
}

#[tokio::test]
async fn every_event_is_explained_as_its_function_handles_it() {
    let cases = cases();
    assert!(cases.len() > 150, "only {} fixtures", cases.len());
    for (event, expect) in cases {
        let (explanation, config) = explained(&event, &expect["given"]).await;
        let first = &explanation.triggers[0];
        let name = event.display();
        assert_eq!(first.release, expect["release"].as_str().unwrap_or_default(), "{name}");
        assert_eq!(Some(first.reason), expect["reason"].as_str(), "{name}");
        let decides = config.rules.decide_at == DecideAt::ViewerRequest;
        if decides && first.trigger == "viewer-request" && first.sent == Sent::Request {
            let last = explanation.rules.last().unwrap();
            assert!(last.outcome.contains(&first.release), "{name}: {last:?}");
        }
    }
}

/// Standard output of a command line; files are of the fixtures.
fn output(line: &str) -> Result<String, Box<dyn Failure>> {
    let words = line.split('|').map(|word| word.replace("FIXTURES", fixtures().to_str().unwrap()));
    let cli =
        Cli::parse_from(["edgeswitch".to_owned(), "explain".to_owned()].into_iter().chain(words));
    let mut out = Vec::new();
    run(&cli, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

const SHOP: &str = "--config|FIXTURES/config/shop.toml|--plan|FIXTURES/plans/good/shop-ramp.json|--now|2026-11-22T10:10:00Z";

#[test]
fn request_by_hand() {
    let request =
        "--uri|/cart?a=1|--cookie|release=41ab03d.r12-0|--cookie|b=2|--header|If-None-Match: \"x\"";
    let text = output(&format!("{SHOP}|{request}")).unwrap();
    let expected = r#"41ab03d, because of stage: this is a document

rules, the first match wins
  plan: revision 17
  override: none
  cookie: 41ab03d from stage 0 of r12
  movement: stay on 41ab03d with probability 0.9000
  stage 1 of r12: 41ab03d 90, 9f2c1e7 10, roll 0.2543 -> 41ab03d

viewer-request: the request goes on
  - if-none-match: "x"
  + x-bluegreen-release: 41ab03d.r12-1

origin-request, on a cache miss: the request goes on
  ~ uri: /cart -> /index.html
  + origin path: /releases/41ab03d
  + x-bluegreen-decided-at: viewer-request

origin-response, if the origin answers 200: the response goes to the cache
  + set-cookie: release=41ab03d.r12-1; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=86400
  + cache-control: public, max-age=0, s-maxage=31536000, must-revalidate
"#;
    assert_eq!(text, expected);
}

#[test]
fn answer_of_viewer_request_ends_it() {
    let text = output(&format!("{SHOP}|--uri|/?__release=off")).unwrap();
    let expected = "viewer-request: a response goes to the viewer at once\n  \
                    + status: 302\n  + location: /\n  + cache-control: no-store\n  \
                    + set-cookie: release-override=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0\n";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn as_json_for_programs() {
    let text = output(&format!(
        "{SHOP}|--uri|/api/cart|--cookie|release=9f2c1e7.r12-1|--header|Sec-Fetch-Dest: empty|--output|json"
    ));
    let json: Value = serde_json::from_str(&text.unwrap()).unwrap();
    assert_eq!(json["kind"], "subresource");
    assert_eq!(json["release"], "9f2c1e7");
    assert_eq!(json["reason"], "sticky");
    assert_eq!(json["rules"][3]["rule"], "cookie");
    assert_eq!(json["triggers"][1]["changes"][0]["after"][0], "green-alb.example.com");
}

#[test]
fn what_a_route_leads_to_a_back_end_is_no_page_load() {
    let page = "--header|Accept: text/html";
    for (request, said) in [
        ("--uri|/api/cart?a=1", "41ab03d, because of stage: this is a subresource\n"),
        (&format!("--uri|/api/cart|{page}"), "41ab03d, because of stage: this is a subresource\n"),
        ("--uri|/cart", "41ab03d, because of stage: this is a document\n"),
    ] {
        let text = output(&format!("{SHOP}|{request}")).unwrap();
        assert!(text.starts_with(said), "{request}: {text}");
    }
}

#[test]
fn without_a_plan_the_fallback_decides() {
    let text = output("--config|FIXTURES/config/shop.toml|--no-plan|--uri|/").unwrap();
    assert!(text.starts_with("41ab03d, because of stage: this is a document\n"), "{text}");
    assert!(text.contains("! no plan was read: the fallback decides\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_explained_with_the_plan_that_the_parameter_holds() {
    let store = ParameterStore::new(Arc::new(SystemClock)).in_region("eu-central-1");
    let endpoint = Endpoint::start(store.clone(), ([127, 0, 0, 1], 0).into()).await.unwrap();
    let explain = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_edgeswitch"));
        command.args(["explain", "--uri", "/", "--config"]).env_clear();
        command.envs(clock_environment());
        command.arg(fixtures().join("config/shop.toml")).env("AWS_ENDPOINT_URL", endpoint.url());
        command.env("AWS_ACCESS_KEY_ID", "any").env("AWS_SECRET_ACCESS_KEY", "any");
        command.output().unwrap()
    };
    let missing = explain();
    let expected = "error: there is no parameter `/shop/plan` in `eu-central-1`\nhint: ";
    let said = String::from_utf8(missing.stderr).unwrap();
    assert!(said.starts_with(expected), "{said}");
    assert_eq!(missing.status.code(), Some(1));

    let value = "9f2c1e7 41ab03d".to_owned();
    store.put(Put { name: "/shop/plan".into(), value, ..Put::default() }).await.unwrap();
    let text = String::from_utf8(explain().stdout).unwrap();
    assert!(text.starts_with("9f2c1e7, because of stage: this is a document\n"), "{text}");
}

#[test]
fn whoever_has_read_enough_hears_of_no_error() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let config = fixtures().join("config/shop.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgeswitch"));
    command.args(["explain", "--no-plan", "--uri", "/", "--config"]).arg(config);
    let output = command.stdout(writer).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let output = output.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn bad_input_is_named() {
    let table = [
        (
            "no event",
            "--no-plan|--config|FIXTURES/config/shop.toml|FIXTURES/config/shop.toml",
            "event `",
            true,
        ),
        (
            "no file",
            "--no-plan|--config|FIXTURES/config/shop.toml|nowhere.json",
            "read `nowhere.json`",
            true,
        ),
        ("no configuration", "--config|FIXTURES/README.md|--uri|/", "configuration `", false),
        (
            "no plan",
            "--config|FIXTURES/config/shop.toml|--plan|FIXTURES/plans/bad/empty.txt|--uri|/",
            "plan `",
            false,
        ),
    ];
    for (name, line, message, has_hint) in table {
        let error = output(line).expect_err(name);
        assert!(error.to_string().starts_with(message), "{name}: {error}");
        assert_eq!(error.hint().is_some(), has_hint, "{name}");
    }
}

#[test]
fn bad_usage_is_refused_before_anything_is_read() {
    let table = [
        ("nothing to explain", vec![]),
        ("two requests", vec!["event.json", "--uri", "/"]),
        ("a path without its slash", vec!["--uri", "cart"]),
        ("a header without a value", vec!["--uri", "/", "--header", "Accept"]),
        ("no time", vec!["--uri", "/", "--now", "noon"]),
        ("a plan and none", vec!["--uri", "/", "--plan", "plan.json", "--no-plan"]),
    ];
    for (name, words) in table {
        let line = ["edgeswitch", "explain"].into_iter().chain(words);
        assert_eq!(Cli::try_parse_from(line).expect_err(name).exit_code(), 2, "{name}");
    }
}
