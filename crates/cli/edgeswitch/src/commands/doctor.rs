mod live;
mod packages;
mod saved;
mod text;

use std::path::{Path, PathBuf};

use clap::Args;
use doctor::{Outcome, Snapshot, examine};
use thiserror::Error;

use crate::aws::AwsError;
use crate::control::{Configured, ProjectError, Session, TerminalError};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::files::FileError;

pub(crate) use live::{CallerRights, Subject, look, look_ahead};
use saved::Folder;
use text::Examined;

/// The configuration, in this folder or beside saved answers.
const CONFIG: &str = "edgeswitch.toml";

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch doctor
  $ edgeswitch doctor E2QWRUHAPOMQZL --deployer
  $ edgeswitch doctor --save saved
  $ edgeswitch doctor --offline saved --output json

Exit codes:
  0  sound
  1  findings
  2  could not look: an answer that the checks need was refused or is missing";

/// What is examined.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct DoctorArgs {
    /// The distribution [default: `distribution_id` of the configuration].
    #[arg(value_name = "DISTRIBUTION_ID", conflicts_with = "offline")]
    pub distribution: Option<String>,
    /// Examine a folder with AWS's answers, as `aws ... --output json` prints them, in place of an account. See
    /// docs/doctor.md.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["save", "deployer"])]
    pub offline: Option<PathBuf>,
    /// Save AWS's answers in a new folder, which `--offline` reads. The values of the origins' headers and of
    /// environment variables are left out.
    #[arg(long, value_name = "DIR")]
    pub save: Option<PathBuf>,
    /// The configuration of the project [default: edgeswitch.toml, if it exists; with `--offline`, the one in DIR].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder with the packages, to compare with the functions at the edge.
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub dist: PathBuf,
    /// Check that you may attach the functions, too.
    #[arg(long)]
    pub deployer: bool,
}

/// Nothing could be examined. Exit code 2, like every other reason not to look.
#[derive(Debug, Error)]
pub(crate) enum DoctorError {
    #[error("there is no folder `{}`", .0.display())]
    NoFolder(PathBuf),
    #[error("folder `{}` is not empty", .0.display())]
    NotEmpty(PathBuf),
    #[error("no distribution is named, and there are no followers")]
    NoDistribution,
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error("package `{}`", path.display())]
    Package { path: PathBuf, source: zip::result::ZipError },
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
            Self::NotEmpty(_) => Advice::usage().hint("name a folder that does not exist yet"),
            Self::NoDistribution => Advice::usage()
                .hint("write its id behind `doctor`, or `distribution_id` into edgeswitch.toml"),
            Self::Aws(error) => error.advice(),
            Self::Package { .. } => Advice::usage().hint("build it again: `make package`"),
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

/// Examines a distribution and the followers of the plan, or saved answers about them.
pub(crate) async fn doctor(
    args: &DoctorArgs,
    session: &mut Session<'_>,
) -> Result<Exit, DoctorError> {
    let snapshot = match &args.offline {
        Some(folder) => offline(folder, args)?,
        None => live(args, session).await?,
    };
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

/// Reads saved answers, and the configuration that `--config` names, or else the one beside them.
fn offline(folder: &Path, args: &DoctorArgs) -> Result<Snapshot, DoctorError> {
    let saved = Folder::open(folder)?;
    let beside = Some(folder.join(CONFIG)).filter(|path| path.exists());
    let configured = args.config.clone().or(beside).map(Configured::read).transpose()?;
    saved.snapshot(configured.unwrap_or_default())
}

/// Asks the account, and saves the answers if they are wanted.
async fn live(args: &DoctorArgs, session: &mut Session<'_>) -> Result<Snapshot, DoctorError> {
    // A folder that cannot be written is found before anything is asked.
    let folder = args.save.as_deref().map(Folder::create).transpose()?;
    let here = Some(PathBuf::from(CONFIG)).filter(|path| path.exists());
    let path = args.config.clone().or(here);
    let configured = path.clone().map(Configured::read).transpose()?.unwrap_or_default();
    let subject = Subject {
        configured,
        distribution_id: args.distribution.clone(),
        dist: args.dist.clone(),
        rights: if args.deployer { CallerRights::Asked } else { CallerRights::NotAsked },
    };
    let snapshot = look(&subject, session).await?;
    if let Some(folder) = folder {
        let saved = folder.save(&snapshot, path.as_deref())?;
        session.console.say(&format!("saved {saved} answers in `{}`", folder.path().display()))?;
    }
    Ok(snapshot)
}
