use std::collections::BTreeMap;

use clap::Args;
use plan_change::{Document, Misfit, Summary};
use plan_format::Versions;
use serde::Serialize;

use super::StateError;
use crate::commands::release::ReleaseState;
use crate::commands::table::table;
use crate::control::{Project, Session, Target};

/// Whose states are listed.
#[derive(Debug, Args)]
pub struct ShowArgs {
    #[command(flatten)]
    pub target: Target,
}

/// The states of a plan, as `--output json` prints them.
#[derive(Serialize)]
struct Shown {
    schema: u8,
    state: BTreeMap<String, u64>,
    /// The releases with needs, oldest first.
    releases: Vec<Needing>,
}

#[derive(Serialize)]
struct Needing {
    release: String,
    state: ReleaseState,
    /// The versions of each state that it can run on; `null` for a need that cannot be read.
    needs: BTreeMap<String, Option<Versions>>,
    /// The needs that are not met: none if the release can run.
    misfits: Vec<Misfit>,
}

/// Prints the states, and which releases need them.
pub(super) async fn show(args: &ShowArgs, session: &mut Session<'_>) -> Result<(), StateError> {
    let project = Project::find(&args.target)?;
    let document = project.current(session.cloud).await?;
    let summary = Summary::of(&document, &project.context_now(session));
    let shown = Shown::of(&document, &summary);
    let names = shown.releases.iter().flat_map(|one| one.needs.keys());
    let mut names: Vec<&String> = shown.state.keys().chain(names).collect();
    names.sort();
    names.dedup();
    let rows = names.into_iter().map(|name| row(name, &shown, &summary));
    let text = table(["STATE", "VERSION", "NEEDED BY"], rows);
    Ok(session.console.print_columns(text, &shown)?)
}

impl Shown {
    fn of(document: &Document, summary: &Summary) -> Self {
        let releases = document.plan().releases().iter().filter_map(|release| {
            let id = release.id.as_str();
            let needs: BTreeMap<_, _> = document.needs(id).into_iter().collect();
            let state = ReleaseState::of(id, summary);
            (!needs.is_empty()).then(|| {
                let misfits = misfits(summary, id);
                Needing { release: id.to_owned(), state, needs, misfits }
            })
        });
        Self {
            schema: 1,
            state: document.state().into_iter().collect(),
            releases: releases.collect(),
        }
    }
}

fn misfits(summary: &Summary, id: &str) -> Vec<Misfit> {
    let Some(contracts) = &summary.contracts else { return Vec::new() };
    let mut cut_off = contracts.rollback_cut_off.iter().chain(&contracts.cannot_run);
    cut_off.find(|one| one.release == id).map(|one| one.misfits.clone()).unwrap_or_default()
}

/// `orders-db`, `4`, `41ab03d 3..5 (active 100 %), 9f2c1e7 5.. (staged, cannot run)`.
fn row(name: &str, shown: &Shown, summary: &Summary) -> [String; 3] {
    let needed = shown.releases.iter().filter_map(|one| {
        let versions = one.needs.get(name)?;
        let versions = versions.map_or_else(|| "?".into(), |versions| versions.to_string());
        let state = ReleaseState::in_words(&one.release, summary);
        let runs = !one.misfits.iter().any(|misfit| misfit.name == name);
        let cannot = if runs { "" } else { ", cannot run" };
        Some(format!("{} {versions} ({state}{cannot})", one.release))
    });
    let version = shown.state.get(name).map(ToString::to_string).unwrap_or_default();
    [name.to_owned(), version, needed.collect::<Vec<_>>().join(", ")]
}
