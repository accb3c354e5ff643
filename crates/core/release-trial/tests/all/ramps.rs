//! Whole ramps of simulated viewers, from the log to the verdict.

use std::thread;

use release_verdict::Verdict;

use crate::site::{Candidate, END, Site};

/// How many ramps a test plays: all of them with `EDGESWITCH_SOAK`.
fn seeds(in_a_test: u64, in_a_soak: u64) -> u64 {
    if std::env::var_os("EDGESWITCH_SOAK").is_some() { in_a_soak } else { in_a_test }
}

/// The verdicts at the end of a ramp of each seed, by all cores.
fn verdicts(candidate: Candidate, viewers_a_minute: u64, seeds: u64) -> Vec<(u64, Verdict)> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let verdict = |seed| (seed, Site::ramp(candidate, viewers_a_minute, seed).judge(END).verdict);
    let play = |first| (first..seeds).step_by(cores).map(verdict).collect::<Vec<_>>();
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..cores as u64).map(|first| scope.spawn(move || play(first))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

/// The promise is one false alarm in a hundred. In a thousand ramps there is one: five viewers of the candidate have an error,
/// and for half an hour none of ten times as many others.
///
/// A look at the end sees each minute, as a look in each minute would: the judgement is made minute by minute.
#[test]
fn a_sound_release_is_hardly_ever_called_worse() {
    let seeds = seeds(1000, 2000);
    let (mut passed, mut worse) = (0, Vec::new());
    for (seed, verdict) in verdicts(Candidate::Sound, 14, seeds) {
        match verdict {
            Verdict::Worse(_) => worse.push(format!("seed {seed}: {verdict}")),
            Verdict::NotWorse(_) => passed += 1,
            Verdict::CannotTell(_) => {}
        }
    }
    println!("{passed} of {seeds} sound releases may go on, and these go back: {worse:?}");
    assert!(worse.len() as u64 <= seeds / 1000, "{worse:?}");
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
fn a_broken_release_is_found_in_the_first_two_stages() {
    for candidate in [Candidate::Failing, Candidate::Incomplete] {
        let seeds = seeds(3, 100);
        let mut later = Vec::new();
        for seed in 0..seeds {
            let minute = found(candidate, seed);
            let is_found = minute.is_some_and(|minute| minute <= 30);
            assert!(is_found, "{candidate:?}, seed {seed}: found in minute {minute:?}");
            later.extend(minute.filter(|minute| *minute > 15));
        }
        println!(
            "{candidate:?}: {} of {seeds} are found later than in the first stage: {later:?}",
            later.len()
        );
        assert!(later.len() as u64 <= seeds / 5, "{candidate:?}: found in minutes {later:?}");
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

/// Rows of logs are in no order.
#[test]
fn the_order_of_the_rows_does_not_matter() {
    for candidate in [Candidate::Sound, Candidate::Failing] {
        let in_order = Site::ramp(candidate, 40, 1).judge(END);
        let shuffled = Site::ramp(candidate, 40, 1).shuffled().judge(END);
        assert_eq!(shuffled, in_order, "{candidate:?}");
    }
}
