use crate::check::Check;
use crate::notes::Notes;
use crate::report::{NotChecked, Report, Why};
use crate::snapshot::{Read, Snapshot};
use crate::source::Source;
use crate::view::View;

/// Makes every check on `snapshot`.
#[must_use]
pub fn examine(snapshot: &Snapshot) -> Report {
    let mut report = Report { findings: Vec::new(), not_checked: Vec::new(), sound: Vec::new() };
    let Some(view) = View::new(snapshot) else {
        report.not_checked = Check::ALL.map(|check| no_distribution(snapshot, check)).into();
        return report;
    };
    for check in Check::ALL {
        let mut notes = Notes::new(check);
        check.examine(&view, &mut notes);
        if notes.findings.is_empty() && notes.not_checked.is_empty() {
            report.sound.push(check);
        }
        report.findings.append(&mut notes.findings);
        report.not_checked.append(&mut notes.not_checked);
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
