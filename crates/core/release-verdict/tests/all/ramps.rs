//! How often a candidate that is not worse is called worse, in ramps with bursts, bots, waves and changing weights.

use release_verdict::{Batch, Evidence};

use crate::chance::{Chance, most, worlds};
use crate::world::{Counted, Site};

const ALPHA: f64 = 0.01;

/// How many of the ramps end with an alarm of the evidence.
fn alarms(site: Site, tolerated: f64, worlds: u64) -> u64 {
    let needed = -ALPHA.ln();
    let is_alarm = |seed: &u64| {
        let mut evidence = Evidence::against(tolerated);
        site.ramp(*seed, |batch| {
            batch.cells.iter().for_each(|cell| evidence.add(cell));
            evidence.log() >= needed
        })
    };
    (0..worlds).filter(is_alarm).count() as u64
}

/// A one-sided z-test of all counts so far, looked at after every batch.
struct Peeking {
    alpha_z: f64,
    viewers: [f64; 2],
    bad: [f64; 2],
}

impl Peeking {
    fn new(alpha_z: f64) -> Peeking {
        Peeking { alpha_z, viewers: [0.0; 2], bad: [0.0; 2] }
    }

    fn look(&mut self, batch: &Batch) -> bool {
        for cell in &batch.cells {
            self.viewers[0] += cell.viewers.candidate as f64;
            self.viewers[1] += cell.viewers.active as f64;
            self.bad[0] += cell.bad.candidate as f64;
            self.bad[1] += cell.bad.active as f64;
        }
        let [n_c, n_a] = self.viewers;
        let pooled = (self.bad[0] + self.bad[1]) / (n_c + n_a);
        let error = (pooled * (1.0 - pooled) * (1.0 / n_c + 1.0 / n_a)).sqrt();
        error > 0.0 && (self.bad[0] / n_c - self.bad[1] / n_a) / error > self.alpha_z
    }
}

#[test]
fn a_good_candidate_is_seldom_called_worse() {
    let worlds = worlds(500, 10_000);
    let table = [
        ("single bad requests", 0.005, 1.0, 20),
        ("bursts of 3 minutes", 0.005, 3.0, 20),
        ("bursts of 10 minutes", 0.005, 10.0, 20),
        ("many bad viewers", 0.05, 3.0, 20),
        ("hardly any but two bots", 0.0002, 3.0, 2),
        ("hardly any", 0.0005, 3.0, 0),
    ];
    let (mut ramps, mut all) = (0, 0);
    for (name, rate, burst, bots) in table {
        for (ratio, tolerated) in [(1.0, 1.0), (1.0, 1.5), (1.5, 1.5), (0.5, 1.0)] {
            let site = Site { rate, ratio, burst, bots, counted: Counted::OnceARollout };
            let found = alarms(site, tolerated, worlds);
            let share = 100.0 * found as f64 / worlds as f64;
            println!(
                "{name}, {ratio} times as bad, {tolerated} tolerated: {found} of {worlds} ({share:.2} %)"
            );
            assert!(found <= most(ALPHA, worlds), "{name}, {ratio} of {tolerated}: {found}");
            (ramps, all) = (ramps + worlds, all + found);
        }
    }
    println!("{all} of all {ramps} ramps ({:.2} %)", 100.0 * all as f64 / ramps as f64);
    assert!(ramps > 10_000 && all as f64 <= ALPHA * ramps as f64, "{all} of {ramps}");
}

/// Why a viewer counts once in a rollout: the same ramps, counted otherwise, have more false alarms than 1 %.
#[test]
fn counting_a_bad_viewer_again_gives_false_alarms() {
    let worlds = worlds(2_000, 10_000);
    let table = [
        (Counted::OnceAStage, 0.0002, 3.0, 2, 0.015),
        (Counted::OnceAStage, 0.0002, 3.0, 5, 0.015),
        (Counted::Always, 0.0002, 3.0, 2, 0.1),
        (Counted::Always, 0.005, 10.0, 0, 0.015),
    ];
    for (counted, rate, burst, bots, at_least) in table {
        let site = Site { rate, ratio: 1.0, burst, bots, counted };
        let found = alarms(site, 1.0, worlds) as f64 / worlds as f64;
        println!(
            "{counted:?}, {rate}, bursts of {burst} minutes, {bots} bots: {:.1} % false alarms",
            100.0 * found
        );
        assert!(found > at_least, "{counted:?} {burst}: {found}");
    }
}

/// Why there is no ordinary test: the same worlds, with a z-test of 1 % that is looked at every minute.
#[test]
fn an_ordinary_test_that_is_looked_at_all_the_time_gives_false_alarms() {
    let worlds = worlds(2_000, 10_000);
    let site =
        Site { rate: 0.005, ratio: 1.0, burst: 1.0, bots: 20, counted: Counted::OnceARollout };
    let is_alarm = |seed: &u64| {
        let mut test = Peeking::new(2.326);
        site.ramp(*seed, |batch| test.look(batch))
    };
    let share = (0..worlds).filter(is_alarm).count() as f64 / worlds as f64;
    println!(
        "z-test of 1 %, looked at every minute of a ramp: {:.1} % false alarms",
        100.0 * share
    );
    assert!(share > 0.1, "{share}");
}

/// The plain case, without ramps, bots or bursts: a z-test of 5 %, looked at 300 times.
#[test]
fn even_with_one_weight_and_even_traffic_it_does() {
    let worlds = worlds(2_000, 10_000);
    let is_alarm = |seed: &u64| {
        let mut chance = Chance::new(*seed);
        let mut test = Peeking::new(1.645);
        (0..300).any(|_| test.look(&even(&mut chance)))
    };
    let share = (0..worlds).filter(is_alarm).count() as f64 / worlds as f64;
    println!("z-test of 5 %, looked at 300 times: {:.1} % false alarms", 100.0 * share);
    assert!((0.25..0.5).contains(&share), "{share}");

    let is_alarm = |seed: &u64| {
        let mut chance = Chance::new(*seed);
        let mut evidence = Evidence::against(1.0);
        (0..300).any(|_| {
            even(&mut chance).cells.iter().for_each(|cell| evidence.add(cell));
            evidence.log() >= 20_f64.ln()
        })
    };
    let share = (0..worlds).filter(is_alarm).count() as f64 / worlds as f64;
    println!("the evidence at 5 %, looked at as often: {:.1} % false alarms", 100.0 * share);
    assert!(share <= 0.05, "{share}");
}

/// A minute of 100 and 900 viewers, of whom 2 % are bad.
fn even(chance: &mut Chance) -> Batch {
    use release_verdict::{Cell, Kind, Pair};
    let bad = Pair::new(chance.poisson(2.0), chance.poisson(18.0));
    let cell = Cell { kind: Kind::ServerError, stratum: 0, viewers: Pair::new(100, 900), bad };
    Batch { minute: 0, page_loads: cell.viewers, cells: vec![cell] }
}
