use std::collections::BTreeMap;
use std::fmt;

use clap::Args;
use plan_change::{Document, Moment, Summary};
use serde::Serialize;

use super::ReleaseError;
use crate::commands::table::table;
use crate::control::{Project, Session, Target};

/// Whose releases are listed.
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub target: Target,
}

/// The releases of a plan, as `--output json` prints them.
#[derive(Serialize)]
struct List {
    schema: u8,
    releases: Vec<ListedRelease>,
}

#[derive(Serialize)]
struct ListedRelease {
    release: String,
    slot: Option<String>,
    state: ReleaseState,
    /// The share of the viewers, in percent.
    percent: f64,
    /// While the release drains, the time when the last cookie that may name it expires.
    until: Option<Moment>,
    prefix: String,
    origins: BTreeMap<String, String>,
}

/// The viewers that get a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum ReleaseState {
    /// Everybody, or everybody except the viewers of a canary.
    Active,
    /// A share of the viewers.
    Canary,
    /// Nobody yet: a later stage gives it traffic.
    ToCome,
    /// Only viewers with a preview link.
    Staged,
    /// Only viewers whose cookie still names it.
    Draining,
    /// Nobody any more.
    Drained,
    /// Nobody ever again.
    Withdrawn,
}

/// Prints the releases of the plan.
pub(super) async fn list(args: &ListArgs, session: &mut Session<'_>) -> Result<(), ReleaseError> {
    let project = Project::find(&args.target)?;
    let document = project.current(session.cloud).await?;
    let summary = Summary::of(&document, &project.context_now(session));
    let releases = listed(&document, &summary);
    let text = table(["RELEASE", "SLOT", "STATE", "PREFIX", "ORIGINS"], releases.iter().map(row));
    Ok(session.console.print_columns(text, &List { schema: 1, releases })?)
}

fn listed(document: &Document, summary: &Summary) -> Vec<ListedRelease> {
    let releases = document.plan().releases().iter().map(|release| {
        let id = release.id.as_str();
        ListedRelease {
            release: id.to_owned(),
            slot: release.slot.clone(),
            state: ReleaseState::of(id, summary),
            percent: summary.percent(id),
            until: summary.draining.iter().find(|one| one.release == id).map(|one| one.until),
            prefix: release.prefix.clone(),
            origins: release.origins.iter().cloned().collect(),
        }
    });
    releases.collect()
}

fn row(listed: &ListedRelease) -> [String; 5] {
    let ListedRelease { release, slot, state, percent, until, prefix, origins } = listed;
    let state = match until {
        Some(until) => format!("{state} until {until}"),
        None if *percent > 0.0 => format!("{state} {} %", (percent * 10.0).round() / 10.0),
        None => state.to_string(),
    };
    let origins: Vec<String> =
        origins.iter().map(|(key, domain)| format!("{key}={domain}")).collect();
    [release.clone(), slot.clone().unwrap_or_default(), state, prefix.clone(), origins.join(" ")]
}

impl ReleaseState {
    fn of(id: &str, summary: &Summary) -> Self {
        let has = |list: &[String]| list.iter().any(|other| other == id);
        match summary.traffic.iter().position(|share| share.release == id) {
            Some(0) => Self::Active,
            Some(_) => Self::Canary,
            None if has(&summary.withdrawn) => Self::Withdrawn,
            None if has(&summary.staged) => Self::Staged,
            None if has(&summary.drained) => Self::Drained,
            None if summary.draining.iter().any(|one| one.release == id) => Self::Draining,
            None => Self::ToCome,
        }
    }
}

impl fmt::Display for ReleaseState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Active => "active",
            Self::Canary => "canary",
            Self::ToCome => "to come",
            Self::Staged => "staged",
            Self::Draining => "draining",
            Self::Drained => "drained",
            Self::Withdrawn => "withdrawn",
        })
    }
}
