use crate::check::Check;
use crate::field::Field;
use crate::report::{Finding, Measured, NotChecked, Severity, Why};
use crate::snapshot::Read;
use crate::source::Source;
use crate::view::View;

/// The results of one check.
#[derive(Debug)]
pub(crate) struct Notes {
    check: Check,
    pub(crate) findings: Vec<Finding>,
    pub(crate) not_checked: Vec<NotChecked>,
    pub(crate) measured: Vec<Measured>,
}

/// The words of a finding.
pub(crate) struct Words {
    pub(crate) consequence: String,
    pub(crate) repair: String,
    pub(crate) command: String,
}

impl Words {
    pub(crate) fn new(
        consequence: impl Into<String>,
        repair: impl Into<String>,
        command: impl Into<String>,
    ) -> Self {
        Self { consequence: consequence.into(), repair: repair.into(), command: command.into() }
    }
}

impl Notes {
    pub(crate) fn new(check: Check) -> Self {
        Self { check, findings: Vec::new(), not_checked: Vec::new(), measured: Vec::new() }
    }

    pub(crate) fn measure(&mut self, what: String) {
        self.measured.push(Measured { check: self.check, what });
    }

    pub(crate) fn error(&mut self, read: &Field<'_>, words: Words) {
        self.add(Severity::Error, read, words);
    }

    pub(crate) fn warning(&mut self, read: &Field<'_>, words: Words) {
        self.add(Severity::Warning, read, words);
    }

    fn add(&mut self, severity: Severity, read: &Field<'_>, words: Words) {
        let Words { consequence, repair, command } = words;
        let (check, read) = (self.check, read.evidence());
        self.findings.push(Finding { check, severity, read, consequence, repair, command });
    }

    /// An answer, or `None` after noting why it is not there.
    ///
    /// If a function, a plan or something of a bucket does not exist, another check says so. A policy, a role or an
    /// access control that something refers to exists, unless it was deleted since: then nobody looked at it.
    pub(crate) fn read<'a>(&mut self, view: &View<'a>, source: &Source) -> Option<Field<'a>> {
        match view.snapshot.find(source) {
            Some((source, Read::Known(value))) => return Some(Field::root(source, value)),
            Some((_, Read::Missing(_))) if source.may_be_missing() => {}
            Some((_, Read::Missing(message) | Read::Refused(message))) => {
                self.skip(source, Why::Refused(message.clone()));
            }
            Some((_, Read::OutOfReach(message))) => {
                self.skip(source, Why::OutOfReach(message.clone()));
            }
            Some((_, Read::NotAsked)) | None => self.skip(source, unasked(source)),
        }
        None
    }

    pub(crate) fn skip(&mut self, source: &Source, why: Why) {
        let one = NotChecked { check: self.check, source: source.clone(), why };
        if !self.not_checked.contains(&one) {
            self.not_checked.push(one);
        }
    }
}

fn unasked(source: &Source) -> Why {
    if source.is_required() { Why::NotRead } else { Why::Optional }
}
