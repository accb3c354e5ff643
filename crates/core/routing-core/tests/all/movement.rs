//! Weights become shares of viewers, exactly: computed in whole numbers, for every pair of stages.

use std::ops::Add;

use routing_core::{Plan, Roll, Shares, Stage};

use crate::support::plan;

const IDS: [&str; 5] = ["a", "b", "c", "d", "e"];

/// A plan with a stage for every way to give the first `count` releases weights of `grid`.
fn every_stage(count: usize, grid: &[u32]) -> Plan {
    let mut stages: Vec<Vec<(&str, u32)>> = vec![Vec::new()];
    for id in IDS.iter().take(count) {
        let with = |stage: &Vec<(&'static str, u32)>, weight: u32| {
            stage.iter().copied().chain([(*id, weight)]).collect::<Vec<_>>()
        };
        stages =
            stages.iter().flat_map(|stage| grid.iter().map(move |w| with(stage, *w))).collect();
    }
    stages.retain(|stage| stage.iter().any(|(_, weight)| *weight > 0));
    let stages: Vec<_> = stages.iter().map(Vec::as_slice).collect();
    plan(&IDS[..count], &stages)
}

/// Calls `check` with every ordered pair of stages of 2 to 5 releases.
fn every_pair(check: impl Fn(&Stage, &Stage)) {
    let grids: [(usize, &[u32]); 4] = [
        (2, &[0, 1, 2, 10, 50, 90, 99, 100, 998, 999]),
        (3, &[0, 1, 10, 90, 999]),
        (4, &[0, 1, 50, 999]),
        (5, &[0, 7, 999]),
    ];
    for (count, grid) in grids {
        let plan = every_stage(count, grid);
        for from in plan.stages() {
            plan.stages().iter().for_each(|to| check(from, to));
        }
    }
}

fn releases(stage: &Stage) -> impl Iterator<Item = usize> {
    stage.weights().iter().map(|(release, _)| *release)
}

fn share(stage: &Stage, release: usize) -> Fraction {
    Fraction::new(u128::from(stage.weight_of(release)), u128::from(stage.total()))
}

fn probability(shares: &Shares, release: usize) -> Fraction {
    Fraction::new(u128::from(shares.part(release)), u128::from(shares.total()))
}

#[test]
fn a_stage_is_drawn_by_its_weights() {
    every_pair(|stage, _| {
        let shares = Shares::of(stage);
        for release in releases(stage) {
            assert_eq!(probability(&shares, release), share(stage, release), "{stage:?}");
        }
    });
}

#[test]
fn movement_reproduces_the_weights_exactly() {
    every_pair(|from, to| {
        for target in releases(to) {
            let moved = releases(from)
                .map(|i| share(from, i) * probability(&Shares::moved(from, to, i), target))
                .fold(Fraction::ZERO, Add::add);
            assert_eq!(moved, share(to, target), "{from:?} {to:?}");
        }
    });
}

#[test]
fn movement_moves_as_few_viewers_as_can_be() {
    every_pair(|from, to| {
        let stay = releases(from)
            .map(|i| share(from, i) * probability(&Shares::moved(from, to, i), i))
            .fold(Fraction::ZERO, Add::add);
        // No coupling keeps more than the part that both stages have in common.
        let common =
            releases(from).map(|i| share(from, i).min(share(to, i))).fold(Fraction::ZERO, Add::add);
        assert_eq!(stay, common, "{from:?} {to:?}");
    });
}

#[test]
fn viewers_only_move_towards_a_release_that_grows() {
    every_pair(|from, to| {
        for i in releases(from).filter(|i| from.weight_of(*i) > 0) {
            let shares = Shares::moved(from, to, i);
            for (target, _) in shares.iter().filter(|(target, _)| *target != i) {
                assert!(share(from, target) < share(to, target), "{from:?} {to:?}");
            }
            if share(from, i) <= share(to, i) {
                assert_eq!(shares.certain(), Some(i), "{from:?} {to:?}");
            }
        }
    });
}

#[test]
fn raising_a_canary_moves_viewers_to_it_alone() {
    let plan = every_stage(3, &[0, 1, 10, 90, 999]);
    let raised = |from: &Stage, to: &Stage, canary| {
        releases(from).all(|i| match i == canary {
            true => from.weight_of(i) < to.weight_of(i),
            false => from.weight_of(i) == to.weight_of(i),
        })
    };
    let mut pairs = 0;
    for (from, to) in plan.stages().iter().flat_map(|a| plan.stages().iter().map(move |b| (a, b))) {
        let Some(canary) = releases(from).find(|canary| raised(from, to, *canary)) else {
            continue;
        };
        pairs += 1;
        for i in releases(from).filter(|i| from.weight_of(*i) > 0) {
            let shares = Shares::moved(from, to, i);
            assert!(shares.iter().all(|(target, _)| target == i || target == canary));
        }
    }
    assert_eq!(pairs, 3 * (10 * 25 - 4), "each canary, each rise, each rest but from nothing");
}

#[test]
fn a_release_without_weight_is_drawn_anew() {
    every_pair(|from, to| {
        for i in releases(from).filter(|i| from.weight_of(*i) == 0) {
            assert_eq!(Shares::moved(from, to, i), Shares::of(to));
        }
    });
}

#[test]
fn every_slice_begins_and_ends_at_its_exact_roll() {
    every_pair(|from, to| {
        releases(from).for_each(|i| check_boundaries(&Shares::moved(from, to, i)));
    });
}

/// A slice that ends at `end` of the total has the rolls below `end` / `total`, and no other.
fn check_boundaries(shares: &Shares) {
    let slices: Vec<_> = shares.iter().collect();
    let (first, last) = (slices[0].0, slices[slices.len() - 1].0);
    assert_eq!(shares.pick(Roll::new(0)), first);
    assert_eq!(shares.pick(Roll::new(u64::MAX)), last);
    let mut end = 0;
    for pair in slices.windows(2) {
        end += u128::from(pair[0].1);
        let next = (end << 64).div_ceil(u128::from(shares.total()));
        let next = u64::try_from(next).unwrap();
        assert_eq!(shares.pick(Roll::new(next - 1)), pair[0].0, "{shares:?}");
        assert_eq!(shares.pick(Roll::new(next)), pair[1].0, "{shares:?}");
    }
    assert_eq!(end + u128::from(slices[slices.len() - 1].1), u128::from(shares.total()));
}

#[test]
fn slices_of_known_stages() {
    let plan = plan(
        &["a", "b", "c"],
        &[&[("a", 100)], &[("a", 90), ("b", 10)], &[("a", 50), ("b", 50)], &[("c", 2), ("a", 1)]],
    );
    let [all, tenth, half, other] = plan.stages() else { panic!("four stages") };
    let table = [
        ("the first step", Shares::moved(all, tenth, 0), vec![(0, 9), (1, 1)]),
        ("the next step, on a", Shares::moved(tenth, half, 0), vec![(0, 5), (1, 4)]),
        ("the next step, on b", Shares::moved(tenth, half, 1), vec![(1, 1)]),
        ("back, on a", Shares::moved(half, tenth, 0), vec![(0, 1)]),
        ("back, on b", Shares::moved(half, tenth, 1), vec![(1, 1), (0, 4)]),
        ("all back, on b", Shares::moved(tenth, all, 1), vec![(0, 1)]),
        ("another candidate, on a", Shares::moved(half, other, 0), vec![(0, 2), (2, 1)]),
        ("another candidate, on b", Shares::moved(half, other, 1), vec![(2, 1)]),
        ("unknown to the stage", Shares::moved(all, other, 2), vec![(2, 2), (0, 1)]),
        ("the same stage", Shares::moved(half, half, 1), vec![(1, 1)]),
    ];
    for (name, shares, expected) in table {
        let unit =
            shares.iter().map(|(_, part)| part).reduce(|a, b| gcd(a.into(), b.into()) as u64);
        let slices: Vec<_> = shares.iter().map(|(i, part)| (i, part / unit.unwrap())).collect();
        assert_eq!(slices, expected, "{name}");
    }
}

/// An exact number from 0, in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fraction {
    over: u128,
    under: u128,
}

impl Fraction {
    const ZERO: Self = Self { over: 0, under: 1 };

    fn new(over: u128, under: u128) -> Self {
        if over == 0 {
            return Self::ZERO;
        }
        let divisor = gcd(over, under);
        Self { over: over / divisor, under: under / divisor }
    }

    fn min(self, other: Self) -> Self {
        if self < other { self } else { other }
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some((self.over * other.under).cmp(&(other.over * self.under)))
    }
}

impl Add for Fraction {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        if self == Self::ZERO {
            return other;
        }
        Self::new(self.over * other.under + other.over * self.under, self.under * other.under)
    }
}

impl std::ops::Mul for Fraction {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        if self == Self::ZERO || other == Self::ZERO {
            return Self::ZERO;
        }
        Self::new(self.over * other.over, self.under * other.under)
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a } else { gcd(b, a % b) }
}
