use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::dev::edgeswitch;

/// A run of the project in `shop.toml` that has started.
pub(super) struct Running {
    process: Child,
    lines: BufReader<ChildStdout>,
    said: String,
}

impl Running {
    pub(super) fn start(folder: &Path) -> Self {
        let config = ["--config", "shop.toml"];
        let mut process = edgeswitch(folder, &config).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        let mut running = Self { process, lines, said: String::new() };
        running.next_line("ready in");
        running
    }

    /// Reads until a line has this text.
    pub(super) fn next_line(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "it ended before `{text}`");
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

    pub(super) fn end(mut self) {
        let kill = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(kill.success());
        assert_eq!(self.process.wait().unwrap().code(), Some(0));
    }
}
