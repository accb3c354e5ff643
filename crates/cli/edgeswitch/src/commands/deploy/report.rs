use std::collections::BTreeMap;

use serde::Serialize;

use super::attempt::Attempt;
use super::effects::Effect;
use super::report_line::ReportLine;
use super::trial::Tried;
use super::upload::Uploaded;
use crate::aws::US_EAST_1;
use crate::commands::table::table;
use crate::exit::Exit;
use terminal_text::Lines;

/// How a deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Done {
    Deployed,
    /// There was nothing to change.
    Unchanged,
    DryRun,
}

/// A deployment, as `--output json` prints it.
#[derive(Debug, Serialize)]
pub(crate) struct Deployed {
    schema: u8,
    outcome: Done,
    stack: String,
    region: &'static str,
    /// Whether every version answers as it must.
    good: bool,
    changes: Vec<Effect>,
    packages: Option<Uploaded>,
    versions: Vec<Tried>,
    outputs: BTreeMap<String, String>,
    /// The name of the log group in every Region.
    #[serde(skip)]
    log_group: String,
    #[serde(skip)]
    distribution: Option<String>,
}

impl Deployed {
    pub(crate) fn new(
        attempt: &Attempt<'_>,
        outcome: Done,
        changes: Vec<Effect>,
        packages: Option<Uploaded>,
        versions: Vec<Tried>,
        outputs: BTreeMap<String, String>,
    ) -> Self {
        Self {
            schema: 1,
            outcome,
            stack: attempt.names().stack(),
            region: US_EAST_1,
            good: versions.iter().all(|tried| tried.problem.is_none()),
            changes,
            packages,
            versions,
            outputs,
            log_group: attempt.names().log_group(),
            distribution: attempt.zips().config.distribution_id.clone(),
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        if self.good { Exit::Done } else { Exit::Failed }
    }

    pub(crate) fn lines(&self) -> Lines {
        let mut lines = self.versions();
        lines.push(self.last());
        lines
    }

    /// A table of the versions, and the problems of those that must not be attached.
    pub(crate) fn versions(&self) -> Lines {
        let mut lines = Lines::default();
        if !self.versions.is_empty() {
            lines.append(table(
                ["FUNCTION", "VERSION", "TEST", "START", "RUN", "MEMORY"],
                self.versions.iter().map(row),
            ));
        }
        for tried in &self.versions {
            let Some(problem) = &tried.problem else { continue };
            let Tried { function, version, .. } = tried;
            lines
                .push(format!("version {version} of `{function}` must not be attached: {problem}"));
            lines.push(format!("  means  {}", problem.meaning()));
            lines.push(format!(
                "  log    aws logs tail {} --region us-east-1 --since 10m",
                self.log_group
            ));
        }
        lines
    }

    fn last(&self) -> String {
        let stack = &self.stack;
        match self.outcome {
            Done::DryRun if self.changes.is_empty() => format!("stack `{stack}` would not change"),
            Done::DryRun if self.changes.len() == 1 => {
                format!("stack `{stack}` would have 1 change")
            }
            Done::DryRun => format!("stack `{stack}` would have {} changes", self.changes.len()),
            Done::Deployed | Done::Unchanged if !self.good => format!(
                "stack `{stack}` is deployed, but not every version answers as it must: attach none; distributions keep the versions that they have"
            ),
            Done::Deployed | Done::Unchanged => match &self.distribution {
                Some(id) => format!(
                    "stack `{stack}` is deployed; next: `edgeswitch attach` gives distribution `{id}` these versions, and makes the checks of `edgeswitch doctor` before that"
                ),
                None => format!(
                    "stack `{stack}` is deployed; next: `edgeswitch attach <id>` gives a distribution these versions, and makes the checks of `edgeswitch doctor` before that; docs/deploy.md says how to make a new site"
                ),
            },
        }
    }
}

fn row(tried: &Tried) -> [String; 6] {
    let test = match (&tried.problem, tried.events) {
        (Some(_), _) => "failed".into(),
        (None, Some(1)) => "1 answer as here".into(),
        (None, Some(events)) => format!("{events} answers as here"),
        (None, None) => "passed before".into(),
    };
    let figures = tried.report.map(figures).unwrap_or_default();
    let [start, run, memory] = figures;
    [tried.function.clone(), tried.version.clone(), test, start, run, memory]
}

fn figures(report: ReportLine) -> [String; 3] {
    let start = report.start_ms.map(|start| format!("{start:.0} ms")).unwrap_or_default();
    let ReportLine { run_ms, used_mb, size_mb, .. } = report;
    [start, format!("{run_ms:.1} ms"), format!("{used_mb} of {size_mb} MB")]
}
