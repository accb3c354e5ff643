//! The check of the shares.

use release_verdict::{Shares, Side};

use crate::chance::{Chance, most, worlds};
use crate::world::STAGES;

/// A ramp in which the candidate really gets `factor` times its share.
fn is_wrong(seed: u64, factor: f64, viewers: u64) -> bool {
    let mut chance = Chance::new(seed);
    let mut shares = Shares::default();
    for (stage, planned) in (0..).zip(STAGES) {
        for _ in 0..20 {
            for _ in 0..viewers / 20 {
                let side = if chance.is(planned * factor) { Side::Candidate } else { Side::Active };
                shares.add(stage, planned, side, 1);
            }
            if shares.log() >= 1000_f64.ln() {
                return true;
            }
        }
    }
    false
}

#[test]
fn a_right_split_is_seldom_called_wrong() {
    let worlds = worlds(3_000, 10_000);
    let found = (0..worlds).filter(|seed| is_wrong(*seed, 1.0, 400)).count() as u64;
    println!("{found} of {worlds} right splits were called wrong");
    assert!(found <= most(0.001, worlds), "{found}");
}

#[test]
fn a_wrong_split_is_found() {
    let found = (0..200).filter(|seed| is_wrong(*seed, 1.3, 2000)).count();
    assert!(found >= 195, "{found}");
}

#[test]
fn a_stage_without_one_of_the_releases_says_nothing() {
    let mut shares = Shares::default();
    shares.add(0, 0.0, Side::Active, 1000);
    shares.add(0, 0.0, Side::Candidate, 3);
    shares.add(1, 1.0, Side::Candidate, 1000);
    assert_eq!(shares.log(), 0.0);
}
