//! The way to a project of one's own: from an empty folder to a canary, with what a viewer gets on it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::clock_environment::clock_environment;
use crate::dev::{edgeswitch, exchange, refused, stderr};

const CONFIG: &[&str] = &["--config", "edgeswitch.toml", "--port", "0"];
/// Longer than the functions wait after a read that failed, and a slow machine's trouble.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(50);

/// The local CloudFront, and what it said.
pub(super) struct Dev {
    process: Child,
    said: String,
}

impl Dev {
    pub(super) fn start(folder: &Path) -> Self {
        let mut process = edgeswitch(folder, CONFIG).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        while !said.contains("ready in") {
            assert!(lines.read_line(&mut said).unwrap() > 0, "it ended too early: {said}");
        }
        Self { process, said }
    }

    /// The first word after `start` in what it said.
    pub(super) fn word_after(&self, start: &str) -> &str {
        self.said.split_once(start).unwrap().1.split_whitespace().next().unwrap()
    }

    /// The response to a browser, head and body.
    pub(super) fn get(&self, path: &str) -> String {
        let host = self.word_after("FRA50 at http://").trim_end_matches('/');
        exchange(host, &format!("GET {path} HTTP/1.1\r\nAccept: text/html"), "")
    }

    /// What the page is told of the plan.
    fn plan(&self) -> Value {
        let response = self.get("/_edgeswitch/api/state");
        let (_, body) = response.split_once("\r\n\r\n").unwrap();
        serde_json::from_str::<Value>(body).unwrap()["plan"].take()
    }

    /// Asks again until the response has `text`: functions read the plan in real time, and the page learns of
    /// a request when it has ended.
    pub(super) fn get_until(&self, path: &str, text: &str) {
        let began = Instant::now();
        while !self.get(path).contains(text) {
            assert!(began.elapsed() < PATIENCE, "{text} is not taken up in time");
            std::thread::sleep(LOOK);
        }
    }

    /// Runs a command of the control program on it.
    pub(super) fn control(&self, folder: &Path, line: &str) -> String {
        let store = self.word_after("AWS_ENDPOINT_URL_SSM=");
        control(folder, line, &[("AWS_ENDPOINT_URL_SSM", store)])
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

pub(super) fn control(folder: &Path, line: &str, variables: &[(&str, &str)]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_edgeswitch"))
        .args(line.split(' '))
        .current_dir(folder)
        .env_clear()
        .envs(clock_environment())
        .envs([("AWS_ACCESS_KEY_ID", "any"), ("AWS_SECRET_ACCESS_KEY", "any")])
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{line}: {}", stderr(&output));
    stderr(&output)
}

pub(super) fn build(folder: &Path, release: &str) {
    let release_folder = folder.join("bucket/releases").join(release);
    fs::create_dir_all(&release_folder).unwrap();
    fs::write(release_folder.join("index.html"), format!("<h1>{release}</h1>")).unwrap();
}

#[test]
fn own_project_begins_without_a_plan_and_goes_on_to_a_canary() {
    let folder = TempDir::new().unwrap();
    let shop = folder.path();
    control(shop, "init --name shop --region eu-central-1", &[]);
    let error = stderr(&refused(shop, CONFIG));
    assert!(error.starts_with("error: bucket folder `bucket` is not a folder\n"), "{error}");

    build(shop, "v1");
    build(shop, "v2");
    let dev = Dev::start(shop);
    let nothing = "there is no plan yet: every request passes unchanged; `edgeswitch init <id>` writes the \
                   first one";
    assert!(dev.said.contains(nothing), "{}", dev.said);
    assert_eq!(dev.said.matches("no `fallback` is configured").count(), 1, "{}", dev.said);
    let response = dev.get("/");
    assert!(response.starts_with("HTTP/1.1 403 "), "the bucket has no object of that name");
    let id = response.split_once("x-amz-cf-id: ").unwrap().1.split_whitespace().next().unwrap();
    let details = format!("/_edgeswitch/api/exchanges/{id}");
    dev.get_until(&details, "plan: none is readable, pass-through");
    let plan = dev.plan();
    assert_eq!((plan["problem"].as_str(), &plan["restorable"]), (Some(nothing), &false.into()));

    dev.control(shop, "init v1 --slot blue -y");
    dev.get_until("/", "<h1>v1</h1>");
    dev.control(shop, "release add v2 --slot green -y");
    dev.control(shop, "canary v2 --weight 10 -y");
    let plan = dev.plan();
    assert_eq!((&plan["problem"], &plan["version"]), (&Value::Null, &3.into()));
}
