use std::fmt;

use reqwest::Url;
use routing_core::ReleaseId;
use serde::Serialize;
use terminal_text::Lines;

use crate::commands::table::table;

/// One check and its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    pub(super) check: &'static str,
    pub(super) address: String,
    pub(super) verdict: Verdict,
    /// The problem that was found.
    pub(super) problem: Option<String>,
}

/// The outcome of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Verdict {
    Passed,
    Failed,
    /// The responses do not show it.
    Skipped,
}

/// All checks of a release. As JSON: schema 1.
#[derive(Debug, Serialize)]
pub(super) struct Verified {
    schema: u8,
    release: String,
    pub(super) passed: bool,
    checks: Vec<Check>,
}

impl Check {
    pub(super) fn new(check: &'static str, url: &Url, outcome: Result<Verdict, String>) -> Self {
        let (verdict, problem) = match outcome {
            Ok(verdict) => (verdict, None),
            Err(problem) => (Verdict::Failed, Some(problem)),
        };
        Self { check, address: url.path().to_owned(), verdict, problem }
    }
}

impl Verified {
    /// At least one check passed, and none failed.
    pub(super) fn new(id: &ReleaseId, checks: Vec<Check>) -> Self {
        let any = |verdict| checks.iter().any(|check| check.verdict == verdict);
        let passed = any(Verdict::Passed) && !any(Verdict::Failed);
        Self { schema: 1, release: id.to_string(), passed, checks }
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.checks.iter().filter(|check| check.verdict == verdict).count()
    }

    /// A row for each check, and their number.
    pub(super) fn lines(&self) -> Lines {
        let row = |check: &Check| {
            let problem = check.problem.clone().unwrap_or_default();
            [check.verdict.to_string(), check.check.to_owned(), check.address.clone(), problem]
        };
        let headings = ["RESULT", "CHECK", "ADDRESS", "PROBLEM"];
        let [passed, failed, skipped] =
            [Verdict::Passed, Verdict::Failed, Verdict::Skipped].map(|one| self.count(one));
        let mut lines = table(headings, self.checks.iter().map(row));
        lines.push("");
        lines.push(format!(
            "{}: {passed} passed, {failed} failed, {skipped} not told",
            self.release
        ));
        lines
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "not told",
        })
    }
}
