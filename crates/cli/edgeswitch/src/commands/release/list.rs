use std::collections::BTreeMap;

use clap::Args;
use plan_change::{Document, Moment, Summary};
use serde::Serialize;

use super::{ReleaseError, ReleaseState};
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

/// Prints the releases of the plan.
pub(super) async fn list(args: &ListArgs, session: &mut Session<'_>) -> Result<(), ReleaseError> {
    let project = Project::find(&args.target)?;
    let document = project.current(session.cloud).await?;
    let summary = Summary::of(&document, &project.context_now(session));
    let releases = listed(&document, &summary);
    let rows = releases.iter().map(|listed| row(listed, &summary));
    let text = table(["RELEASE", "SLOT", "STATE", "PREFIX", "ORIGINS"], rows);
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

fn row(listed: &ListedRelease, summary: &Summary) -> [String; 5] {
    let ListedRelease { release, slot, prefix, origins, .. } = listed;
    let state = ReleaseState::in_words(release, summary);
    let origins: Vec<String> =
        origins.iter().map(|(key, domain)| format!("{key}={domain}")).collect();
    [release.clone(), slot.clone().unwrap_or_default(), state, prefix.clone(), origins.join(" ")]
}
