use crate::aws::Stored;
use crate::control::lineage::{Descent, Lineage};

/// The status of a write among the writes of others, according to the parameter's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WriteStatus {
    /// The history has no version after the base.
    NotWritten,
    /// It was written directly on its base, as this version. Later writers had read it.
    Kept(u64),
    /// Somebody else wrote after the base, and this write is not in the history.
    Overtaken(Stored),
    /// It is in force, and has replaced this version, which somebody else wrote after the base was read. That version
    /// must be put back.
    Overwrote(Stored),
    /// It has replaced this version, which nobody can put back: others have changed the plan after reading this write.
    Replaced(Stored),
    /// Somebody else replaced it without having read it.
    Overwritten(Stored),
    /// It had replaced a version that its writer had not read. Nothing of it is in the plan: this version stands.
    Undone(Stored),
    /// More than two wrote at the same time, this version among them. The history does not show what the later ones
    /// had read.
    Unclear(Stored),
}

/// A write of `text` among the versions after `base`, and what it met.
pub(crate) struct Race<'h> {
    lineage: Lineage<'h>,
    text: &'h str,
}

/// Looks for the write of `text` among the versions after `base`.
pub(crate) fn status_of(history: &[Stored], base: u64, text: &str) -> WriteStatus {
    Race::of(history, base, text).status()
}

impl<'h> Race<'h> {
    pub(crate) fn of(history: &'h [Stored], base: u64, text: &'h str) -> Self {
        Self { lineage: Lineage::of(history, base), text }
    }

    pub(crate) fn status(&self) -> WriteStatus {
        let since = &self.lineage.since;
        let Some(latest) = since.last() else { return WriteStatus::NotWritten };
        let ours = |one: &&Stored| one.text == self.text;
        let places = (since.iter().position(ours), since.iter().rposition(ours));
        let (Some(first), Some(last)) = places else {
            return WriteStatus::Overtaken((*latest).clone());
        };
        match self.lineage.standing(|index, _| index < first) {
            None => self.beside_later_writes(latest, last),
            Some(lost) => self.after_another(latest, lost),
        }
    }

    /// The version to put back. `None` if somebody else wrote last, or if what must be in force is.
    pub(crate) fn to_put_back(&self, is_own: impl Fn(&Stored) -> bool) -> Option<Stored> {
        let latest = self.lineage.since.last().filter(|latest| is_own(latest))?;
        let standing = self.standing_without_ours()?;
        (standing.text != latest.text).then(|| standing.clone())
    }

    fn standing_without_ours(&self) -> Option<&'h Stored> {
        self.lineage.standing(|_, one| one.text != self.text)
    }

    /// The write was made directly on its base. Whoever wrote later may have read it.
    fn beside_later_writes(&self, latest: &Stored, last: usize) -> WriteStatus {
        let standing = self.lineage.standing(|_, _| true).unwrap_or(latest);
        let descent = |version: &Stored| self.lineage.descent(&version.text, self.text);
        let since = &self.lineage.since;
        match (descent(latest), descent(standing)) {
            (Descent::Yes, Descent::Yes) => {
                WriteStatus::Kept(since.get(last).map_or(latest.version, |ours| ours.version))
            }
            (Descent::No, Descent::Yes | Descent::No) => {
                let other = since.get(last + 1).copied().unwrap_or(latest);
                WriteStatus::Overwritten(other.clone())
            }
            (Descent::Unclear, _) | (_, Descent::Unclear) | (Descent::Yes, Descent::No) => {
                WriteStatus::Unclear(standing.clone())
            }
        }
    }

    /// The write replaced `lost`, which its writer had not read.
    fn after_another(&self, latest: &Stored, lost: &Stored) -> WriteStatus {
        let standing = self.standing_without_ours().unwrap_or(lost);
        if latest.text == self.text {
            return WriteStatus::Overwrote(standing.clone());
        }
        let descent = |version: &Stored| self.lineage.descent(&version.text, self.text);
        match (descent(latest), descent(standing)) {
            (Descent::Yes, Descent::Yes) => WriteStatus::Replaced(lost.clone()),
            (Descent::No, Descent::No) => WriteStatus::Undone(standing.clone()),
            (Descent::Unclear, _)
            | (_, Descent::Unclear)
            | (Descent::Yes, Descent::No)
            | (Descent::No, Descent::Yes) => WriteStatus::Unclear(standing.clone()),
        }
    }
}
