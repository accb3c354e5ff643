//! Compares `edgeswitch rollback -y` with `aws ssm put-parameter`, both against a Parameter Store on loopback.
//! Measures processes from their start until they say that the parameter is written, and until they end.
//!
//! Needs `make setup` and the program that `EDGESWITCH` names. Compare only the ratios within one run, not the
//! figures of different runs. `ROUNDS` sets how much is measured.
//!
//! Fails unless a rollback is in force after one read and one write, and 50 ms. The check after it comes on top, and is
//! printed apart.

mod contender;
mod store;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use edgeswitch_benches::number;

use contender::{Contender, Took};
use store::Store;

/// The longest time until a rollback is in force, apart from the network.
const LONGEST: Duration = Duration::from_millis(50);

fn main() -> Result<()> {
    let rounds = number("ROUNDS", 20)?;
    let store = Store::start()?;
    let contenders = Contender::all(&store.url())?;
    let mut times = contenders.each_ref().map(|_| Vec::new());
    // The first round is not measured: it reads the programs from the disk.
    for round in 0..=rounds {
        for (contender, times) in contenders.iter().zip(&mut times) {
            let took = contender.run(&store)?;
            if round > 0 {
                times.push(took);
            }
        }
    }
    print(&contenders, times)
}

/// Prints the median and the slowest time of each contender until the parameter is written, how many times faster it
/// is than the first, and the median of the time afterwards. Fails if the last contender takes too long.
fn print(contenders: &[Contender], times: impl IntoIterator<Item = Vec<Took>>) -> Result<()> {
    println!(
        "{:<34} {:>15} {:>15} {:>15}",
        "until it is in force:", "median, ms", "slowest, ms", "and then, ms"
    );
    let (mut baseline, mut took) = (None, Duration::ZERO);
    for (contender, mut times) in contenders.iter().zip(times) {
        times.sort_unstable_by_key(|took| took.in_force);
        let Took { in_force: median, whole } =
            *times.get(times.len() / 2).context("nothing was measured")?;
        let Took { in_force: slowest, .. } = *times.last().context("nothing was measured")?;
        let baseline = *baseline.get_or_insert(median);
        println!(
            "{:<34} {:>8.1} {:>5.1}x {:>15.1} {:>15.1}",
            contender.name,
            milliseconds(median),
            baseline.as_secs_f64() / median.as_secs_f64(),
            milliseconds(slowest),
            milliseconds(whole.saturating_sub(median)),
        );
        took = median;
    }
    ensure!(took <= LONGEST, "the rollback is in force after {took:?}: at most {LONGEST:?}");
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
