//! The log lines: those of the function, and Lambda's report.
//!
//! This is a test binary of its own, because tracing caches for the whole process whether a line has a
//! subscriber.
#![expect(clippy::unwrap_used, reason = "what surrounds a test fails it as well")]
#![expect(clippy::panic, reason = "what surrounds a test fails it as well")]
#![expect(clippy::indexing_slicing, reason = "what surrounds a test fails it as well")]

#[path = "../all/packages/world.rs"]
mod world;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lambda_sim::Options;
use serde_json::{Value, json};
use tracing::subscriber::DefaultGuard;

use world::{count, function, packages, play};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn listen(&self) -> DefaultGuard {
        let lines = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .without_time()
            .flatten_event(true)
            .with_writer(move || lines.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    fn all(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Waits for the line with this message.
    async fn line(&self, message: &str) -> Value {
        loop {
            let line = self.all().into_iter().find(|line| line["message"] == message);
            match line {
                Some(line) => return line,
                None => tokio::task::yield_now().await,
            }
        }
    }

    /// The fields of the last report.
    fn report(&self) -> Vec<(String, String)> {
        let lines = self.all();
        let messages = lines.iter().filter_map(|line| line["message"].as_str());
        let report = messages.filter_map(|line| line.strip_prefix("REPORT ")).next_back().unwrap();
        let fields = report.split('\t').map(|field| field.split_once(": ").unwrap());
        fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

fn names(report: &[(String, String)]) -> Vec<&str> {
    report.iter().map(|(name, _)| name.as_str()).collect()
}

fn number(report: &[(String, String)], name: &str) -> f64 {
    let (_, value) = report.iter().find(|(field, _)| field == name).unwrap();
    value.split(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn log_has_the_functions_lines_and_a_report_for_each_event() {
    let lines = Lines::default();
    let _guard = lines.listen();
    let packages = packages(Options { timeout: Duration::from_secs(1), ..Options::default() });
    let function = function(&packages);

    play(&*function, "print").await.unwrap();
    let first = lines.report();
    let always = ["RequestId", "Duration", "Billed Duration", "Memory Size", "Max Memory Used"];
    assert_eq!(names(&first), [&always[..], &["Init Duration"]].concat());
    let billed = number(&first, "Duration") + number(&first, "Init Duration");
    assert!((number(&first, "Billed Duration") - billed).abs() <= 1.01, "{first:?}");
    assert!((1.0..128.0).contains(&number(&first, "Max Memory Used")), "{first:?}");
    assert_eq!(first[3].1, "128 MB");
    for message in ["to standard output", "to standard error"] {
        let line = lines.line(message).await;
        let source = json!([line["target"], line["trigger"], line["edge"], line["instance"]]);
        assert_eq!(source, json!(["function", "viewer-request", "FRA56-P4", 1]), "{message}");
    }

    count(&*function).await.unwrap();
    assert_eq!(names(&lines.report()), always, "init is reported once");

    play(&*function, "hang").await.unwrap_err();
    let report = lines.report();
    assert_eq!(names(&report), [&always[..], &["Status"]].concat());
    assert_eq!(report[5].1, "timeout");

    play(&*function, "exit 3").await.unwrap_err();
    let report = lines.report();
    let status = report.iter().rev().take(2).map(|(_, value)| value.as_str()).collect::<Vec<_>>();
    assert_eq!(status, ["Runtime.ExitError", "error"]);
}
