use clap::{Args, Subcommand};
use plan_change::{Change, Document, NewRelease, Summary};
use routing_core::ReleaseId;
use serde::Serialize;

use crate::commands::index::check_new_index;
use crate::commands::report::report;
use crate::commands::table::table;
use crate::control::{ControlError, Project, Session, Target, Writing, update};
use crate::exit::Exit;

/// What is done with releases.
#[derive(Debug, Subcommand)]
pub enum Release {
    /// Register a release without traffic, after a look for its index document.
    Add(AddArgs),
    /// List the releases and who gets them.
    List(ListArgs),
    /// Never serve a release again: open pages of it get another one.
    Withdraw(NameArgs),
    /// Forget a release that no viewer can be on any more.
    Remove(NameArgs),
}

/// A release to register.
#[derive(Debug, Args)]
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
pub struct Registration {
    /// Its key prefix in the bucket [default: by the configuration's `prefix_template`].
    #[arg(long, value_name = "PATH")]
    pub prefix: Option<String>,
    /// Its place, such as blue: it gets the origins that the configuration has for it.
    #[arg(long, value_name = "NAME")]
    pub slot: Option<String>,
    /// The domain that serves an origin key: api=green-alb.example.com. Beats the slot's.
    #[arg(long, value_name = "KEY=DOMAIN", value_parser = origin)]
    pub origin: Vec<(String, String)>,
}

/// Whose releases are listed.
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub target: Target,
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
        let Self { prefix, slot, .. } = self;
        Ok(NewRelease { id: id.clone(), prefix: prefix.clone(), origins, slot: slot.clone() })
    }
}

/// The releases of a plan, as `--output json` has them.
#[derive(Serialize)]
struct List {
    schema: u8,
    releases: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    release: String,
    slot: Option<String>,
    /// Who gets it: `active 90 %`, `staged`.
    state: String,
    prefix: String,
    origins: Vec<String>,
}

async fn list(args: &ListArgs, session: &mut Session<'_>) -> Result<(), ControlError> {
    let project = Project::find(&args.target)?;
    let mut home = project.home(session.cloud);
    home.read().await?;
    let stored = home.stored.as_ref().ok_or_else(|| project.missing(&home))?;
    let document = project.document(stored, home.region())?;
    let summary = Summary::of(&document, &project.context_now(session));
    let releases = listed(&document, &summary);
    let rows = releases.iter().map(|one| {
        let origins = one.origins.join(" ");
        [
            one.release.clone(),
            one.slot.clone().unwrap_or_default(),
            one.state.clone(),
            one.prefix.clone(),
            origins,
        ]
    });
    let text = table(["RELEASE", "SLOT", "STATE", "PREFIX", "ORIGINS"], rows);
    Ok(session.console.print(&text, &List { schema: 1, releases })?)
}

fn listed(document: &Document, summary: &Summary) -> Vec<Listed> {
    let releases = document.plan().releases().iter().map(|release| Listed {
        release: release.id.to_string(),
        slot: release.slot.clone(),
        state: state(release.id.as_str(), summary),
        prefix: release.prefix.clone(),
        origins: release.origins.iter().map(|(key, domain)| format!("{key}={domain}")).collect(),
    });
    releases.collect()
}

fn state(id: &str, summary: &Summary) -> String {
    if let Some(index) = summary.traffic.iter().position(|share| share.release == id) {
        let role = if index == 0 { "active" } else { "canary" };
        return format!("{role} {} %", (summary.percent(id) * 10.0).round() / 10.0);
    }
    if let Some(draining) = summary.draining.iter().find(|one| one.release == id) {
        return format!("draining until {}", draining.until);
    }
    let has = |list: &[String]| list.iter().any(|other| other == id);
    let states = [
        ("withdrawn", has(&summary.withdrawn)),
        ("staged", has(&summary.staged)),
        ("drained", has(&summary.drained)),
    ];
    let state = states.iter().find(|(_, applies)| *applies);
    state.map_or("to come", |(name, _)| name).into()
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
