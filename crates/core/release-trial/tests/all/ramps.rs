//! Whole ramps of simulated viewers, from the log to the verdict.

use release_verdict::Verdict;

use crate::site::{Candidate, END, Site};

/// How many ramps a test plays: all of them with `EDGESWITCH_SOAK`.
fn seeds(in_a_test: u64, in_a_soak: u64) -> u64 {
    if std::env::var_os("EDGESWITCH_SOAK").is_some() { in_a_soak } else { in_a_test }
}

/// A look at the end sees each minute, as a look in each minute would: the judgement is made minute by minute.
#[test]
fn a_sound_release_is_never_called_worse() {
    let seeds = seeds(200, 2000);
    let mut passed = 0;
    for seed in 0..seeds {
        let verdict = Site::ramp(Candidate::Sound, 14, seed).judge(END).verdict;
        match verdict {
            Verdict::Worse(_) => panic!("seed {seed}: {verdict}"),
            Verdict::NotWorse(_) => passed += 1,
            Verdict::CannotTell(_) => {}
        }
    }
    println!("{passed} of {seeds} sound releases may go on, and none goes back");
    assert!(passed * 10 >= seeds * 9, "{passed} of {seeds}");
}

/// The minute of the first look at which a candidate is called worse. Each third minute has one.
fn found(candidate: Candidate, seed: u64) -> Option<i64> {
    let mut site = Site::new(candidate, 400, seed);
    (0..END).find_map(|minute| {
        site.serve(minute);
        let is_look = (minute + 1) % 3 == 0;
        let is_worse = || matches!(site.judge(minute + 1).verdict, Verdict::Worse(_));
        (is_look && is_worse()).then_some(minute + 1)
    })
}

#[test]
fn a_broken_release_is_found_within_the_first_stage() {
    for candidate in [Candidate::Failing, Candidate::Incomplete] {
        for seed in 0..seeds(3, 100) {
            let minute = found(candidate, seed);
            let is_soon = minute.is_some_and(|minute| minute <= 15);
            assert!(is_soon, "{candidate:?}, seed {seed}: found in minute {minute:?}");
        }
    }
}

/// Slow is not broken: people look at the times.
#[test]
fn a_slow_release_is_not_called_worse() {
    for seed in 0..seeds(4, 100) {
        let verdict = Site::ramp(Candidate::Slow, 40, seed).judge(END).verdict;
        assert!(matches!(verdict, Verdict::NotWorse(_)), "seed {seed}: {verdict}");
    }
}
