use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::dev::{edgeswitch, exchange};

/// Longer than the functions wait after a read that failed, and a slow machine's trouble.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(50);

/// A run that has started, and what it said. Dropping it ends it.
pub(super) struct Running {
    process: Child,
    lines: BufReader<ChildStdout>,
    pub(super) said: String,
}

impl Running {
    /// Runs the project in `shop.toml`.
    pub(super) fn start(folder: &Path) -> Self {
        Self::with(folder, &["--config", "shop.toml"])
    }

    pub(super) fn with(folder: &Path, options: &[&str]) -> Self {
        let mut process = edgeswitch(folder, options).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        let mut running = Self { process, lines, said: String::new() };
        running.next_line("ready in");
        running
    }

    /// Reads until a line has this text.
    pub(super) fn next_line(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(
                self.lines.read_line(&mut line).unwrap() > 0,
                "it ended before `{text}`: {}",
                self.said
            );
            self.said.push_str(&line);
            if line.contains(text) {
                return line;
            }
        }
    }

    /// The first word after `start` in the lines that were read.
    pub(super) fn word_after(&self, start: &str) -> &str {
        self.said.split_once(start).unwrap().1.split_whitespace().next().unwrap()
    }

    /// The option of commands that work on its plan.
    pub(super) fn local(&self) -> String {
        format!("--local={}", self.word_after("AWS_ENDPOINT_URL_SSM="))
    }

    /// The response to a browser, head and body.
    pub(super) fn get(&self, path: &str) -> String {
        self.get_with(path, "")
    }

    /// The same, with more lines in the request.
    pub(super) fn get_with(&self, path: &str, lines: &str) -> String {
        let host = self.word_after("FRA50 at http://").trim_end_matches('/');
        exchange(host, &format!("GET {path} HTTP/1.1\r\nAccept: text/html{lines}"), "")
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

    /// What the page is told.
    pub(super) fn state(&self) -> Value {
        let response = self.get("/_edgeswitch/api/state");
        let (_, body) = response.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }

    /// Tells it to end, and waits.
    pub(super) fn end(mut self) {
        let kill = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(kill.success());
        assert_eq!(self.process.wait().unwrap().code(), Some(0), "SIGTERM ends it cleanly");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
