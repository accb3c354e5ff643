use serde::Deserialize;

use crate::aws::Stored;

/// How a write stands among those of others, by the parameter's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WriteStatus {
    /// Nobody has written since the base was read.
    NotWritten,
    /// It was written on its base; whoever wrote later knew of it.
    Kept(u64),
    /// Somebody else wrote since the base was read, and this write is not among them.
    Overtaken(Stored),
    /// It replaced what somebody else had written since the base was read.
    Overwrote(Stored),
    /// Somebody else, who had not seen it, has replaced it.
    Overwritten(Stored),
}

/// Looks for the write of `text`, made after version `base` was read, in the history since.
///
/// A later version counts as one that knew of ours if its revision is higher: who starts from the same
/// base ends at the same revision.
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
    // Between the first place and the last others wrote, and put this text back.
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

/// Texts without one, such as bare release ids, were written by somebody who knows of none.
fn revision(text: &str) -> Option<u64> {
    #[derive(Deserialize)]
    struct Numbered {
        revision: u64,
    }
    serde_json::from_str::<Numbered>(text).ok().map(|plan| plan.revision)
}
