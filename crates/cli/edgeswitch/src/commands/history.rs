use clap::Args;
use plan_change::{Document, LastChange, Moment, Summary};
use serde::Serialize;
use thiserror::Error;

use crate::aws::{AwsError, Stored};
use crate::commands::difference::{dated, words};
use crate::commands::table::table;
use crate::control::{Project, ProjectError, Session, Target, TerminalError, user_name};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch history --last 5
  $ edgeswitch history --last 100 --output json > plans.json";

/// How much of the history is listed.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct HistoryArgs {
    /// The number of versions, newest first. Parameter Store keeps 100.
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    pub last: usize,
    #[command(flatten)]
    pub target: Target,
}

/// The history cannot be read.
#[derive(Debug, Error)]
pub(crate) enum HistoryError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for HistoryError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Aws(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// The versions of a plan, as `--output json` prints them.
#[derive(Serialize)]
struct History {
    schema: u8,
    versions: Vec<ListedVersion>,
}

#[derive(Serialize)]
struct ListedVersion {
    version: u64,
    /// `None` if the text is not a valid plan.
    revision: Option<u64>,
    at: Moment,
    by: String,
    /// The change: the note in the plan, or else the differences from the version before.
    what: String,
    /// The text of the parameter.
    plan: String,
}

pub(crate) async fn history(
    args: &HistoryArgs,
    session: &mut Session<'_>,
) -> Result<Exit, HistoryError> {
    let project = Project::find(&args.target)?;
    let home = project.home(session.cloud);
    let stored = home.parameter.history().await?;
    let documents: Vec<Option<Document>> =
        stored.iter().map(|one| project.document(one, home.region()).ok()).collect();
    let befores = [None].into_iter().chain(documents.iter().map(Option::as_ref));
    let versions = stored.iter().zip(&documents).zip(befores);
    let mut versions: Vec<ListedVersion> = versions
        .map(|((stored, document), before)| listed(stored, document.as_ref(), before, &project))
        .collect();
    versions.reverse();
    versions.truncate(args.last);
    let rows = versions.iter().map(|one| {
        let revision = one.revision.map_or("-".into(), |revision| revision.to_string());
        [one.version.to_string(), revision, one.at.to_string(), one.by.clone(), one.what.clone()]
    });
    let text = table(["VERSION", "REVISION", "AT", "BY", "WHAT"], rows);
    session.console.print_columns(text, &History { schema: 1, versions })?;
    Ok(Exit::Done)
}

fn listed(
    stored: &Stored,
    document: Option<&Document>,
    before: Option<&Document>,
    project: &Project,
) -> ListedVersion {
    ListedVersion {
        version: stored.version,
        revision: document.map(|document| document.plan().revision()),
        at: dated(stored.modified),
        by: stored.user.as_deref().map_or("unknown", user_name).to_owned(),
        what: match document {
            Some(document) => what(stored, document, before, project),
            None => "not a valid plan: edge locations keep the last valid one".into(),
        },
        plan: stored.text.clone(),
    }
}

/// The note in the plan, unless the version before has the same note: then a later writer did not note its
/// change, and the differences are listed.
fn what(
    stored: &Stored,
    document: &Document,
    before: Option<&Document>,
    project: &Project,
) -> String {
    let context = project.context(stored.modified, None);
    let note = |document: &Document| Summary::of(document, &context).last_change;
    match (note(document), before) {
        (Some(own), None) => noted(&own, stored),
        (Some(own), Some(before)) if note(before).as_ref() != Some(&own) => noted(&own, stored),
        (_, Some(before)) => words(before, document).join("; "),
        (None, None) => "first plan in the history".into(),
    }
}

/// The change, its reason, and its author if AWS names a different one:
/// `rollback by alice: the checkout is slow`.
fn noted(LastChange { what, by, why, .. }: &LastChange, stored: &Stored) -> String {
    let known = stored.user.as_deref().map(user_name);
    let by = by.as_deref().filter(|by| Some(*by) != known).map(|by| format!(" by {by}"));
    let why = why.as_deref().map(|why| format!(": {why}"));
    format!("{what}{}{}", by.unwrap_or_default(), why.unwrap_or_default())
}
