//! Compares the functions with a Node.js function that does the usual blue/green switch. Each runs under AWS's
//! own runtime client, on one CPU, with a Parameter Store on loopback over TLS.
//!
//! The guard is measured beside a handler that does nothing.
//!
//! Needs `make setup`, `make package` and `make guard`. Compare only the ratios within one run, not the figures of different
//! runs. `ROUNDS`, `EVENTS` and `STARTS` set how much is measured.

mod contender;
mod cpu;
mod figures;
mod guard;
mod parameter_store;
mod refresh;
mod starts;
mod tails;

use anyhow::Result;
use edgeswitch_benches::number;
use rustix::thread::{CpuSet, sched_setaffinity};

use contender::Contender;
use figures::{Figures, median};
use parameter_store::ParameterStore;

fn main() -> Result<()> {
    let (rounds, events) = (number("ROUNDS", 5)?, number("EVENTS", 10_000)?);
    let store = ParameterStore::start("41ab03d 9f2c1e7")?;
    // Pins this thread and every process that it starts. The store's threads stay where they are.
    pin_to_cpu(1)?;
    let contenders = Contender::all()?;
    let mut figures = contenders.iter().map(|_| Vec::new()).collect::<Vec<Vec<Figures>>>();
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for (contender, figures) in contenders.iter().zip(&mut figures) {
            figures.push(Figures::measure(contender, &store, events)?);
        }
    }
    let medians = figures.iter().map(|rounds| median(rounds)).collect::<Vec<_>>();
    print(&contenders, &medians);
    tails::compare(&store, rounds, events)?;
    refresh::compare(&store)?;
    starts::compare(&store)?;
    guard::compare()
}

fn pin_to_cpu(cpu: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(cpu);
    Ok(sched_setaffinity(None, &set)?)
}

/// Prints each figure, and how many times smaller it is than the first contender's.
fn print(contenders: &[Contender], medians: &[Figures]) {
    println!(
        "{:<34} {:>15} {:>15} {:>15} {:>15} {:>15}",
        "", "init, ms", "p50, µs", "p99, µs", "CPU, µs", "peak, MB"
    );
    let Some(baseline) = medians.first().map(Figures::columns) else { return };
    for (contender, figures) in contenders.iter().zip(medians) {
        print!("{:<34}", contender.name);
        for (figure, baseline) in figures.columns().iter().zip(baseline) {
            print!(" {figure:>8.1} {:>5.1}x", baseline / figure);
        }
        println!();
    }
}
