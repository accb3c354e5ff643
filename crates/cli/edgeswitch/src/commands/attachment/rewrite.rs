use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use distribution_edit::{Change, Distribution, InvalidXml};
use thiserror::Error;
use tokio::time::sleep;

use super::described::described;
use crate::aws::{AwsError, AwsErrorKind, Configuration};
use crate::control::{AskError, Session, TerminalError};
use crate::failure::{Advice, Failure};

/// How often a configuration is read and written until nobody else writes in between.
const ROUNDS: u32 = 5;
/// The time before the next round.
const PAUSE: Duration = Duration::from_secs(1);

/// How a distribution is changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Writing")]
pub struct DistributionWriting {
    /// Show the changes, but do not write them.
    #[arg(long)]
    pub dry_run: bool,
    /// Change the distribution without asking.
    #[arg(long, short)]
    pub yes: bool,
}

/// The configuration was not changed, or it is not certain that it was.
#[derive(Debug, Error)]
pub(crate) enum RewriteError {
    #[error("the configuration of distribution `{id}` cannot be edited: {problem}")]
    Invalid { id: String, problem: InvalidXml },
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error("CloudFront refuses the configuration: {0}")]
    Refused(AwsError),
    #[error(
        "somebody else changed the distribution {ROUNDS} times at the same time; nothing was written"
    )]
    Busy,
    #[error("it is not certain whether the distribution was changed: {0}")]
    Unconfirmed(AwsError),
    /// The write may have succeeded, and the configuration cannot be read any more.
    #[error("it is not certain whether the distribution was changed: {written}; {read}")]
    Unread { written: AwsError, read: AwsError },
    /// The configuration names a part that CloudFront does not know.
    #[error("CloudFront does not know a part of the new configuration: {0}")]
    Dangling(AwsError),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
}

impl Failure for RewriteError {
    fn advice(&self) -> Advice {
        let failed = Advice::failed();
        match self {
            Self::Invalid { .. } => {
                failed.hint("`aws cloudfront get-distribution-config` shows it")
            }
            Self::Aws(error) => error.advice(),
            Self::Dangling(error) if error.kind == AwsErrorKind::NoPolicy => error.advice(),
            Self::Dangling(_) => failed.hint(
                "nothing was changed; correct the part in the distribution, then run the command again",
            ),
            Self::Refused(_) => failed
                .hint("nothing was changed; `edgeswitch doctor` looks for what CloudFront refuses"),
            Self::Busy | Self::Unconfirmed(_) | Self::Unread { .. } => {
                failed.hint("run the same command again: it reads what is there, and goes on")
            }
            Self::Ask(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
        }
    }
}

/// A configuration to write in place of the one that was read.
pub(crate) struct Proposal<T> {
    pub(crate) distribution: Distribution,
    pub(crate) changes: Vec<Change>,
    /// What else the user should know before the answer.
    pub(crate) notes: Vec<String>,
    pub(crate) details: T,
}

/// How a rewrite ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Written,
    /// There was nothing to change.
    Already,
    DryRun,
}

pub(crate) struct Rewritten<T> {
    pub(crate) proposal: Proposal<T>,
    pub(crate) outcome: Outcome,
}

/// What a command does to a configuration.
pub(crate) trait Rewrite {
    type Details;
    type Error: From<RewriteError>;

    /// The question, without the distribution: "Attach the functions to".
    fn question(&self) -> &'static str;

    /// What the user should know about the proposal besides, which may take some time to find out.
    ///
    /// # Errors
    /// If the proposal must not be written.
    async fn examine(
        &self,
        session: &mut Session<'_>,
        proposal: &Proposal<Self::Details>,
    ) -> Result<Vec<String>, Self::Error>;

    async fn propose(
        &self,
        session: &mut Session<'_>,
        read: &Distribution,
    ) -> Result<Proposal<Self::Details>, Self::Error>;

    /// The last step before the write of a proposal.
    fn keep(&self, read: &Distribution) -> Result<(), Self::Error>;
}

/// Reads the configuration, shows what changes, asks, and writes it with the ETag of the read.
///
/// If somebody else writes in between, or an answer is lost, it begins again. It asks again only if the changes are
/// not those that the user has agreed to.
pub(crate) async fn rewrite<R: Rewrite>(
    session: &mut Session<'_>,
    configuration: &dyn Configuration,
    writing: DistributionWriting,
    edit: &R,
) -> Result<Rewritten<R::Details>, R::Error> {
    let mut run = Run { session, configuration, writing, agreed: None, uncertain: None };
    for round in 1..=ROUNDS {
        match run.round(edit).await? {
            Some(rewritten) => return Ok(rewritten),
            None if round < ROUNDS => sleep(PAUSE).await,
            None => {}
        }
    }
    Err(run.uncertain.map_or(RewriteError::Busy, RewriteError::Unconfirmed).into())
}

struct Run<'a, 'b> {
    session: &'a mut Session<'b>,
    configuration: &'a dyn Configuration,
    writing: DistributionWriting,
    /// The changes that the user has agreed to.
    agreed: Option<Vec<Change>>,
    /// The error of a write that may have succeeded.
    uncertain: Option<AwsError>,
}

impl Run<'_, '_> {
    /// One read and one write; `None` if they must be repeated.
    async fn round<R: Rewrite>(
        &mut self,
        edit: &R,
    ) -> Result<Option<Rewritten<R::Details>>, R::Error> {
        let configured = match self.configuration.read().await {
            Ok(configured) => configured,
            Err(error) => {
                self.unread(error)?;
                return Ok(None);
            }
        };
        let id = || self.configuration.id().to_owned();
        let read = Distribution::parse(&configured.xml)
            .map_err(|problem| RewriteError::Invalid { id: id(), problem })?;
        let mut proposal = edit.propose(self.session, &read).await?;
        if proposal.changes.is_empty() {
            let outcome =
                if self.uncertain.is_some() { Outcome::Written } else { Outcome::Already };
            return Ok(Some(Rewritten { proposal, outcome }));
        }
        if self.agreed.as_ref() != Some(&proposal.changes) {
            self.show(edit, &mut proposal).await?;
        }
        if self.writing.dry_run {
            return Ok(Some(Rewritten { proposal, outcome: Outcome::DryRun }));
        }
        if self.agreed.as_ref() != Some(&proposal.changes) {
            self.agree(edit.question(), &proposal).await?;
        }
        edit.keep(&read)?;
        let xml = Bytes::from(proposal.distribution.xml());
        let written = self.configuration.write(xml, &configured.etag).await;
        match written {
            Ok(()) => return Ok(Some(Rewritten { proposal, outcome: Outcome::Written })),
            Err(error) if error.kind == AwsErrorKind::Changed => {
                self.say(
                    "somebody has changed the distribution at the same time: reading it again",
                )?;
            }
            Err(error) if error.kind.is_passing() => {
                self.say(&format!("{error}: reading whether it was written"))?;
                self.uncertain = Some(error);
            }
            Err(error) if error.kind == AwsErrorKind::Refused => {
                return Err(RewriteError::Refused(error).into());
            }
            Err(error) if [AwsErrorKind::Missing, AwsErrorKind::NoPolicy].contains(&error.kind) => {
                return Err(RewriteError::Dangling(error).into());
            }
            Err(error) => return Err(RewriteError::from(error).into()),
        }
        Ok(None)
    }

    /// A read failed. After a write without an answer it must not end the command, because the write may have succeeded.
    fn unread(&mut self, read: AwsError) -> Result<(), RewriteError> {
        match self.uncertain.take() {
            None => Err(read.into()),
            Some(written) if read.kind.is_passing() => {
                self.uncertain = Some(written);
                self.say(&format!("{read}: reading again whether it was written"))
            }
            Some(written) => Err(RewriteError::Unread { written, read }),
        }
    }

    fn say(&mut self, line: &str) -> Result<(), RewriteError> {
        Ok(self.session.console.say(line)?)
    }

    /// Shows the changes, and what else there is to know.
    async fn show<R: Rewrite>(
        &mut self,
        edit: &R,
        proposal: &mut Proposal<R::Details>,
    ) -> Result<(), R::Error> {
        if self.agreed.is_some() {
            self.say("the changes are others now:")?;
        }
        let console = &mut self.session.console;
        console.say_each(&described(&proposal.changes)).map_err(RewriteError::from)?;
        console.say_each(&proposal.notes).map_err(RewriteError::from)?;
        let found = edit.examine(self.session, proposal).await?;
        self.session.console.say_each(&found).map_err(RewriteError::from)?;
        proposal.notes.extend(found);
        Ok(())
    }

    async fn agree<T>(&mut self, verb: &str, proposal: &Proposal<T>) -> Result<(), RewriteError> {
        if !self.writing.yes {
            let address = self.session.address().await;
            let question = format!("{verb} distribution `{}`{address}?", self.configuration.id());
            self.session.console.ask(&question)?;
        }
        self.agreed = Some(proposal.changes.clone());
        Ok(())
    }
}
