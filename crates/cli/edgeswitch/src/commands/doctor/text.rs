use doctor::{
    Evidence, Finding, Measured, NotChecked, Outcome, Report, Severity, Snapshot, Source, Why,
};
use serde::Serialize;
use terminal_text::Lines;

/// The longest value that is printed as a whole, in characters.
const LONGEST: usize = 200;

/// A report, as `--output json` prints it.
#[derive(Serialize)]
pub(super) struct Examined<'a> {
    schema: u8,
    outcome: Outcome,
    findings: Vec<Found<'a>>,
    not_checked: Vec<Open>,
    measured: Vec<Figure<'a>>,
    sound: Vec<&'static str>,
    /// The number of checks whose subject exists.
    #[serde(skip)]
    checks: usize,
}

#[derive(Serialize)]
struct Found<'a> {
    check: &'static str,
    severity: Severity,
    read: &'a Evidence,
    consequence: &'a str,
    repair: &'a str,
    command: &'a str,
    page: String,
}

#[derive(Serialize)]
struct Figure<'a> {
    check: &'static str,
    what: &'a str,
}

#[derive(Serialize)]
struct Open {
    check: &'static str,
    source: String,
    why: &'static str,
    message: String,
    /// What prints the answer.
    command: Option<String>,
}

impl<'a> Examined<'a> {
    pub(super) fn new(report: &'a Report, snapshot: &Snapshot) -> Self {
        Self {
            schema: 1,
            outcome: report.outcome(),
            findings: report.findings.iter().map(found).collect(),
            not_checked: report.not_checked.iter().map(|one| open(one, snapshot)).collect(),
            measured: report.measured.iter().map(measured).collect(),
            sound: report.sound.iter().map(|check| check.about().id).collect(),
            checks: report.checks,
        }
    }

    pub(super) fn lines(&self) -> Lines {
        let mut lines = Lines::default();
        for one in &self.findings {
            let severity = match one.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            lines.push(format!("{severity}: {}", one.check));
            lines.push(format!("  read    {}", evidence(one.read)));
            lines.push(format!("  means   {}", one.consequence));
            lines.push(format!("  repair  {}", one.repair));
            lines.push(format!("  run     {}", one.command));
            lines.push(format!("  see     {}", one.page));
            lines.push("");
        }
        for one in &self.not_checked {
            lines.push(format!("not checked: {} ({}): {}", one.check, one.source, one.message));
            if let Some(command) = &one.command {
                lines.push(format!("  run     {command}"));
            }
        }
        if !self.not_checked.is_empty() {
            lines.push("");
        }
        for one in &self.measured {
            lines.push(format!("measured: {}: {}", one.check, one.what));
        }
        let outcome = match self.outcome {
            Outcome::Sound => "sound",
            Outcome::Findings => "findings",
            Outcome::CouldNotLook => "could not look",
        };
        lines.push(format!(
            "{outcome} (sound {} of {}, findings {}, not checked {})",
            self.sound.len(),
            self.checks,
            self.findings.len(),
            self.not_checked.len(),
        ));
        lines
    }
}

fn found(finding: &Finding) -> Found<'_> {
    let about = finding.check.about();
    Found {
        check: about.id,
        severity: finding.severity,
        read: &finding.read,
        consequence: &finding.consequence,
        repair: &finding.repair,
        command: &finding.command,
        page: about.page(),
    }
}

fn measured(one: &Measured) -> Figure<'_> {
    Figure { check: one.check.about().id, what: &one.what }
}

fn open(one: &NotChecked, snapshot: &Snapshot) -> Open {
    let (why, message) = match &one.why {
        Why::Refused(message) => ("refused", message.clone()),
        Why::OutOfReach(message) => ("out-of-reach", message.clone()),
        Why::NotRead => ("not-read", "the answer is missing, and the check needs it".into()),
        Why::Optional => ("optional", absent(&one.source).into()),
        Why::NoField(field) => ("no-field", format!("the answer has no {field}")),
        Why::NoConfiguration => ("no-configuration", "there is no configuration".into()),
    };
    let is_absent = matches!(one.why, Why::NotRead | Why::Optional);
    let command = snapshot.command(&one.source).filter(|_| is_absent);
    Open { check: one.check.about().id, source: one.source.to_string(), why, message, command }
}

/// Why an answer that is not needed is not there.
fn absent(source: &Source) -> &'static str {
    if matches!(source, Source::Packages | Source::PackagedConfiguration) {
        "there are no packages"
    } else if *source == Source::CallerRights {
        "only `--deployer` asks for it"
    } else {
        "the answer is missing"
    }
}

fn evidence(Evidence { source, path, value }: &Evidence) -> String {
    let value = value.to_string();
    let shown: String = value.chars().take(LONGEST).collect();
    let rest = if shown.len() < value.len() { "..." } else { "" };
    format!("{source} {path} = {shown}{rest}")
}
