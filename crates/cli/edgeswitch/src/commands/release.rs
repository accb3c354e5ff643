mod list;

use clap::{Args, Subcommand};
use plan_change::{Change, NewRelease};
use routing_core::ReleaseId;

use crate::commands::index::check_new_index;
use crate::commands::report::report;
use crate::control::{ControlError, Project, Session, Target, Writing, update};
use crate::exit::Exit;

use list::{ListArgs, list};

/// What is done with releases.
#[derive(Debug, Subcommand)]
pub enum Release {
    /// Register a release, without traffic.
    ///
    /// Where the configuration names the bucket, the release's index document must be there.
    Add(AddArgs),
    /// List the releases and who gets them.
    List(ListArgs),
    /// Never serve a release again: open pages of it get another one.
    ///
    /// A preview link does not show it any more either.
    Withdraw(NameArgs),
    /// Forget a release that no viewer can be on any more.
    ///
    /// It is refused while a cookie may name the release, and says until when.
    Remove(NameArgs),
}

/// What the help shows.
const EXAMPLES: &str = "\
Examples:
  $ edgeswitch release add 9f2c1e7 --slot green
  $ edgeswitch release add 9f2c1e7 --origin api=green-alb.example.com";

/// A release to register.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct AddArgs {
    /// Its id, such as the commit: letters, digits, `_` and `-`, at most 64.
    #[arg(value_name = "ID", value_parser = release_id)]
    pub id: ReleaseId,
    #[command(flatten)]
    pub registration: Registration,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// What serves a release.
#[derive(Debug, Args)]
#[command(next_help_heading = "What serves it")]
pub struct Registration {
    /// Its key prefix in the bucket [default: by `prefix_template` of the configuration].
    #[arg(long, value_name = "PATH")]
    pub prefix: Option<String>,
    /// Its place, such as blue: it gets the origins that the configuration has for it.
    #[arg(long, value_name = "NAME")]
    pub slot: Option<String>,
    /// The domain that serves an origin key: api=green-alb.example.com. Beats the slot's. May be repeated.
    #[arg(long, value_name = "KEY=DOMAIN", value_parser = origin)]
    pub origin: Vec<(String, String)>,
}

/// A release that is there.
#[derive(Debug, Args)]
pub struct NameArgs {
    /// The release.
    #[arg(value_name = "ID", value_parser = release_id)]
    pub id: ReleaseId,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

pub(crate) async fn release(
    command: &Release,
    session: &mut Session<'_>,
) -> Result<Exit, ControlError> {
    match command {
        Release::Add(args) => add(args, session).await?,
        Release::List(args) => list(args, session).await?,
        Release::Withdraw(args) => {
            change(args, Change::Withdraw(args.id.clone()), session).await?;
        }
        Release::Remove(args) => {
            change(args, Change::RemoveRelease(args.id.clone()), session).await?;
        }
    }
    Ok(Exit::Done)
}

async fn change(
    args: &NameArgs,
    change: Change,
    session: &mut Session<'_>,
) -> Result<(), ControlError> {
    let project = Project::find(&args.target)?;
    let updated = update(session, &project, &change, args.writing).await?;
    report(session, &project, &updated)
}

async fn add(args: &AddArgs, session: &mut Session<'_>) -> Result<(), ControlError> {
    let project = Project::find(&args.target)?;
    let new = args.registration.release(&args.id, &project)?;
    let template = project.context_now(session).prefix_template;
    let prefix = new.prefix.clone().unwrap_or_else(|| template.prefix(&new.id));
    check_new_index(session, &project, &new.id, &prefix).await?;
    let updated = update(session, &project, &Change::AddRelease(new), args.writing).await?;
    report(session, &project, &updated)
}

impl Registration {
    /// The release with the origins of its slot, and those that were named.
    pub(crate) fn release(
        &self,
        id: &ReleaseId,
        project: &Project,
    ) -> Result<NewRelease, ControlError> {
        let mut origins = match &self.slot {
            Some(slot) => project.slot(slot)?,
            None => Vec::new(),
        };
        for (key, domain) in &self.origin {
            origins.retain(|(other, _)| other != key);
            origins.push((key.clone(), domain.clone()));
        }
        project.check_routes(id, &origins)?;
        let Self { prefix, slot, .. } = self;
        Ok(NewRelease { id: id.clone(), prefix: prefix.clone(), origins, slot: slot.clone() })
    }
}

/// Reads a release id of the command line.
pub(crate) fn release_id(text: &str) -> Result<ReleaseId, String> {
    ReleaseId::parse(text).map_err(|error| error.to_string())
}

fn origin(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(key, domain)| !key.is_empty() && !domain.is_empty());
    let (key, domain) = parts.ok_or("expected KEY=DOMAIN, such as api=green-alb.example.com")?;
    Ok((key.into(), domain.into()))
}
