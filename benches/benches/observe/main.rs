//! Compares `edgeswitch observe` with DuckDB and goaccess, on the same compressed logs of one and of ten million rows.
//! Measures processes from their start to their end, on all cores.
//!
//! DuckDB runs a query with the same counts, each request once. goaccess makes its usual report, and is measured once and on
//! a million rows only: it takes most of a minute for them. Needs `scripts/setup bench` and the program that `EDGESWITCH` names. Compare only the ratios
//! within one run. `ROUNDS` sets how much is measured, `MILLIONS` how many rows.
//!
//! Fails unless each finds all rows, and `observe` has at least 1.5 times DuckDB's rows a second and at most 200 MB at its
//! peak. Ten times the rows may add no more than the memory for ids, which does not grow beyond six million of them.

mod contender;
mod logs;

use anyhow::{Context, Result, ensure};
use edgeswitch_benches::number;

use contender::{Contender, Took};
use logs::Logs;

/// How many times as many rows a second as DuckDB `observe` reads at least.
const FASTER: f64 = 1.5;
/// The largest peak of its memory, in bytes.
const MOST_MEMORY: u64 = 200_000_000;
/// The most that ten times the rows may add, in bytes: the memory for the ids of six million rows. It is full then.
const MEMORY_OF_IDS: u64 = 64_000_000;

fn main() -> Result<()> {
    let rounds = number("ROUNDS", 3)?;
    let millions = number("MILLIONS", 10)?;
    let few = Logs::write(1)?;
    let few = measure(&few, rounds)?;
    let many = Logs::write(millions)?;
    let many = measure(&many, rounds)?;
    let (before, observe) = (few.observe()?.peak, many.observe()?);
    let (duckdb, peak) = (many.duckdb()?.rate(), observe.peak);
    ensure!(observe.rate() >= FASTER * duckdb, "fewer than {FASTER} times DuckDB's rows a second");
    ensure!(peak <= MOST_MEMORY, "{peak} bytes: at most {MOST_MEMORY}");
    ensure!(peak <= before + MEMORY_OF_IDS, "the memory grows: {before} bytes, then {peak}");
    Ok(())
}

/// The median of each contender.
struct Medians(Vec<Took>);

impl Medians {
    fn duckdb(&self) -> Result<&Took> {
        self.0.first().context("DuckDB was not measured")
    }

    fn observe(&self) -> Result<&Took> {
        self.0.get(1).context("`observe` was not measured")
    }
}

/// Measures all contenders in turns, and prints the medians.
fn measure(logs: &Logs, rounds: usize) -> Result<Medians> {
    let contenders = Contender::all()?;
    let mut took: Vec<Vec<Took>> = contenders.iter().map(|_| Vec::new()).collect();
    for round in 1..=rounds {
        eprintln!("{} million rows, round {round} of {rounds}", logs.rows / 1_000_000);
        for (contender, took) in contenders.iter().zip(&mut took) {
            if contender.takes_part(logs, round) {
                took.push(contender.run(logs)?);
            }
        }
    }
    println!(
        "\n{:<34} {:>15} {:>15} {:>12}",
        format!("{} million rows", logs.rows / 1_000_000),
        "s",
        "rows/s",
        "peak, MB"
    );
    took.retain(|rounds| !rounds.is_empty());
    let medians: Vec<Took> = took.into_iter().map(median).collect::<Result<_>>()?;
    let baseline = medians.first().context("nothing was measured")?.rate();
    for (contender, took) in contenders.iter().zip(&medians) {
        println!(
            "{:<34} {:>15.2} {:>8.0} {:>5.2}x {:>12.0}",
            contender.name,
            took.time.as_secs_f64(),
            took.rate(),
            took.rate() / baseline,
            took.peak as f64 / 1e6
        );
    }
    Ok(Medians(medians))
}

fn median(mut rounds: Vec<Took>) -> Result<Took> {
    rounds.sort_by_key(|took| took.time);
    rounds.get(rounds.len() / 2).copied().context("nothing was measured")
}
