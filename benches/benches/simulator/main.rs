//! Compares the local CloudFront, with the functions in process, with a plain static server, and the local load balancer
//! with a plain proxy. `wrk` loads them over loopback.
//!
//! Needs `wrk`. Each server has one CPU and `wrk` has the other. Compare only the ratios within one run, not the
//! figures of different runs. `ROUNDS` and `SECONDS` set how long is measured.

mod distribution;
mod load;
mod proxy;
mod server;

use anyhow::{Context, Result};
use edgeswitch_benches::number;
use rustix::thread::{CpuSet, sched_setaffinity};
use tempfile::TempDir;

use load::Load;
use server::Server;

/// The file of the plain server, and of the proxies in front of it.
const PATH: &str = "/releases/41ab03d/assets/app.js";
/// The size of the requested file in bytes.
const SIZE: usize = 10_000;

fn main() -> Result<()> {
    let (rounds, seconds) = (number("ROUNDS", 3)?, number("SECONDS", 4)?);
    let folder = files()?;
    let files = Server::plain(folder.path())?;
    let simulator = Server::simulator(folder.path())?;
    // The back end of both proxies shares their CPU.
    let proxy = Server::proxy(files.address())?;
    let load_balancer = Server::load_balancer(files.address())?;
    // Pins this thread and `wrk`, which it starts. The servers stay on their CPU.
    pin_to_cpu(1)?;
    let loads = [
        Load::new("axum with tower-http's ServeDir", files.url(PATH)),
        Load::new("simulator, hits", simulator.url("/assets/app.js"))
            .answered("Hit from cloudfront"),
        Load::new("simulator, misses", simulator.url("/uncached/app.js"))
            .answered("Miss from cloudfront"),
    ];
    let proxies = [
        Load::new("a plain proxy on hyper", proxy.url(PATH)),
        Load::new("load balancer, weights and cookies", load_balancer.url(PATH)),
    ];
    measure(&loads, rounds, seconds)?;
    measure(&proxies, rounds, seconds)
}

/// Measures the loads in turn, and prints the medians.
fn measure(loads: &[Load], rounds: u32, seconds: u32) -> Result<()> {
    let mut figures = vec![Vec::new(); loads.len()];
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for (load, figures) in loads.iter().zip(&mut figures) {
            figures.push(load.run(seconds)?);
        }
    }
    print(loads, &figures.into_iter().map(median).collect::<Vec<_>>())
}

/// Creates a release with the same file at a cached and an uncached path.
fn files() -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    for path in ["assets", "uncached"] {
        let path = folder.path().join("releases/41ab03d").join(path);
        std::fs::create_dir_all(&path)?;
        std::fs::write(path.join("app.js"), vec![b' '; SIZE])?;
    }
    Ok(folder)
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

/// Prints each figure and its ratio to the first.
fn print(loads: &[Load], medians: &[f64]) -> Result<()> {
    let baseline = medians.first().context("nothing was measured")?;
    println!("{:<34} {:>12}", "", "requests/s");
    for (load, figure) in loads.iter().zip(medians) {
        println!("{:<34} {figure:>12.0} {:>6.2}x", load.name(), figure / baseline);
    }
    Ok(())
}
