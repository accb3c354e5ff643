//! Compares `edgeswitch follow` that finds nothing to do with `aws elbv2 describe-rules`, both against a load balancer on
//! loopback. Measures processes from their start to their end.
//!
//! Needs `make setup` and the program that `EDGESWITCH` names. Compare only the ratios within one run, not the
//! figures of different runs. `ROUNDS` sets how much is measured.
//!
//! Fails unless `follow` reads the plan once and the rule once, writes nothing, and takes less time than the AWS CLI.

mod account;
mod contender;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use edgeswitch_benches::number;

use account::Account;
use contender::Contender;

fn main() -> Result<()> {
    let rounds = number("ROUNDS", 20)?;
    let account = Account::start()?;
    let contenders = Contender::all(&account)?;
    let mut times = contenders.each_ref().map(|_| Vec::new());
    // The first round is not measured: it reads the programs from the disk.
    for round in 0..=rounds {
        for (contender, times) in contenders.iter().zip(&mut times) {
            let took = contender.run(&account)?;
            if round > 0 {
                times.push(took);
            }
        }
    }
    print(&contenders, times)
}

/// Prints the median and the slowest time of each contender, and how many times faster it is than the first. Fails if the
/// last contender is not faster.
fn print(contenders: &[Contender], times: impl IntoIterator<Item = Vec<Duration>>) -> Result<()> {
    println!("{:<34} {:>15} {:>15}", "nothing to do:", "median, ms", "slowest, ms");
    let (mut baseline, mut took) = (None, Duration::MAX);
    for (contender, mut times) in contenders.iter().zip(times) {
        times.sort_unstable();
        let median = *times.get(times.len() / 2).context("nothing was measured")?;
        let slowest = *times.last().context("nothing was measured")?;
        let baseline = *baseline.get_or_insert(median);
        println!(
            "{:<34} {:>8.1} {:>5.1}x {:>15.1}",
            contender.name,
            milliseconds(median),
            baseline.as_secs_f64() / median.as_secs_f64(),
            milliseconds(slowest),
        );
        ensure!(took == Duration::MAX || median < took, "{} is not faster", contender.name);
        took = median;
    }
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
