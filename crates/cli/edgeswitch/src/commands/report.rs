use std::fmt;

use plan_change::{Document, Effect};
use serde::Serialize;
use serde_json::value::RawValue;
use terminal_text::Lines;

use crate::commands::difference::{lines, words};
use crate::control::{Project, Session, TerminalError, Updated};

/// The result of a command that writes, as `--output json` prints it.
#[derive(Serialize)]
struct WriteReport<'a> {
    schema: u8,
    parameter: &'a str,
    /// True if nothing was written because of `--dry-run`.
    dry_run: bool,
    written: Vec<Written<'a>>,
    effects: Vec<WordedEffect<'a>>,
    revision: u64,
    plan: Box<RawValue>,
}

#[derive(Serialize)]
struct Written<'a> {
    region: &'a str,
    version: u64,
}

/// An effect with its sentence.
#[derive(Serialize)]
struct WordedEffect<'a> {
    #[serde(flatten)]
    effect: &'a Effect,
    text: String,
}

impl<'a> WordedEffect<'a> {
    fn new(effect: &'a Effect) -> Self {
        Self { effect, text: effect.to_string() }
    }
}

/// The Regions that `sync` wrote, as `--output json` prints them.
#[derive(Serialize)]
pub(crate) struct Copied<'a> {
    schema: u8,
    written: Vec<Written<'a>>,
}

impl<'a> Copied<'a> {
    pub(crate) fn new(versions: &'a [(String, u64)]) -> Self {
        Self { schema: 1, written: written(versions) }
    }
}

impl fmt::Display for Copied<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.written.is_empty() {
            return f.write_str("nothing was written");
        }
        write!(f, "the home Region's plan is written: {}", places(&self.written))
    }
}

fn written(versions: &[(String, u64)]) -> Vec<Written<'_>> {
    versions.iter().map(|(region, version)| Written { region, version: *version }).collect()
}

/// `version 4 in eu-west-1, version 23 in eu-central-1`.
fn places(written: &[Written<'_>]) -> String {
    let places = written.iter().map(|one| format!("version {} in {}", one.version, one.region));
    places.collect::<Vec<_>>().join(", ")
}

/// Prints the plan that was written, or that a dry run would write.
pub(crate) fn report(
    session: &mut Session<'_>,
    project: &Project,
    updated: &Updated,
) -> Result<(), TerminalError> {
    let Updated { before, changed, written: versions } = updated;
    let report = WriteReport {
        schema: 2,
        parameter: &project.parameter.name,
        dry_run: versions.is_empty(),
        written: written(versions),
        effects: changed.effects.iter().map(WordedEffect::new).collect(),
        revision: changed.document.plan().revision(),
        plan: raw(&changed.document),
    };
    let text =
        if versions.is_empty() { difference(before, &changed.document) } else { done(&report) };
    session.console.print(text, &report)
}

/// `revision 18 of /shop/plan is written: version 23 in eu-central-1`.
fn done(report: &WriteReport<'_>) -> Lines {
    let WriteReport { revision, parameter, written, .. } = report;
    Lines::new([format!("revision {revision} of {parameter} is written: {}", places(written))])
}

/// The differences between two plans, in words and then line by line.
pub(crate) fn difference(before: &Document, after: &Document) -> Lines {
    let mut text = Lines::new(words(before, after));
    text.push("");
    text.append(Lines::split(lines(before.text(), after.text()).trim_end()));
    text
}

/// A plan as part of another JSON document.
pub(crate) fn raw(document: &Document) -> Box<RawValue> {
    RawValue::from_string(document.text().to_owned()).expect("a plan's text is JSON")
}
