use crate::check::Check;
use crate::notes::Notes;
use crate::report::{NotChecked, Report, Why};
use crate::snapshot::{Read, Snapshot};
use crate::source::Source;
use crate::view::View;

/// Makes every check on `snapshot` whose subject exists.
#[must_use]
pub fn examine(snapshot: &Snapshot) -> Report {
    let known = View::new(snapshot);
    let concerns = |check: &Check| check.subject().exists(snapshot, known.as_ref());
    let checks: Vec<Check> = Check::ALL.into_iter().filter(concerns).collect();
    let mut report = Report {
        checks: checks.len(),
        findings: Vec::new(),
        not_checked: Vec::new(),
        measured: Vec::new(),
        sound: Vec::new(),
    };
    let is_known = known.is_some();
    let view = known.unwrap_or_else(|| View::without_distribution(snapshot));
    for check in checks {
        if check.subject().is_of_distribution() && !is_known {
            report.not_checked.push(no_distribution(snapshot, check));
            continue;
        }
        let mut notes = Notes::new(check);
        check.examine(&view, &mut notes);
        if notes.findings.is_empty() && notes.not_checked.is_empty() {
            report.sound.push(check);
        }
        report.findings.append(&mut notes.findings);
        report.not_checked.append(&mut notes.not_checked);
        report.measured.append(&mut notes.measured);
    }
    report
}

fn no_distribution(snapshot: &Snapshot, check: Check) -> NotChecked {
    let why = match snapshot.find(&Source::Distribution) {
        Some((_, Read::Missing(message) | Read::Refused(message) | Read::OutOfReach(message))) => {
            Why::Refused(message.clone())
        }
        Some((_, Read::Known(_))) => {
            Why::Refused("it has no `DistributionConfig` with a `DefaultCacheBehavior`".into())
        }
        Some((_, Read::NotAsked)) | None => Why::NotRead,
    };
    NotChecked { check, source: Source::Distribution, why }
}
