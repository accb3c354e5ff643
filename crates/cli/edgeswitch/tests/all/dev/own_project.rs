//! The way to a project of one's own: from an empty folder to a canary, with what a viewer gets on it.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::clock_environment::clock_environment;
use crate::dev::running::Running;
use crate::dev::{refused, stderr};

/// The options of `edgeswitch dev`.
pub(super) const CONFIG: &[&str] = &["--config", "edgeswitch.toml", "--port", "0"];
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
    let dev = Running::with(shop, CONFIG);
    let nothing = "there is no plan yet: every request passes unchanged; `edgeswitch init <id>` writes the \
                   first one";
    assert!(dev.said.contains(nothing), "{}", dev.said);
    assert_eq!(dev.said.matches("no `fallback` is configured").count(), 1, "{}", dev.said);
    let response = dev.get("/");
    assert!(response.starts_with("HTTP/1.1 403 "), "the bucket has no object of that name");
    let id = response.split_once("x-amz-cf-id: ").unwrap().1.split_whitespace().next().unwrap();
    let details = format!("/_edgeswitch/api/exchanges/{id}");
    dev.get_until(&details, "plan: none is readable, pass-through");
    let plan = &dev.state()["plan"];
    assert_eq!((plan["problem"].as_str(), &plan["restorable"]), (Some(nothing), &false.into()));

    let change = |line: &str| control(shop, &format!("{line} -y {}", dev.local()), &[]);
    change("init v1 --slot blue");
    dev.get_until("/", "<h1>v1</h1>");
    change("release add v2 --slot green");
    change("canary v2 --weight 10");
    let plan = &dev.state()["plan"];
    assert_eq!((&plan["problem"], &plan["version"]), (&Value::Null, &3.into()));
}
