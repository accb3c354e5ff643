use serde::Deserialize;

use crate::aws::Stored;

/// The status of a write among the writes of others, according to the parameter's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WriteStatus {
    /// The history has no version after the base.
    NotWritten,
    /// It was written directly on its base, as this version. Later writers had read it.
    Kept(u64),
    /// Somebody else wrote after the base, and this write is not in the history.
    Overtaken(Stored),
    /// It replaced a version that somebody else wrote after the base was read.
    Overwrote(Stored),
    /// Somebody else replaced it without having read it.
    Overwritten(Stored),
}

/// Looks for the write of `text` among the versions after `base`.
///
/// A later writer had read our text if the later revision is higher. Two writers who start from the same
/// base write the same revision.
pub(crate) fn status_of(history: &[Stored], base: u64, text: &str) -> WriteStatus {
    let since: Vec<&Stored> = history.iter().filter(|one| one.version > base).collect();
    let ours = |one: &&Stored| one.text == text;
    let places = (since.iter().position(ours), since.iter().rposition(ours));
    let (Some(first), Some(last)) = places else {
        return match since.last() {
            Some(other) => WriteStatus::Overtaken((*other).clone()),
            None => WriteStatus::NotWritten,
        };
    };
    // If the text is in the history twice, others wrote in between and put it back.
    let (before, _) = since.split_at(first);
    let (_, after) = since.split_at(last);
    if let Some(other) = before.last() {
        return WriteStatus::Overwrote((*other).clone());
    }
    match after.get(1) {
        Some(other) if revision(&other.text) <= revision(text) => {
            WriteStatus::Overwritten((*other).clone())
        }
        Some(_) | None => WriteStatus::Kept(after.first().map_or(base, |ours| ours.version)),
    }
}

/// `None` for a text without a revision, such as bare release ids. Its writer did not start from a plan of ours.
fn revision(text: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Numbered {
        revision: u64,
    }
    serde_json::from_str::<Numbered>(text).ok().map(|plan| plan.revision)
}
