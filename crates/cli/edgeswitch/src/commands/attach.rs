mod error;
mod examined;
mod migration;
mod refused;

use std::path::PathBuf;

use clap::Args;
use distribution_edit::{
    Change, Distribution, FallbackOrigin, LeftAlone, Wiring, attach as edit, sends_host,
};
use doctor::Check;
use edge_config::Config;
use indicatif::ProgressBar;
use routing_core::ReleaseId;
use serde::Serialize;

use crate::aws::{Configuration, DistributionState};
use crate::commands::attachment::{
    DistributionWriting, Kept, Outcome, Parts, Proposal, Rewrite, Rewritten, Worded,
    behaviors_left, distribution_id, rewrite, say_earlier_change, wait_deployed,
};
use crate::commands::release::release_id;
use crate::control::{Session, TerminalError, persist};
use crate::exit::Exit;
use terminal_text::Lines;

use error::AttachError;
use examined::{examine_again, examined};
use refused::say_refusals;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch attach --plan-only               # the steps for a live site
  $ edgeswitch attach E2QWRUHAPOMQZL --dry-run
  $ edgeswitch attach E2QWRUHAPOMQZL --no-wait
  $ edgeswitch attach E2QWRUHAPOMQZL -y --output json

Exit codes:
  0  the functions are attached, or were attached already
  1  refused or failed; the output says whether something was written
  2  bad usage: nothing was written";

/// What is attached to which distribution.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct AttachArgs {
    /// The id of the distribution [default: `distribution_id` of the configuration].
    #[arg(value_name = "DISTRIBUTION_ID")]
    pub distribution: Option<String>,
    /// Print the steps that bring a live site to its second release, and which of them are done.
    #[arg(long, conflicts_with_all = ["dry_run", "yes", "no_wait"])]
    pub plan_only: bool,
    /// The id for the site as it is now, for --plan-only [default: the active release, or `first`].
    #[arg(long, value_name = "ID", value_parser = release_id, requires = "plan_only")]
    pub release: Option<ReleaseId>,
    /// Return when the change is written; do not wait until every edge location has it.
    #[arg(long)]
    pub no_wait: bool,
    /// Keep the policies of the behaviour with this pattern; `*` is the default behaviour.
    #[arg(long, value_name = "PATTERN")]
    pub keep_policies: Vec<String>,
    /// Attach in spite of this error that the doctor finds in the new configuration: an id of docs/doctor.md.
    #[arg(long, value_name = "CHECK", value_parser = examined::check)]
    pub accept: Vec<Check>,
    /// Add no origin for the second attempt: a file that the release lacks is missing.
    #[arg(long)]
    pub no_fallback_origin: bool,
    /// The file for the configuration from before [default: .edgeswitch/<id>-before.xml].
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

impl AttachArgs {
    fn fallback_origin(&self) -> FallbackOrigin {
        if self.no_fallback_origin { FallbackOrigin::Leave } else { FallbackOrigin::Add }
    }
}

/// The result, as `--output json` prints it.
#[derive(Serialize)]
struct Report<'a> {
    schema: u8,
    distribution: &'a str,
    domain_name: &'a str,
    outcome: &'static str,
    changes: Vec<Worded<'a>>,
    left: &'a [LeftAlone],
    notes: &'a [String],
    /// The file with the configuration from before.
    before: Option<String>,
    /// Whether every edge location has the change; `null` after a dry run.
    deployed: Option<bool>,
}

/// Attaches the functions to a distribution that exists.
pub(crate) async fn attach(
    args: &AttachArgs,
    session: &mut Session<'_>,
) -> Result<Exit, AttachError> {
    let (config, id) = distribution_id(args.config.as_ref(), args.distribution.as_ref())?;
    if args.no_fallback_origin && config.rules.not_found.is_some() {
        return Err(AttachError::NotFoundNeedsFallback);
    }
    let configuration = session.cloud.configuration(&id);
    let state = configuration.state().await?;
    let account = state.arn.split(':').nth(4).unwrap_or_default();
    if args.plan_only {
        return migration::migration(args, session, &config, &id, account).await;
    }
    let known = args.parts.known(session.cloud, &config.name).await?;
    let wiring = known.wiring(account, args.fallback_origin(), &args.keep_policies)?;
    known.check_tested(session.cloud).await?;
    say_earlier_change(session, &id, state.deployment)?;
    let kept = Kept::new(args.before.as_ref(), &id);
    let attaching = Attaching {
        wiring: &wiring,
        config: &config,
        kept: &kept,
        id: &id,
        accepted: &args.accept,
    };
    let rewritten = match rewrite(session, configuration.as_ref(), args.writing, &attaching).await {
        Err(AttachError::Refused(refused)) => {
            say_refusals(session, &id, &refused)?;
            return Err(AttachError::Refused(refused));
        }
        rewritten => rewritten?,
    };
    if !args.no_wait && !args.writing.dry_run {
        follow(session, configuration.as_ref(), &attaching).await?;
        if rewritten.outcome == Outcome::Written {
            examine_again(session, &config, &id, &rewritten.proposal.notes).await?;
        }
    }
    report(session, &id, &state, &kept, args, &rewritten)?;
    Ok(Exit::Done)
}

struct Attaching<'a> {
    wiring: &'a Wiring,
    config: &'a Config,
    kept: &'a Kept,
    id: &'a str,
    accepted: &'a [Check],
}

impl Rewrite for Attaching<'_> {
    type Details = Vec<LeftAlone>;
    type Error = AttachError;

    fn question(&self) -> &'static str {
        "Attach the functions to"
    }

    async fn propose(
        &self,
        _: &mut Session<'_>,
        read: &Distribution,
    ) -> Result<Proposal<Vec<LeftAlone>>, AttachError> {
        let attached = edit(read, self.wiring, self.config)?;
        let mut notes = Vec::new();
        if !attached.changes.is_empty() {
            notes.extend(other_hosts(&attached.changes));
            notes.extend(behaviors_left(&attached.left));
        }
        if read.is_attached(&self.wiring.own()) && self.kept.read()?.is_none() {
            notes.push(format!(
                "functions are attached already, and there is no `{}`: `edgeswitch detach` will take out the functions only",
                self.kept.path().display()
            ));
        }
        Ok(Proposal {
            distribution: attached.distribution,
            changes: attached.changes,
            notes,
            details: attached.left,
        })
    }

    async fn examine(
        &self,
        session: &mut Session<'_>,
        proposal: &Proposal<Vec<LeftAlone>>,
    ) -> Result<Vec<String>, AttachError> {
        examined(session, self.config, self.id, &proposal.distribution, self.accepted).await
    }

    /// Keeps the configuration from before the first attachment: `detach` restores it.
    fn keep(&self, read: &Distribution) -> Result<(), AttachError> {
        if !read.is_attached(&self.wiring.own()) {
            self.kept.write(&read.xml())?;
        }
        Ok(())
    }
}

/// The behaviors that no longer forward the viewer's `Host`: a back end may depend on it.
fn other_hosts(changes: &[Change]) -> Vec<String> {
    let other_host = |change: &Change| match change {
        Change::OriginRequestPolicy { behavior, from: Some(from), .. } if sends_host(from) => {
            Some(format!(
                "behaviour `{behavior}` no longer forwards the viewer's `Host`: the back end gets the domain name of its origin"
            ))
        }
        Change::OriginRequestPolicy { .. }
        | Change::OriginAdded { .. }
        | Change::OriginRemoved { .. }
        | Change::OriginGroupAdded { .. }
        | Change::OriginGroupRemoved { .. }
        | Change::BehaviorAdded { .. }
        | Change::BehaviorRemoved { .. }
        | Change::Target { .. }
        | Change::Function { .. }
        | Change::CachePolicy { .. } => None,
    };
    changes.iter().filter_map(other_host).collect()
}

/// Waits until every edge location has the functions. Meanwhile another tool may have written the configuration that it
/// knew.
async fn follow(
    session: &mut Session<'_>,
    configuration: &dyn Configuration,
    attaching: &Attaching<'_>,
) -> Result<(), AttachError> {
    let following = |error| AttachError::while_following(configuration.id(), error);
    wait_deployed(session, configuration).await.map_err(following)?;
    let bar = ProgressBar::hidden();
    let read = persist(session, &bar, || configuration.read()).await;
    let xml = read.map_err(following)?.xml;
    let is_attached = Distribution::parse(&xml)
        .ok()
        .and_then(|read| edit(&read, attaching.wiring, attaching.config).ok())
        .is_some_and(|now| now.changes.is_empty());
    if is_attached { Ok(()) } else { Err(AttachError::Overwritten(configuration.id().into())) }
}

fn report(
    session: &mut Session<'_>,
    id: &str,
    state: &DistributionState,
    kept: &Kept,
    args: &AttachArgs,
    rewritten: &Rewritten<Vec<LeftAlone>>,
) -> Result<(), TerminalError> {
    let Rewritten { proposal, outcome } = rewritten;
    let is_kept = kept.path().exists();
    let report = Report {
        schema: 1,
        distribution: id,
        domain_name: &state.domain_name,
        outcome: match outcome {
            Outcome::Written => "attached",
            Outcome::Already => "already-attached",
            Outcome::DryRun => "dry-run",
        },
        changes: Worded::all(&proposal.changes),
        left: &proposal.details,
        notes: &proposal.notes,
        before: is_kept.then(|| kept.path().display().to_string()),
        deployed: (*outcome != Outcome::DryRun).then_some(!args.no_wait),
    };
    let text = match outcome {
        Outcome::DryRun => Lines::from("dry run: nothing is written"),
        Outcome::Already => Lines::new(already(id, &proposal.notes)),
        Outcome::Written => Lines::new(done(id, kept, args)),
    };
    session.console.print(text, &report)
}

fn already(id: &str, notes: &[String]) -> Vec<String> {
    let mut lines = vec![format!("the functions are attached to `{id}` already")];
    lines.extend(notes.iter().cloned());
    lines
}

fn done(id: &str, kept: &Kept, args: &AttachArgs) -> Vec<String> {
    let reach = if args.no_wait { "; edge locations follow within minutes" } else { "" };
    let mut lines = vec![format!("the functions are attached to `{id}`{reach}")];
    if kept.path().exists() {
        lines.push(format!(
            "`edgeswitch detach` puts back the configuration from before: keep `{}`",
            kept.path().display()
        ));
    }
    lines
}
