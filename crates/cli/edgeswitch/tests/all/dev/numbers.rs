//! The page counts the access log as `edgeswitch observe --local` does.

use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::clock_environment::clock_environment;
use crate::dev::exchange;
use crate::dev::own_project::control;
use crate::dev::running::Running;

/// A page load of a viewer of its own, a script and a call with the cookie that it got, and files that are not there.
fn visit(dev: &Running, viewer: usize) {
    let agent = format!("\r\nUser-Agent: Mozilla/5.0 ({viewer})");
    let page = dev.get_with("/", &agent);
    let cookie = page.split_once("set-cookie: ").map(|(_, rest)| rest.split(';').next().unwrap());
    let known =
        format!("{agent}\r\nCookie: {}\r\nSec-Fetch-Dest: empty", cookie.unwrap_or_default());
    for path in ["/app.js", "/app.js", "/api/products", "/api/none", "/none.js"] {
        dev.get_with(path, &known);
    }
}

/// The rows of `observe`, with the fields that the page shows.
fn observed(dev: &Running, folder: &TempDir) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_edgeswitch"))
        .args(["observe", "--logs", "logs", "--output", "json", &dev.local(), "--config"])
        .arg(dev.word_after("edgeswitch status --config "))
        .current_dir(folder)
        .env_clear()
        .envs(clock_environment())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
    let quantiles = |times: &Value| json!([times["p50"], times["p95"]]);
    let row = |line: &Value| {
        json!({
            "release": line["release"],
            "content": line["content"],
            "requests": line["requests"],
            "percent": line["percent"],
            "planned_percent": line["planned_percent"],
            "viewers": line["viewers"],
            "server_errors": line["server_errors"]["viewers"],
            "missing_files": line["missing_files"]["viewers"],
            "page_errors": line["reported"]["viewers_with_errors"],
            "hits": line["hits"],
            "misses": line["misses"],
            "hit_ms": quantiles(&line["hit_ms"]),
            "miss_ms": quantiles(&line["miss_ms"]),
        })
    };
    sorted(report["releases"].as_array().unwrap().iter().map(row).collect())
}

fn shown(dev: &Running) -> Vec<Value> {
    sorted(dev.state()["numbers"].as_array().unwrap().clone())
}

fn sorted(mut rows: Vec<Value>) -> Vec<Value> {
    let rounded = |value: &mut Value| {
        if let Some(number) = value.as_f64() {
            *value = json!(format!("{number:.1}"));
        }
    };
    for row in &mut rows {
        rounded(&mut row["percent"]);
        rounded(&mut row["planned_percent"]);
    }
    rows.sort_by_key(|row| (row["content"].to_string(), row["release"].to_string()));
    rows
}

#[test]
fn the_page_and_observe_say_the_same() {
    let folder = TempDir::new().unwrap();
    let dev = Running::with(folder.path(), &["--port", "0", "--logs", "logs"]);
    assert_eq!(dev.state()["numbers"], json!([]));
    (0..10).for_each(|viewer| visit(&dev, viewer));
    let config = dev.word_after("edgeswitch status --config ");
    let canary = format!("canary 9f2c1e7 --weight 50 -y --config {config} {}", dev.local());
    control(folder.path(), &canary, &[]);
    let host = dev.word_after("FRA50 at http://").trim_end_matches('/');
    let head = format!(
        "POST /_edgeswitch/api/viewers HTTP/1.1\r\nOrigin: http://{host}\r\nContent-Type: application/json"
    );
    let sent = exchange(host, &head, r#"{"count":20}"#);
    assert!(sent.ends_with(r#"{"sent":20}"#), "{sent}");
    // The rows near the change, whose release no plan tells for sure, are among these.
    (10..40).for_each(|viewer| visit(&dev, viewer));
    let rows = shown(&dev);
    assert_eq!(rows, observed(&dev, &folder));
    let of = |content: &str, field: &str| -> u64 {
        let rows = rows.iter().filter(|row| row["content"] == content);
        rows.map(|row| row[field].as_u64().unwrap()).sum()
    };
    assert_eq!((of("page", "requests"), of("file", "missing_files") > 0), (60, true), "{rows:#?}");
    dev.end();
}

#[test]
fn without_an_access_log_there_are_no_numbers() {
    let folder = TempDir::new().unwrap();
    let dev = Running::with(folder.path(), &["--port", "0"]);
    assert_eq!(dev.state()["numbers"], Value::Null);
    dev.end();
}
