//! The local CloudFront with the functions in process beside a plain static server, both over loopback under `wrk`.
//!
//! Needs `wrk`. Each server has one CPU and `wrk` the other. Figures of different runs do not compare; the
//! ratios of one run do. `ROUNDS` and `SECONDS` set how long is measured.

mod distribution;
mod load;
mod server;

use std::env;

use anyhow::{Context, Result};
use rustix::thread::{CpuSet, sched_setaffinity};
use tempfile::TempDir;

use load::Load;
use server::Server;

/// Bytes of the file that is asked for.
const SIZE: usize = 10_000;

fn main() -> Result<()> {
    let (rounds, seconds) = (number("ROUNDS", 3)?, number("SECONDS", 4)?);
    let folder = files()?;
    let files = Server::plain(folder.path())?;
    let simulator = Server::simulator(folder.path())?;
    // What starts from here, and so `wrk`; the servers stay on theirs.
    pin_to_cpu(1)?;
    let loads = [
        Load::new("axum with tower-http's ServeDir", files.url("/releases/41ab03d/assets/app.js")),
        Load::new("simulator, hits", simulator.url("/assets/app.js"))
            .answered("Hit from cloudfront"),
        Load::new("simulator, misses", simulator.url("/uncached/app.js"))
            .answered("Miss from cloudfront"),
    ];
    let mut figures = loads.each_ref().map(|_| Vec::new());
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for (load, figures) in loads.iter().zip(&mut figures) {
            figures.push(load.run(seconds)?);
        }
    }
    print(&loads, &figures.map(median))
}

/// A release with the same file under a path that is cached and one that is not.
fn files() -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    for path in ["assets", "uncached"] {
        let path = folder.path().join("releases/41ab03d").join(path);
        std::fs::create_dir_all(&path)?;
        std::fs::write(path.join("app.js"), vec![b' '; SIZE])?;
    }
    Ok(folder)
}

fn number(variable: &str, default: u32) -> Result<u32> {
    env::var(variable).map_or(Ok(default), |value| Ok(value.parse()?))
}

fn pin_to_cpu(cpu: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(cpu);
    Ok(sched_setaffinity(None, &set)?)
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_unstable_by(f64::total_cmp);
    rounds.get(rounds.len() / 2).copied().unwrap_or_default()
}

/// Each figure, and its share of the first one.
fn print(loads: &[Load], medians: &[f64]) -> Result<()> {
    let baseline = medians.first().context("nothing was measured")?;
    println!("{:<34} {:>12}", "", "requests/s");
    for (load, figure) in loads.iter().zip(medians) {
        println!("{:<34} {figure:>12.0} {:>6.2}x", load.name(), figure / baseline);
    }
    Ok(())
}
