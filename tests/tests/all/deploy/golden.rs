//! What people see, with everything replaced that differs between two runs.

use std::fmt::Write;

use regex_lite::Regex;
use testkit::repository;

use super::yard::{Yard, deploy};
use crate::aws::shop::Ran;

const FOLDER: &str = "tests/tests/all/deploy/golden";

/// Commands and their output, one after the other.
pub(crate) struct Golden<'a> {
    yard: &'a Yard,
    name: &'static str,
    text: String,
}

impl<'a> Golden<'a> {
    pub(crate) fn new(yard: &'a Yard, name: &'static str) -> Self {
        Self { yard, name, text: String::new() }
    }

    /// Runs a command. `deploy` gets the packages that all tests share.
    pub(crate) fn run(&mut self, line: &str) {
        let Ran { code, out, err } = expect_any(self.yard, line);
        let code = code.unwrap();
        writeln!(self.text, "$ edgeswitch {line}").unwrap();
        for text in [err, out] {
            self.text += &neutral(&self.yard.neutral(&text));
        }
        writeln!(self.text, "exit code {code}\n").unwrap();
    }

    /// Compares the text with the file, or writes the file.
    pub(crate) fn end(self) {
        let path = repository().join(FOLDER).join(self.name);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &self.text).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(expected == self.text, "{}: run with UPDATE_EXPECT=1\n{}", self.name, self.text);
    }
}

/// Runs a command that must end with `code` and print `words`.
pub(crate) fn expect(yard: &Yard, line: &str, code: i32, words: &str) -> Ran {
    let ran = expect_any(yard, line);
    ran.check(line, code, words);
    ran
}

fn expect_any(yard: &Yard, line: &str) -> Ran {
    match line.strip_prefix("deploy") {
        Some(options) if !line.contains("--packages") => yard.run(&deploy(options)),
        Some(_) | None => yard.run(line),
    }
}

/// Figures, hashes and ids. CloudFormation makes resources in an order of its own.
fn neutral(text: &str) -> String {
    let rows = [
        (r"[0-9a-f]{64}", "<hash>"),
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>"),
        (r"edgeswitch-[0-9]{13}-[0-9]+", "edgeswitch-<time>"),
        (r"(-pages-|-routes-|Policy)[0-9a-f]{8}\b", "${1}<hash>"),
        (r#"("(?:start_ms|run_ms|used_mb)": )[0-9.]+"#, "${1}1"),
        (r"\([0-9.]+ MB\)", "(1.0 MB)"),
        (r"`/[^`]*/bootstrap`", "`/var/task/bootstrap`"),
        // A run that begins soon after the plan was written waits for the functions.
        (r"the plan was just changed: [^\n]*\n", ""),
        // So does one on a machine that is too slow to answer a function in time.
        (r"it cannot read the plan: timeout: [^\n]*: trying again\n", ""),
    ];
    let mut text = text.to_owned();
    for (pattern, stands) in rows {
        text = Regex::new(pattern).unwrap().replace_all(&text, stands).into_owned();
    }
    // The columns are as wide as their values.
    let row =
        Regex::new(r"(answers as here|failed) +[0-9]+ ms +[0-9.]+ ms +[0-9]+ of 128 MB").unwrap();
    let head = Regex::new(r"TEST +START +RUN +MEMORY").unwrap();
    let text = row.replace_all(&text, "$1  40 ms  1.0 ms  15 of 128 MB").into_owned();
    let text = head.replace_all(&text, "TEST  START  RUN  MEMORY").into_owned();
    sorted(&text)
}

/// Sorts neighbouring lines that say what CloudFormation did.
fn sorted(text: &str) -> String {
    let is_event = |line: &str| {
        ["  made ", "  changed ", "  kept ", "  deleted "].iter().any(|verb| line.starts_with(verb))
    };
    let mut lines: Vec<&str> = text.lines().collect();
    for group in lines.chunk_by_mut(|one, other| is_event(one) && is_event(other)) {
        group.sort_unstable();
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}
