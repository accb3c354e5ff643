use std::collections::HashSet;

use serde::Deserialize;

use crate::aws::Stored;

/// The versions after a base, and from which version each was made, as far as their revisions show it.
///
/// A change gives the plan the next revision. Two writers who start from the same version therefore write the same
/// revision, and a version that is put back keeps its own.
pub(crate) struct Lineage<'h> {
    earlier: HashSet<&'h str>,
    base: Option<&'h Stored>,
    pub(crate) since: Vec<&'h Stored>,
}

/// Whether a version was made from another one, directly or by what it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Descent {
    Yes,
    No,
    /// Several writers began with the same version, and it was made from one of theirs.
    Unclear,
}

impl<'h> Lineage<'h> {
    pub(crate) fn of(history: &'h [Stored], base: u64) -> Self {
        let earlier = history.iter().filter(|one| one.version < base);
        Self {
            earlier: earlier.map(|one| one.text.as_str()).collect(),
            base: history.iter().find(|one| one.version == base),
            since: history.iter().filter(|one| one.version > base).collect(),
        }
    }

    /// The version that must be in force when every program has put back what it replaced without having read it;
    /// `None` for the base. Whatever was made from the version before it counts, also if that one must be put back:
    /// its author has read a plan in force. A plan from before the base has been put back, and the base with it has been
    /// taken away.
    pub(crate) fn standing(&self, counts: impl Fn(usize, &Stored) -> bool) -> Option<&'h Stored> {
        let mut texts: HashSet<&str> = self.base.iter().map(|base| base.text.as_str()).collect();
        let (mut standing, mut before) = (None, self.base);
        for (_, version) in self.since.iter().enumerate().filter(|(index, one)| counts(*index, one))
        {
            let read = rank(before).min(rank(standing.or(self.base)));
            let is_put_back = self.earlier.contains(version.text.as_str());
            if texts.insert(&version.text) && (is_put_back || rank(Some(version)) > read) {
                standing = Some(*version);
            }
            before = Some(version);
        }
        standing
    }

    /// Whether the plan `text` was made from the plan `ancestor`.
    pub(crate) fn descent(&self, text: &str, ancestor: &str) -> Descent {
        if text == ancestor {
            return Descent::Yes;
        }
        let parents = self.parents(text);
        let mut ways = parents.into_iter().map(|parent| self.descent(parent, ancestor));
        let Some(first) = ways.next() else { return Descent::No };
        if ways.all(|way| way == first) { first } else { Descent::Unclear }
    }

    /// The plans from which `text` may have been made: those before it with the revision before its own. Without one,
    /// somebody gave it a revision by hand, and it may have been made from the version before it.
    fn parents(&self, text: &str) -> HashSet<&'h str> {
        let is_it = |one: &&Stored| one.text == text;
        let Some(first) = self.since.iter().position(is_it) else { return HashSet::new() };
        let (earlier, since) = self.since.split_at(first);
        let own = since.first().map_or(0, |one| revision(&one.text));
        let earlier = self.base.into_iter().chain(earlier.iter().copied());
        let parents: HashSet<&str> = earlier
            .clone()
            .filter(|one| revision(&one.text).saturating_add(1) == own)
            .map(|one| one.text.as_str())
            .collect();
        if !parents.is_empty() {
            return parents;
        }
        let last = earlier.last().filter(|one| revision(&one.text) < own);
        last.into_iter().map(|one| one.text.as_str()).collect()
    }
}

/// `None` without a version: it is lower than every revision.
fn rank(version: Option<&Stored>) -> Option<u64> {
    version.map(|version| revision(&version.text))
}

/// 0 for a text without a revision, such as bare release ids.
fn revision(text: &str) -> u64 {
    #[derive(Deserialize)]
    struct Numbered {
        revision: u64,
    }
    serde_json::from_str::<Numbered>(text).map_or(0, |plan| plan.revision)
}
