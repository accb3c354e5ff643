mod offline;
mod text;

use std::path::PathBuf;

use clap::Args;
use doctor::{Outcome, Snapshot, examine};
use edge_config::Config;
use thiserror::Error;

use crate::control::{ProjectError, Session, Target, TerminalError, configuration};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::files::FileError;

use offline::Folder;
use text::Examined;

/// The configuration beside saved answers.
const CONFIG: &str = "edgeswitch.toml";

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch doctor --offline saved
  $ edgeswitch doctor --offline saved --config edgeswitch.toml --output json

Exit codes:
  0  sound
  1  findings
  2  could not look: an answer that the checks need was refused or is missing";

/// What is examined.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct DoctorArgs {
    /// A folder with AWS's answers, as `aws ... --output json` prints them. See docs/doctor.md.
    #[arg(long, value_name = "DIR")]
    pub offline: PathBuf,
    /// The configuration of the project [default: edgeswitch.toml in DIR, if it exists].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Nothing could be examined. Exit code 2, like every other reason not to look.
#[derive(Debug, Error)]
pub(crate) enum DoctorError {
    #[error("there is no folder `{}`", .0.display())]
    NoFolder(PathBuf),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("answer `{}`", path.display())]
    Json { path: PathBuf, source: serde_json::Error },
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for DoctorError {
    fn advice(&self) -> Advice {
        let advice = match self {
            Self::NoFolder(_) => Advice::usage()
                .hint("`--offline` names a folder with `distribution.json`, see docs/doctor.md"),
            Self::File(error) => error.advice(),
            Self::Json { .. } => {
                Advice::usage().hint("write it again with `aws ... --output json`")
            }
            Self::Project(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        };
        Advice { exit: Exit::CouldNotLook, ..advice }
    }
}

/// Examines saved answers.
pub(crate) fn doctor(args: &DoctorArgs, session: &mut Session<'_>) -> Result<Exit, DoctorError> {
    let folder = Folder::open(&args.offline)?;
    let mut snapshot = Snapshot::new(project(args)?);
    loop {
        let wanted = snapshot.wanted();
        if wanted.is_empty() {
            break;
        }
        for source in wanted {
            let read = folder.read(&source)?;
            snapshot.insert(source, read);
        }
    }
    let report = examine(&snapshot);
    let examined = Examined::new(&report, &snapshot);
    // Not folded: a command is copied as one line.
    session.console.print(examined.lines(), &examined)?;
    Ok(match report.outcome() {
        Outcome::Sound => Exit::Done,
        Outcome::Findings => Exit::Failed,
        Outcome::CouldNotLook => Exit::CouldNotLook,
    })
}

/// The configuration that `--config` names, or else the one beside the answers, if there is one.
fn project(args: &DoctorArgs) -> Result<Option<Config>, ProjectError> {
    let beside = args.offline.join(CONFIG);
    let config = match &args.config {
        Some(named) => named.clone(),
        None if beside.exists() => beside,
        None => return Ok(None),
    };
    configuration(&Target { config: Some(config), ..Target::default() })
}
