use std::path::PathBuf;

use distribution_edit::Distribution;
use doctor::{Check, Finding, Report, Severity, Why, examine};
use edge_config::Config;

use super::error::AttachError;
use crate::commands::doctor::{CallerRights, Subject, look, look_ahead};
use crate::control::{Configured, Session, TerminalError};

/// The folder with the packages, if they were built here.
const DIST: &str = "dist";

/// Reads the id of a check.
pub(super) fn check(id: &str) -> Result<Check, String> {
    let known = Check::ALL.into_iter().find(|check| check.about().id == id);
    known.ok_or_else(|| "docs/doctor.md lists the ids".into())
}

/// Makes the doctor's checks on a configuration that is not written yet. Returns what they found, in words.
///
/// # Errors
/// If one of them found an error that `accepted` does not name.
pub(super) async fn examined(
    session: &mut Session<'_>,
    config: &Config,
    id: &str,
    new: &Distribution,
    accepted: &[Check],
) -> Result<Vec<String>, AttachError> {
    let subject = subject(config, id);
    let xml = new.xml();
    let json = aws_json::rest_xml(&String::from_utf8_lossy(&xml))?;
    let snapshot = look_ahead(json, &subject, session).await?;
    let report = examine(&snapshot);
    let lines = lines(&report);
    let errors = report.findings.iter().filter(|one| one.severity == Severity::Error);
    let mut ids: Vec<&str> = errors
        .filter(|one| !accepted.contains(&one.check))
        .map(|one| one.check.about().id)
        .collect();
    ids.dedup();
    if ids.is_empty() {
        return Ok(lines);
    }
    let ids = ids.into_iter().map(ToOwned::to_owned).collect();
    session.console.say_each(&lines)?;
    Err(AttachError::Unsound(ids))
}

/// Makes the checks again when every edge location has the configuration, and says what they find that `before` does not
/// have. The functions are attached by then, so nothing is an error here.
pub(super) async fn examine_again(
    session: &mut Session<'_>,
    config: &Config,
    id: &str,
    before: &[String],
) -> Result<(), TerminalError> {
    match look(&subject(config, id), session).await {
        Ok(snapshot) => {
            let mut news = lines(&examine(&snapshot));
            news.retain(|line| !before.contains(line));
            session.console.say_each(&news)
        }
        Err(error) => session
            .console
            .say(&format!("the doctor cannot look again: {error}: `edgeswitch doctor` does")),
    }
}

fn subject(config: &Config, id: &str) -> Subject {
    Subject {
        // Neither followers nor the guard have to do with the distribution.
        configured: Configured { config: Some(config.clone()), ..Configured::default() },
        distribution_id: Some(id.to_owned()),
        dist: PathBuf::from(DIST),
        rights: CallerRights::NotAsked,
    }
}

fn lines(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report.findings.iter().flat_map(finding).collect();
    let unknown = report.not_checked.iter().filter(|one| match one.why {
        Why::Refused(_) | Why::NotRead => true,
        Why::OutOfReach(_) | Why::Optional | Why::NoField(_) | Why::NoConfiguration => false,
    });
    let mut unknown: Vec<String> =
        unknown.map(|one| format!("`{}`", one.check.about().id)).collect();
    unknown.dedup();
    if !unknown.is_empty() {
        lines.push(format!(
            "the doctor could not read what it needs for {}: `edgeswitch doctor` says why",
            unknown.join(", ")
        ));
    }
    lines
}

fn finding(finding: &Finding) -> [String; 2] {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    [
        format!("{severity} `{}`: {}", finding.check.about().id, finding.consequence),
        format!("  repair: {}", finding.repair),
    ]
}
