use std::collections::BTreeMap;

use clap::Args;
use plan_change::{Document, Moment, Summary};
use plan_format::Versions;
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
    /// The versions of each state that the release can run on; `null` for a need that cannot be read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    needs: BTreeMap<String, Option<Versions>>,
}

/// Prints the releases of the plan.
pub(super) async fn list(args: &ListArgs, session: &mut Session<'_>) -> Result<(), ReleaseError> {
    let project = Project::find(&args.target)?;
    let document = project.current(session.cloud).await?;
    let summary = Summary::of(&document, &project.context_now(session));
    let releases = listed(&document, &summary);
    let rows = releases.iter().map(|listed| row(listed, &summary));
    let text = if releases.iter().all(|listed| listed.needs.is_empty()) {
        table(["RELEASE", "SLOT", "STATE", "PREFIX", "ORIGINS"], rows)
    } else {
        let needs = releases.iter().map(|listed| needs(&listed.needs));
        let rows = rows.zip(needs).map(|([id, slot, state, prefix, origins], needs)| {
            [id, slot, state, needs, prefix, origins]
        });
        table(["RELEASE", "SLOT", "STATE", "NEEDS", "PREFIX", "ORIGINS"], rows)
    };
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
            needs: document.needs(id).into_iter().collect(),
        }
    });
    releases.collect()
}

/// `orders-db=3..5 orders-api=2`.
fn needs(needs: &BTreeMap<String, Option<Versions>>) -> String {
    let words = needs.iter().map(|(name, versions)| {
        let versions = versions.map_or_else(|| "?".into(), |versions| versions.to_string());
        format!("{name}={versions}")
    });
    words.collect::<Vec<_>>().join(" ")
}

fn row(listed: &ListedRelease, summary: &Summary) -> [String; 5] {
    let ListedRelease { release, slot, prefix, origins, .. } = listed;
    let state = ReleaseState::in_words(release, summary);
    let origins: Vec<String> =
        origins.iter().map(|(key, domain)| format!("{key}={domain}")).collect();
    [release.clone(), slot.clone().unwrap_or_default(), state, prefix.clone(), origins.join(" ")]
}
