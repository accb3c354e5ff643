//! `edgeswitch dev` at a terminal: what it says, how it ends, and what it refuses.
#![expect(clippy::unwrap_used, reason = "what surrounds a test fails it as well")]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

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

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Starts it, waits until it is ready, tells it to end, and returns what it said.
fn started_and_ended(folder: &Path, arguments: &[&str]) -> String {
    let mut process = edgeswitch(folder, arguments).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    let mut lines = BufReader::new(process.stdout.take().unwrap());
    while !said.contains("ready in") {
        assert!(lines.read_line(&mut said).unwrap() > 0, "it ended too early: {said}");
    }
    let kill = Command::new("kill").arg(process.id().to_string()).status().unwrap();
    assert!(kill.success());
    assert_eq!(process.wait().unwrap().code(), Some(0), "SIGTERM ends it cleanly");
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
        "export",
        "aws",
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

/// Name, the line of the project that is replaced, by what, the arguments, what is said.
type Row = (&'static str, &'static str, &'static str, &'static [&'static str], &'static str);

const CONFIG: &[&str] = &["--config", "shop.toml"];
const ROWS: &[Row] = &[
    (
        "missing configuration",
        "",
        "",
        &["--config", "none.toml"],
        "error: read `none.toml`: No such file or directory (os error 2)\n\
         hint: name a file that is there; without `--config` a sample runs\n",
    ),
    (
        "misspelt key",
        "bucket = ",
        "bukket = ",
        CONFIG,
        "error: configuration `shop.toml`: unknown key `bukket` in [dev]: did you mean `bucket`?\n",
    ),
    (
        "setting that the local CloudFront does not have",
        "bucket = ",
        "compress = true\nbucket = ",
        CONFIG,
        "error: configuration `shop.toml`: `compress` is not modelled by the local CloudFront: see \
         DIFFERENCES.md of cloudfront-sim\n",
    ),
    (
        "no bucket",
        "bucket = \"bucket\"",
        "",
        CONFIG,
        "error: there is no folder for the bucket\n\
         hint: name the folder with the releases: `bucket` in [dev], or `--bucket DIR`\n",
    ),
    (
        "missing folder",
        "",
        "",
        &["--config", "shop.toml", "--bucket", "gone"],
        "error: bucket folder `gone` is not a folder\n\
         hint: build a release into it first: `DIR/releases/<id>/index.html`\n",
    ),
    (
        "no first plan",
        "fallback = \"41ab03d\"",
        "",
        CONFIG,
        "error: there is no first plan for parameter `/shop/plan`\n\
         hint: name a file with one, `plan` in [dev], or set `fallback`\n",
    ),
    (
        "missing plan file",
        "port = 0",
        "port = 0\nplan = \"plan.json\"",
        CONFIG,
        "error: read the first plan `plan.json`: No such file or directory (os error 2)\n\
         hint: `plan` in [dev] names it; without `plan`, `fallback` is the first plan\n",
    ),
    (
        "broken plan file",
        "port = 0",
        "port = 0\nplan = \"broken.json\"",
        CONFIG,
        "error: plan `broken.json`: plan: missing field `rollout` at line 1 column 29\nhint: README.md describes the plan\n",
    ),
    (
        "broken state file",
        "port = 0",
        "port = 0\nstate = \"broken.json\"",
        CONFIG,
        "error: state file `broken.json`: ",
    ),
    (
        "route to an origin without a domain name",
        "[dev]",
        "[[routes]]\npath = \"/api/*\"\norigin = \"api\"\n[dev]",
        CONFIG,
        "error: no domain name is known for origin `api`\nhint: name one: `api = \"...\"` in [slots.blue]\n",
    ),
    (
        "origin's local address",
        "",
        "",
        &["--config", "shop.toml", "--origin", "a.example=ftp://x"],
        "error: origin `a.example`: `ftp://x` is no server's URL: expected `http://`, a host and perhaps a \
         port, and no path\nhint: such as `http://127.0.0.1:4001`\n",
    ),
    (
        "ports that end too early",
        "",
        "",
        &["--port", "65534"],
        "error: port 65534 leaves no room: the edge locations and the Parameter Store need 3 ports, up to \
         65535\nhint: choose another `--port`; 0 takes any that are free\n",
    ),
    (
        "missing packages",
        "",
        "",
        &["--port", "0", "--packages", "gone"],
        "error: package `gone/viewer-request.zip` is missing: run `make package`\n",
    ),
    (
        "package without bootstrap",
        "",
        "",
        &["--port", "0", "--packages", "packages"],
        "error: package `packages/viewer-request.zip` has no `bootstrap`: run `make package`\n",
    ),
];

#[test]
fn what_cannot_run_is_refused_with_the_repair() {
    for (name, line, replaced, arguments, said) in ROWS {
        let folder = project();
        let text = PROJECT.replacen(line, replaced, 1);
        fs::write(folder.path().join("shop.toml"), text).unwrap();
        fs::write(folder.path().join("broken.json"), "{\"schema\": 1, \"releases\": {}}").unwrap();
        empty_package(&folder.path().join("packages"));
        let output = refused(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(output.stdout.is_empty(), "{name}: nothing was started");
        let error = stderr(&output);
        let is_it = if said.ends_with('\n') { error == *said } else { error.starts_with(said) };
        assert!(is_it, "{name}:\n{error}instead of\n{said}");
    }
}

fn empty_package(folder: &Path) {
    fs::create_dir(folder).unwrap();
    let mut zip = ZipWriter::new(File::create(folder.join("viewer-request.zip")).unwrap());
    zip.start_file("index.mjs", SimpleFileOptions::default()).unwrap();
    zip.write_all(b"export {};").unwrap();
    zip.finish().unwrap();
}

#[test]
fn port_in_use_is_named() {
    let folder = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    // As beside another `edgeswitch dev`, whose Parameter Store listens two ports later.
    let _also_taken = TcpListener::bind(("127.0.0.1", port.saturating_add(2)));
    let output = refused(folder.path(), &["--port", &port.to_string()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert_eq!(
        stderr(&output),
        format!(
            "error: port {port} of `127.0.0.1` is in use: end what listens there, or choose another port \
             (0 takes a free one)\n"
        )
    );
}

#[test]
fn bad_usage_is_code_2() {
    let rows: [(&str, &[&str]); 7] = [
        ("port that is none", &["--port", "70000"]),
        (
            "packages and an Invoke API at once",
            &["--packages", "dist", "--functions", "http://[::1]:9000"],
        ),
        ("Invoke API with TLS", &["--functions", "https://127.0.0.1:9000"]),
        ("Invoke API that is no URL", &["--functions", "localhost"]),
        ("origin without an address", &["--config", "shop.toml", "--origin", "a.example"]),
        ("origin of the sample", &["--origin", "a.example=http://127.0.0.1:1"]),
        ("bucket of the sample", &["--bucket", "bucket"]),
    ];
    for (name, arguments) in rows {
        let output = refused(TempDir::new().unwrap().path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", stderr(&output));
    }
}
