//! How many bad viewers it takes to tell a bad candidate.

use release_verdict::{Cell, Evidence, Kind, Pair};

use crate::chance::Chance;
use crate::world::{Counted, Site};

/// The bad viewers of the candidate and of both at the moment of the alarm: the medians of many runs.
fn at_the_alarm(weight: f64, ratio: f64) -> (u64, u64) {
    let mut runs: Vec<(u64, u64)> = (0..1001).map(|seed| run(seed, weight, ratio)).collect();
    let mut of_both = runs.clone();
    runs.sort_unstable();
    of_both.sort_unstable_by_key(|(_, both)| *both);
    (runs[500].0, of_both[500].1)
}

fn run(seed: u64, weight: f64, ratio: f64) -> (u64, u64) {
    let mut chance = Chance::new(seed);
    let mut evidence = Evidence::against(1.0);
    // Small batches, so that the alarm comes with the viewer that makes it.
    let viewers = Pair::new((1000.0 * weight) as u64, (1000.0 * (1.0 - weight)) as u64);
    let mean = 0.1 / (ratio * weight + 1.0 - weight);
    let (mut of_candidate, mut of_active) = (0, 0);
    while evidence.log() < 100_f64.ln() {
        let candidate = chance.poisson(mean * ratio * weight);
        let active = chance.poisson(mean * (1.0 - weight));
        of_candidate += candidate;
        of_active += active;
        evidence.add(&Cell {
            kind: Kind::ServerError,
            stratum: 0,
            viewers,
            bad: Pair::new(candidate, active),
        });
    }
    (of_candidate, of_candidate + of_active)
}

#[test]
fn a_bad_candidate_is_told_by_few_bad_viewers() {
    let table = [
        (0.1, 2.0, 30),
        (0.1, 5.0, 7),
        (0.1, 20.0, 3),
        (0.01, 5.0, 7),
        (0.5, 2.0, 60),
        (0.5, 5.0, 17),
        (0.5, 20.0, 10),
    ];
    for (weight, ratio, expected) in table {
        let (found, of_both) = at_the_alarm(weight, ratio);
        println!(
            "{ratio} times as bad with {weight} of the viewers: {found} bad viewers of the candidate, {of_both} of both"
        );
        let near = (f64::from(expected) * 0.3).max(1.5);
        assert!(
            (found as f64 - f64::from(expected)).abs() <= near,
            "{weight} {ratio}: {found}, not {expected}"
        );
    }
}

/// The evidence that needs 100, by the fewest bad viewers of the candidate when the active release has none.
#[test]
fn the_fewest_bad_viewers_are_known() {
    for (share, strict, tolerant) in [(1, 2, 3), (5, 3, 3), (10, 3, 4), (50, 9, 12)] {
        for (tolerated, expected) in [(1.0, strict), (1.5, tolerant)] {
            let viewers = Pair::new(share * 100, (100 - share) * 100);
            let fewest = (1..20).find(|bad| {
                let mut evidence = Evidence::against(tolerated);
                let bad = Pair::new(*bad, 0);
                evidence.add(&Cell { kind: Kind::ServerError, stratum: 0, viewers, bad });
                evidence.log() >= 100_f64.ln()
            });
            assert_eq!(fewest, Some(expected), "{share} % and {tolerated}");
        }
    }
}

#[test]
fn a_broken_candidate_does_not_get_through_the_ramp() {
    for (ratio, at_most) in [(20.0, 0.02), (8.0, 0.1)] {
        let site =
            Site { rate: 0.005, ratio, burst: 3.0, bots: 20, counted: Counted::OnceARollout };
        let missed = (0..300).filter(|seed| {
            let mut evidence = Evidence::against(1.5);
            !site.ramp(*seed, |batch| {
                batch.cells.iter().for_each(|cell| evidence.add(cell));
                evidence.log() >= 100_f64.ln()
            })
        });
        let missed = missed.count() as f64 / 300.0;
        println!("{ratio} times as bad: {:.1} % of the ramps go through", 100.0 * missed);
        assert!(missed <= at_most, "{ratio}: {missed}");
    }
}
