use crate::{
    roll::Roll,
    stage::{MAX_WEIGHTED, Stage},
};

/// The releases that carry weight, and the release that the viewer is on.
const MAX_SHARES: usize = MAX_WEIGHTED + 1;

/// Which release a roll leads to: slices of [0, 1), each an exact fraction of [`Shares::total`].
///
/// Releases are indices into [`crate::Plan::releases`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    slices: [(usize, u64); MAX_SHARES],
    len: usize,
    total: u64,
}

impl Shares {
    /// The shares of a stage, in its order. A viewer without a usable cookie is drawn from these.
    #[must_use]
    pub fn of(stage: &Stage) -> Self {
        let mut shares = Self::none();
        for (release, weight) in stage.weights() {
            shares.push(*release, u64::from(*weight));
        }
        shares
    }

    /// The shares of a viewer that has been on `current` since stage `from`, now that `to` applies.
    ///
    /// Let a and b be the normalised weights of `from` and `to`. A viewer stays on release i with
    /// probability min(1, b_i / a_i), and otherwise moves to release j with probability proportional to
    /// max(0, b_j - a_j). That moves the fewest viewers and gives exactly the shares b. If `current`
    /// has no weight in `from`, the viewer is drawn from `to`.
    #[must_use]
    pub fn moved(from: &Stage, to: &Stage, current: usize) -> Self {
        let (before, after) = scaled_weights(from, to, current);
        if before == 0 {
            return Self::of(to);
        }
        let gain = |release| {
            let (before, after) = scaled_weights(from, to, release);
            after.saturating_sub(before)
        };
        let gains: u64 = to.weights().iter().map(|(release, _)| gain(*release)).sum();
        let mut shares = Self::none();
        // With equal weights nobody gains and nobody leaves: one slice of any size.
        shares.push(current, before.min(after) * gains.max(1));
        for (release, _) in to.weights() {
            shares.push(*release, before.saturating_sub(after) * gain(*release));
        }
        shares
    }

    /// The releases and their parts of [`Shares::total`], none of them 0, in the order of the slices.
    pub fn iter(&self) -> impl Iterator<Item = (usize, u64)> {
        self.slices.iter().take(self.len).copied()
    }

    /// The sum of all parts, above 0.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The part of `release`, 0 if it has none.
    #[must_use]
    pub fn part(&self, release: usize) -> u64 {
        self.iter().find(|(other, _)| *other == release).map_or(0, |(_, part)| part)
    }

    /// The release that every roll leads to, if there is only one.
    #[must_use]
    pub fn certain(&self) -> Option<usize> {
        let mut slices = self.iter();
        let (release, _) = slices.next()?;
        slices.next().is_none().then_some(release)
    }

    /// The release in whose slice `roll` lies.
    #[must_use]
    pub fn pick(&self, roll: Roll) -> usize {
        let (mut place, mut picked) = (roll.scaled(self.total), 0);
        for (release, part) in self.iter() {
            picked = release;
            match place.checked_sub(part) {
                Some(after) => place = after,
                None => break,
            }
        }
        picked
    }

    fn none() -> Self {
        Self { slices: [(0, 0); MAX_SHARES], len: 0, total: 0 }
    }

    /// Appends a slice, unless it is empty.
    fn push(&mut self, release: usize, part: u64) {
        if part > 0
            && let Some(slice) = self.slices.get_mut(self.len)
        {
            *slice = (release, part);
            self.len += 1;
            self.total += part;
        }
    }
}

/// The weights of `release` in both stages, over the product of the stages' sums.
///
/// A plan's limits keep that product below 2^25, and the products in [`Shares::moved`] below 2^50.
fn scaled_weights(from: &Stage, to: &Stage, release: usize) -> (u64, u64) {
    let scaled = |stage: &Stage, other: &Stage| {
        u64::from(stage.weight_of(release)) * u64::from(other.total())
    };
    (scaled(from, to), scaled(to, from))
}
