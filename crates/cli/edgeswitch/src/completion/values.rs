use std::collections::BTreeMap;

use clap_complete::CompletionCandidate;
use clap_complete::engine::ArgValueCandidates;
use plan_change::{Change, Summary, apply, serving_in_slot};
use routing_core::ReleaseId;

use super::plan::Known;
use crate::commands::{IDLE, ReleaseState};

/// The releases that an argument can mean.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Means {
    /// Releases that can get traffic for the first time, or more of it.
    Candidates,
    /// Releases that a rollback accepts.
    Former,
    /// Releases with traffic, now or in a later stage.
    Serving,
    /// Releases without traffic that may still be served.
    Idle,
    /// Releases that `release remove` accepts.
    Removable,
    /// Every release that may be served.
    Servable,
}

/// Completes the id of a release. The description is its state, for example `canary 10 %`.
pub(crate) fn releases(means: Means) -> ArgValueCandidates {
    ArgValueCandidates::new(move || release_answers(means).unwrap_or_default())
}

/// Completes the name of a state. The description is its version.
pub(crate) fn states() -> ArgValueCandidates {
    ArgValueCandidates::new(|| state_answers().unwrap_or_default())
}

/// Completes the name of a slot, or `idle`.
pub(crate) fn slots() -> ArgValueCandidates {
    ArgValueCandidates::new(|| slot_answers().unwrap_or_default())
}

fn release_answers(means: Means) -> Option<Vec<CompletionCandidate>> {
    let known = Known::look()?;
    let document = known.document.as_ref()?;
    let summary = Summary::of(document, &known.context);
    let releases = document.plan().releases().iter().map(|release| &release.id);
    let meant = releases.filter(|id| means.includes(id, &summary, &known));
    Some(
        meant
            .map(|id| answer(id.as_str(), ReleaseState::in_words(id.as_str(), &summary)))
            .collect(),
    )
}

impl Means {
    fn includes(self, id: &ReleaseId, summary: &Summary, known: &Known) -> bool {
        let state = ReleaseState::of(id.as_str(), summary);
        match self {
            Self::Candidates => matches!(state, ReleaseState::Staged | ReleaseState::Canary),
            Self::Former => is_rollback(id, known),
            Self::Serving => {
                matches!(state, ReleaseState::Active | ReleaseState::Canary | ReleaseState::ToCome)
            }
            Self::Idle => matches!(
                state,
                ReleaseState::Staged | ReleaseState::Draining | ReleaseState::Drained
            ),
            Self::Removable => matches!(
                state,
                ReleaseState::Staged | ReleaseState::Drained | ReleaseState::Withdrawn
            ),
            Self::Servable => !matches!(state, ReleaseState::Withdrawn),
        }
    }
}

fn is_rollback(id: &ReleaseId, Known { document, context, .. }: &Known) -> bool {
    let change = Change::Rollback { to: Some(id.clone()), reason: None };
    document.as_ref().is_some_and(|document| apply(document, &change, context).is_ok())
}

/// The states of the plan, and those that a release needs.
fn state_answers() -> Option<Vec<CompletionCandidate>> {
    let document = Known::look()?.document?;
    let releases = document.plan().releases().iter();
    let needed = releases.flat_map(|release| document.needs(release.id.as_str()));
    let mut states: BTreeMap<String, Option<u64>> = needed.map(|(name, _)| (name, None)).collect();
    states.extend(document.state().into_iter().map(|(name, version)| (name, Some(version))));
    let states = states.into_iter().filter(|(name, _)| is_word(name));
    let help = |version: Option<u64>| match version {
        Some(version) => format!("version {version}"),
        None => "not in the plan".into(),
    };
    Some(states.map(|(name, version)| answer(&name, help(version))).collect())
}

/// The slots of the configuration. If it has none, a slot is only a label: those of the plan.
fn slot_answers() -> Option<Vec<CompletionCandidate>> {
    let known = Known::look()?;
    let document = known.document.as_ref();
    let configured = known.project.slots().iter().map(|slot| slot.name.as_str());
    let mut names: Vec<&str> = configured.collect();
    let has_idle = !names.is_empty() && !names.contains(&IDLE) && document.is_some();
    if let (true, Some(document)) = (names.is_empty(), document) {
        names.extend(
            document.plan().releases().iter().filter_map(|release| release.slot.as_deref()),
        );
        names.sort_unstable();
        names.dedup();
    }
    let use_of = |name: &str| match serving_in_slot(document?, &known.context, name) {
        Some(release) => Some(format!("serves {release}")),
        None => Some("no traffic".into()),
    };
    let names = names.into_iter().filter(|name| is_word(name));
    let mut answers: Vec<CompletionCandidate> = names
        .map(|name| CompletionCandidate::new(name).help(use_of(name).map(Into::into)))
        .collect();
    if has_idle {
        answers.push(answer(IDLE, "the slot without traffic".into()));
    }
    Some(answers)
}

fn answer(value: &str, help: String) -> CompletionCandidate {
    CompletionCandidate::new(value).help(Some(help.into()))
}

/// Whether every shell takes the name for one word. Bash puts it into the line as it is, and a plan may have any
/// text as a slot.
fn is_word(name: &str) -> bool {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || matches!(one, '_' | '-' | '.');
    !name.is_empty() && name.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::is_word;

    #[test]
    fn a_name_that_a_shell_would_act_on_is_not_offered() {
        for name in ["blue", "eu-1", "a_b.c"] {
            assert!(is_word(name), "{name}");
        }
        for name in ["", "$(id)", "a b", "a;b", "a\nb", "\u{1b}]52;c;\u{7}", "`id`", "a'b"] {
            assert!(!is_word(name), "{name}");
        }
    }
}
