use std::path::{Path, PathBuf};

use clap::Args;
use distribution_edit::{
    Distribution, InvalidXml, LeftAlone, Own, Restored, WrongFile, detach as edit,
};
use serde::Serialize;
use thiserror::Error;

use crate::aws::{AwsError, AwsErrorKind};
use crate::commands::attachment::{
    DistributionWriting, Kept, NoDistribution, Outcome, Parts, PartsError, Proposal, Rewrite,
    RewriteError, Rewritten, Worded, distribution_id, rewrite, say_earlier_change, wait_deployed,
    with_named_policies,
};
use crate::commands::difference::lines as text_difference;
use crate::control::{Session, TerminalError, WaitError};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::files::FileError;
use terminal_text::Lines;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch detach --dry-run
  $ edgeswitch detach E2QWRUHAPOMQZL
  $ edgeswitch detach E2QWRUHAPOMQZL --before kept/before.xml -y

Exit codes:
  0  the functions are taken out, or were not attached
  1  refused or failed; the output says whether something was written
  2  bad usage: nothing was written";

/// What is taken out of which distribution.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct DetachArgs {
    /// The id of the distribution [default: `distribution_id` of the configuration].
    #[arg(value_name = "DISTRIBUTION_ID")]
    pub distribution: Option<String>,
    /// Return when the change is written; do not wait until every edge location has it.
    #[arg(long)]
    pub no_wait: bool,
    /// The file that `attach` kept [default: .edgeswitch/<id>-before.xml].
    #[arg(long, value_name = "FILE")]
    pub before: Option<PathBuf>,
    /// The configuration of the project [default: edgeswitch.toml].
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub parts: Parts,
    #[command(flatten)]
    pub writing: DistributionWriting,
}

/// The functions are not taken out, or it is not certain that they are.
#[derive(Debug, Error)]
pub(crate) enum DetachError {
    #[error(transparent)]
    Distribution(#[from] NoDistribution),
    #[error(transparent)]
    Parts(#[from] PartsError),
    #[error("there is no file `{}`", .0.display())]
    NoFile(PathBuf),
    #[error("`{}` is not a configuration: {problem}", path.display())]
    InvalidFile { path: PathBuf, problem: InvalidXml },
    #[error("`{}` is the configuration of another distribution: {wrong}", path.display())]
    WrongFile { path: PathBuf, wrong: WrongFile },
    #[error(transparent)]
    Rewrite(#[from] RewriteError),
    /// The policy was deleted after the file was kept.
    #[error("CloudFront does not know a policy of `{}`: {error}", path.display())]
    KeptPolicy { path: PathBuf, error: AwsError },
    /// The functions are taken out, and it cannot be read how far the change is.
    #[error(
        "the functions are taken out of distribution `{id}`, but it is not known whether every edge location has the change: {error}"
    )]
    Unfollowed { id: String, error: AwsError },
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl DetachError {
    /// The error of a write. The policies of the distribution itself exist, so an unknown one is of the kept file.
    fn while_writing(path: &Path, error: Self) -> Self {
        if let Self::Rewrite(RewriteError::Dangling(cause)) = &error
            && cause.kind == AwsErrorKind::NoPolicy
        {
            return Self::KeptPolicy { path: path.to_owned(), error: cause.clone() };
        }
        error
    }

    /// The error of a wait that began when the functions were taken out.
    fn while_following(id: &str, error: WaitError) -> Self {
        match error {
            WaitError::Aws(error) => Self::Unfollowed { id: id.into(), error },
            WaitError::Terminal(error) => error.into(),
        }
    }
}

impl From<AwsError> for DetachError {
    fn from(error: AwsError) -> Self {
        Self::Rewrite(error.into())
    }
}

impl Failure for DetachError {
    fn advice(&self) -> Advice {
        match self {
            Self::Distribution(error) => error.advice(),
            Self::Parts(error) => error.advice(),
            Self::NoFile(_) | Self::InvalidFile { .. } | Self::WrongFile { .. } => Advice::usage()
                .hint("name the file that `edgeswitch attach` kept for this distribution"),
            Self::Rewrite(error) => error.advice(),
            Self::KeptPolicy { path, .. } => Advice::failed().hint(format!(
                "nothing was changed; correct the id in `{0}`, or move `{0}` away: then only the functions are taken out",
                path.display()
            )),
            Self::Unfollowed { id, .. } => Advice::failed().hint(format!(
                "`edgeswitch detach {id}` goes on: it waits until every edge location has the change"
            )),
            Self::File(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// The result, as `--output json` prints it.
#[derive(Serialize)]
struct Report<'a> {
    schema: u8,
    distribution: &'a str,
    outcome: &'static str,
    /// `null` if no function was attached.
    restored: Option<Restored>,
    changes: Vec<Worded<'a>>,
    left: &'a [LeftAlone],
    notes: &'a [String],
    /// Whether every edge location has the change; `null` after a dry run.
    deployed: Option<bool>,
}

/// Takes the functions out of a distribution.
pub(crate) async fn detach(
    args: &DetachArgs,
    session: &mut Session<'_>,
) -> Result<Exit, DetachError> {
    let (config, id) = distribution_id(args.config.as_ref(), args.distribution.as_ref())?;
    let kept = Kept::new(args.before.as_ref(), &id);
    let before = before(args, &kept)?;
    let own = args.parts.own(session, &config.name).await?;
    let configuration = session.cloud.configuration(&id);
    say_earlier_change(session, &id, configuration.state().await?.deployment)?;
    let name = &config.name;
    let detaching = Detaching { own: &own, name, before: before.as_ref(), kept: &kept };
    let rewritten = rewrite(session, configuration.as_ref(), args.writing, &detaching).await;
    let rewritten = rewritten.map_err(|error| DetachError::while_writing(kept.path(), error))?;
    if !args.no_wait && !args.writing.dry_run {
        let waited = wait_deployed(session, configuration.as_ref()).await;
        waited.map_err(|error| DetachError::while_following(&id, error))?;
    }
    report(session, &id, args, &rewritten)?;
    Ok(Exit::Done)
}

/// The configuration that `attach` kept. A file that an option names must be there.
fn before(args: &DetachArgs, kept: &Kept) -> Result<Option<Distribution>, DetachError> {
    let path = || kept.path().to_owned();
    let Some(xml) = kept.read()? else {
        return if args.before.is_some() { Err(DetachError::NoFile(path())) } else { Ok(None) };
    };
    let parsed = Distribution::parse(&xml);
    Ok(Some(parsed.map_err(|problem| DetachError::InvalidFile { path: path(), problem })?))
}

struct Detaching<'a> {
    own: &'a Own,
    /// The application's.
    name: &'a str,
    before: Option<&'a Distribution>,
    kept: &'a Kept,
}

/// What is known besides the changes.
struct Details {
    restored: Restored,
    left: Vec<LeftAlone>,
}

impl Rewrite for Detaching<'_> {
    type Details = Details;
    type Error = DetachError;

    fn question(&self) -> &'static str {
        "Take the functions out of"
    }

    async fn propose(
        &self,
        session: &mut Session<'_>,
        read: &Distribution,
    ) -> Result<Proposal<Details>, DetachError> {
        let own = with_named_policies(self.own, self.name, read, session).await?;
        let detached = edit(read, &own, self.before)
            .map_err(|wrong| DetachError::WrongFile { path: self.kept.path().to_owned(), wrong })?;
        let left = detached.left.iter();
        let mut notes: Vec<String> =
            left.map(|one| format!("behaviour `{}`: {}", one.behavior, one.why)).collect();
        let path = self.kept.path().display();
        notes.push(match detached.restored {
            Restored::Exactly => format!(
                "the distribution gets the configuration of `{path}` back, byte for byte"
            ),
            Restored::OwnParts => {
                "the configuration is not the one from before in every part. These differences stay:"
                    .into()
            }
            Restored::FunctionsOnly => format!(
                "there is no `{path}`, so only the functions are taken out: give the behaviours other policies before you delete the functions' stack"
            ),
        });
        if let Some(before) = self.before.filter(|_| detached.restored == Restored::OwnParts) {
            let difference = text_difference(&before.outline(), &detached.distribution.outline());
            notes.extend(difference.lines().map(|line| format!("  {line}")));
        }
        let details = Details { restored: detached.restored, left: detached.left };
        let (distribution, changes) = (detached.distribution, detached.changes);
        Ok(Proposal { distribution, changes, notes, details })
    }

    /// What is there without the functions served before.
    async fn examine(
        &self,
        _: &mut Session<'_>,
        _: &Proposal<Details>,
    ) -> Result<Vec<String>, DetachError> {
        Ok(Vec::new())
    }

    /// The file stays: the next `attach` replaces it.
    fn keep(&self, _: &Distribution) -> Result<(), DetachError> {
        Ok(())
    }
}

fn report(
    session: &mut Session<'_>,
    id: &str,
    args: &DetachArgs,
    rewritten: &Rewritten<Details>,
) -> Result<(), TerminalError> {
    let Rewritten { proposal, outcome } = rewritten;
    let report = Report {
        schema: 1,
        distribution: id,
        outcome: match outcome {
            Outcome::Written => "detached",
            Outcome::Already => "not-attached",
            Outcome::DryRun => "dry-run",
        },
        restored: (*outcome != Outcome::Already).then_some(proposal.details.restored),
        changes: Worded::all(&proposal.changes),
        left: &proposal.details.left,
        notes: &proposal.notes,
        deployed: (*outcome != Outcome::DryRun).then_some(!args.no_wait),
    };
    let text = match outcome {
        Outcome::DryRun => Lines::from("dry run: nothing is written"),
        Outcome::Already => Lines::from(&format!("no function is attached to `{id}`")),
        Outcome::Written => Lines::from(&done(id, args)),
    };
    session.console.print(text, &report)
}

fn done(id: &str, args: &DetachArgs) -> String {
    let reach = if args.no_wait {
        "; edge locations follow within minutes"
    } else {
        ". Their replicas go within hours; only then can the functions be deleted"
    };
    format!("the functions are taken out of `{id}`{reach}")
}
