//! The bounds of the ratio.

use release_verdict::{Cell, Kind, Pair, Range};

use crate::chance::{Chance, most, worlds};

#[test]
fn the_bounds_hold_at_all_looks_together() {
    let worlds = worlds(300, 10_000);
    let alpha = 0.05;
    for ratio in [0.5, 1.0, 3.0] {
        let (mut below, mut above) = (0, 0);
        for seed in 0..worlds {
            let mut chance = Chance::new(seed);
            let mut range = Range::default();
            let (mut was_below, mut was_above) = (false, false);
            for look in 0..30 {
                let viewers = Pair::new(if look < 15 { 100 } else { 400 }, 900);
                let rate = if look % 2 == 0 { 0.003 } else { 0.01 };
                let bad = Pair::new(
                    chance.poisson(rate * ratio * viewers.candidate as f64),
                    chance.poisson(rate * viewers.active as f64),
                );
                range.add(&Cell { kind: Kind::MissingFile, stratum: 0, viewers, bad });
                was_below |= range.at_most(alpha).is_some_and(|bound| bound < ratio);
                was_above |= range.at_least(alpha).is_some_and(|bound| bound > ratio);
            }
            below += u64::from(was_below);
            above += u64::from(was_above);
        }
        println!("{ratio}: {below} and {above} of {worlds} bounds were wrong at some look");
        assert!(below <= most(alpha, worlds) && above <= most(alpha, worlds), "{ratio}");
    }
}

#[test]
fn without_bad_viewers_there_is_no_bound() {
    let mut range = Range::default();
    range.add(&Cell {
        kind: Kind::PageError,
        stratum: 0,
        viewers: Pair::new(100, 900),
        bad: Pair::new(0, 0),
    });
    assert_eq!((range.at_least(0.01), range.at_most(0.01)), (None, None));
    range.add(&Cell {
        kind: Kind::PageError,
        stratum: 0,
        viewers: Pair::new(0, 900),
        bad: Pair::new(0, 50),
    });
    assert_eq!((range.at_least(0.01), range.at_most(0.01)), (None, None));
}

#[test]
fn many_bad_viewers_make_the_bounds_narrow() {
    let mut range = Range::default();
    range.add(&Cell {
        kind: Kind::PageError,
        stratum: 0,
        viewers: Pair::new(5000, 5000),
        bad: Pair::new(2000, 1000),
    });
    let (at_least, at_most) = (range.at_least(0.01).unwrap(), range.at_most(0.01).unwrap());
    assert!(
        1.6 < at_least && at_least < 2.0 && 2.0 < at_most && at_most < 2.5,
        "{at_least} {at_most}"
    );
}
