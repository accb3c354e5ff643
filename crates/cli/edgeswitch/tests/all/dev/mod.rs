//! `edgeswitch dev` at a terminal: what it says, how it ends, and what it refuses.

mod day;
mod guarded;
mod invalidated;
mod kept;
mod numbers;
mod own_project;
mod refused;
mod reload;
mod running;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use running::Running;

const PROJECT: &str = r#"
name = "shop"
prefix_template = "/releases/{release}"
fallback = "41ab03d"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
[dev]
port = 0
bucket = "bucket"
"#;

/// A project that can run, in a folder of its own.
fn project() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("bucket")).unwrap();
    fs::write(folder.path().join("shop.toml"), PROJECT).unwrap();
    folder
}

fn edgeswitch(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgeswitch"));
    command.current_dir(folder).arg("dev").args(arguments);
    command
}

fn refused(folder: &Path, arguments: &[&str]) -> Output {
    edgeswitch(folder, arguments).output().unwrap()
}

/// Sends a request to an edge location, and returns the response: head and body.
fn exchange(host: &str, head: &str, body: &str) -> String {
    let mut stream = send(host, head, body);
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response
}

/// Sends a request with these lines. The connection ends with the response.
fn send(host: &str, head: &str, body: &str) -> TcpStream {
    let mut stream = TcpStream::connect(host.replace("localhost", "127.0.0.1")).unwrap();
    let length = body.len();
    write!(
        stream,
        "{head}\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    stream
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Starts it, waits until it is ready, tells it to end, and returns what it said.
fn started_and_ended(folder: &Path, arguments: &[&str]) -> String {
    let running = Running::with(folder, arguments);
    let said = running.said.clone();
    running.end();
    said
}

#[test]
fn sample_says_what_listens_where_and_ends_when_told_to() {
    let folder = TempDir::new().unwrap();
    let said = started_and_ended(folder.path(), &["--port", "0"]);
    let first_words: Vec<&str> =
        said.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let expected = [
        "project",
        "functions",
        "origin",
        "origin",
        "plan",
        "edgeswitch",
        "export",
        "aws",
        "alarms",
        "edge",
        "edge",
        "page",
        "open",
        "ready",
    ];
    assert_eq!(first_words, expected, "{said}");
    assert!(said.contains("blue-alb.example.com at http://127.0.0.1:"), "{said}");
    assert!(
        said.contains("aws ssm get-parameter --region eu-central-1 --name /shop/plan"),
        "{said}"
    );
}

#[test]
fn project_runs_with_what_its_configuration_says() {
    let folder = project();
    let plan = r#"{"schema":1,"revision":1,"rollout":"r1","releases":{"41ab03d":{"prefix":"/a","origins":
        {"api":"a.example","search":"b.example"}}},"stages":[{"from":"2026-11-22T09:00:00Z","weights":[["41ab03d",1]]}]}"#;
    fs::write(folder.path().join("plan.json"), plan).unwrap();
    let more = "plan = \"plan.json\"\nstate = \"parameters.json\"\nedges = [\"NRT12\"]\norigins.\"a.example\" = \"http://127.0.0.1:1\"\n";
    fs::write(folder.path().join("shop.toml"), format!("{PROJECT}{more}")).unwrap();
    let said = started_and_ended(folder.path(), &["--config", "shop.toml"]);
    assert!(said.contains("a.example at http://127.0.0.1:1\n"), "{said}");
    let missing = "b.example has no local address: name one in [dev.origins]\n";
    assert!(said.contains(missing), "{said}");
    assert!(said.contains("release 41ab03d has no /a/index.html in the bucket\n"), "{said}");
    assert!(said.contains("nothing listens at http://127.0.0.1:1 yet\n"), "{said}");
    assert!(said.contains("NRT12 at http://localhost:"), "{said}");
    let state = fs::read_to_string(folder.path().join("parameters.json")).unwrap();
    assert!(state.contains("41ab03d"), "the first plan is kept: {state}");
    started_and_ended(folder.path(), &["--config", "shop.toml", "--tls"]);
}

#[test]
fn slot_without_a_local_address_is_named_before_a_release_uses_it() {
    let folder = project();
    let slots = "[slots.blue]\napi = \"a.example\"\n[slots.green]\napi = \"b.example\"\n";
    let more =
        format!("hosts = [\"shop.test\"]\norigins.\"a.example\" = \"http://127.0.0.1:1\"\n{slots}");
    fs::write(folder.path().join("shop.toml"), format!("{PROJECT}{more}")).unwrap();
    let said = started_and_ended(folder.path(), &["--config", "shop.toml"]);
    assert!(said.contains("b.example has no local address: name one in [dev.origins]\n"), "{said}");
    assert!(!said.contains("a.example has no local address"), "{said}");
}

/// The commands that it prints work in another terminal of the same folder.
#[test]
fn the_commands_that_it_prints_name_the_configuration() {
    let folder = project();
    let spaced = folder.path().join("my shop.toml");
    fs::write(&spaced, format!("{PROJECT}logs = \"the logs\"\n")).unwrap();
    let said = started_and_ended(folder.path(), &["--config", "my shop.toml"]);
    let url = said.split_once("AWS_ENDPOINT_URL_SSM=").unwrap().1.split(' ').next().unwrap();
    for command in ["status", "observe --logs 'the logs'"] {
        let line = format!(" edgeswitch {command} --config 'my shop.toml' --local={url}\n");
        assert!(said.contains(&line), "{line}: {said}");
    }
    fs::rename(spaced, folder.path().join("edgeswitch.toml")).unwrap();
    let said = started_and_ended(folder.path(), &["--config", "edgeswitch.toml"]);
    assert!(said.contains(" edgeswitch status --local=http"), "{said}");
}

#[test]
fn configuration_beside_the_sample_is_named() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("edgeswitch.toml"), PROJECT).unwrap();
    let said = started_and_ended(folder.path(), &["--port", "0"]);
    assert!(said.contains("`--config edgeswitch.toml` runs it\n"), "{said}");
}

#[test]
fn functions_elsewhere_are_told_what_they_need() {
    let folder = TempDir::new().unwrap();
    let arguments = ["--port", "0", "--functions", "http://127.0.0.1:9000"];
    let said = started_and_ended(folder.path(), &arguments);
    let needs = "behind http://127.0.0.1:9000/, which needs in its environment";
    assert!(said.contains(needs), "{said}");
    assert!(said.contains("AWS_ENDPOINT_URL_SSM=http://127.0.0.1:"), "{said}");
    assert!(said.contains("/edgeswitch.json"), "{said}");
}

#[test]
fn no_character_of_a_name_or_a_path_acts_on_the_terminal() {
    let folder = project();
    let path = "shop\u{1b}]0;x\u{7}.toml";
    let config = PROJECT.replace("[dev]", "[dev]\nstate = \"\\u001b[2J.json\"");
    fs::write(folder.path().join(path), config).unwrap();
    let said = started_and_ended(folder.path(), &["--config", path]);
    assert!(said.contains(r"kept       \u{1b}[2J.json, for the next run"), "{said}");
    assert!(!said.contains(|one: char| one.is_control() && one != '\n'), "{said:?}");
}
