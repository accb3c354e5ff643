use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use plan_change::Document;
use plan_format::PlanProblem;
use serde::Serialize;
use serde_json::value::RawValue;
use thiserror::Error;

use crate::aws::AwsError;
use crate::commands::difference::words;
use crate::commands::report::{difference, raw};
use crate::control::{Project, ProjectError, ReadPlanError, Session, Target, TerminalError};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::files::FileError;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch diff 22     # changes since version 22
  $ edgeswitch diff 22 23  # changes made by version 23
  $ edgeswitch diff plan.json";

/// Which two plans are compared.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct DiffArgs {
    /// A version of the parameter, for example 23, or a file with a plan.
    #[arg(value_name = "A", value_parser = Side::parse)]
    pub before: Side,
    /// The other plan [default: the plan in force].
    #[arg(value_name = "B", value_parser = Side::parse)]
    pub after: Option<Side>,
    #[command(flatten)]
    pub target: Target,
}

/// One of the plans cannot be read.
#[derive(Debug, Error)]
pub(crate) enum DiffError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Read(#[from] ReadPlanError),
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error("`{}` is not a valid plan: {problem}", path.display())]
    PlanFile { path: PathBuf, problem: PlanProblem },
}

impl Failure for DiffError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Read(error) => error.advice(),
            Self::Aws(error) => error.advice(),
            Self::File(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
            Self::PlanFile { .. } => Advice::failed().hint(
                "a plan is JSON with `\"schema\": 1`, or a list of release ids; see docs/plan.md",
            ),
        }
    }
}

/// The source of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// A version of the parameter.
    Version(u64),
    /// A file.
    File(PathBuf),
}

impl Side {
    fn parse(text: &str) -> Result<Self, std::convert::Infallible> {
        Ok(text.parse().map_or_else(|_| Self::File(text.into()), Self::Version))
    }
}

/// Two plans, as `--output json` prints them.
#[derive(Serialize)]
struct Diff {
    schema: u8,
    changes: Vec<String>,
    before: Box<RawValue>,
    after: Box<RawValue>,
}

pub(crate) async fn diff(args: &DiffArgs, session: &mut Session<'_>) -> Result<Exit, DiffError> {
    let before = read(Some(&args.before), &args.target, session).await?;
    let after = read(args.after.as_ref(), &args.target, session).await?;
    let value = Diff {
        schema: 1,
        changes: words(&before, &after),
        before: raw(&before),
        after: raw(&after),
    };
    session.console.print(difference(&before, &after), &value)?;
    Ok(Exit::Done)
}

async fn read(
    side: Option<&Side>,
    target: &Target,
    session: &Session<'_>,
) -> Result<Document, DiffError> {
    if let Some(Side::File(path)) = side {
        return read_file(path, target);
    }
    let project = Project::find(target)?;
    let home = project.home(session.cloud);
    let stored = match side {
        Some(Side::Version(version)) => home.parameter.read_version(*version).await?,
        Some(Side::File(_)) | None => home.parameter.read().await?,
    };
    Ok(project.document(&stored, home.region())?)
}

/// Files need no configuration. If there is one, it gives releases the values that the plan leaves out.
fn read_file(path: &Path, target: &Target) -> Result<Document, DiffError> {
    let text = fs::read_to_string(path).map_err(FileError::reading(path))?;
    let defaults = match Project::find(target) {
        Ok(Project { config: Some(config), .. }) => config.release_defaults,
        Ok(Project { config: None, .. }) | Err(ProjectError::NoConfiguration) => Default::default(),
        Err(error) => return Err(error.into()),
    };
    Document::parse(&text, &defaults)
        .map_err(|problem| DiffError::PlanFile { path: path.into(), problem })
}
