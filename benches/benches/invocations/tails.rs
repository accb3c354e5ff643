use anyhow::Result;

use crate::contender::{Contender, FUNCTIONS};
use crate::figures::{Figures, median};
use crate::parameter_store::ParameterStore;

/// Compares each function with a handler that returns the same event's request, and prints the ratios.
///
/// The kernel's timer interrupts about one invocation in a hundred, so p99 can be on either side of it. p98
/// shows the invocations without the interrupt, and p99.5 those with it.
pub(crate) fn compare(store: &ParameterStore, rounds: usize, events: usize) -> Result<()> {
    println!(
        "\n{:<34} {:>15} {:>15} {:>15} {:>15} {:>15}",
        "", "p50, µs", "p98, µs", "p99, µs", "p99.5, µs", "CPU, µs"
    );
    for (trigger, case) in FUNCTIONS {
        let echo = Contender::echo(&format!("{trigger}/{case}"))?;
        let function = Contender::packaged(trigger, case)?;
        let (mut echoes, mut figures) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            echoes.push(Figures::measure(&echo, store, events)?);
            figures.push(Figures::measure(&function, store, events)?);
        }
        let baseline = median(&echoes).tail();
        print("echo on the same event", baseline, baseline);
        print(trigger, median(&figures).tail(), baseline);
    }
    Ok(())
}

/// Prints each figure, and how many times larger it is than the echo's.
fn print(name: &str, figures: [f64; 5], baseline: [f64; 5]) {
    print!("{name:<34}");
    for (figure, baseline) in figures.iter().zip(baseline) {
        print!(" {figure:>8.1} {:>5.2}x", figure / baseline);
    }
    println!();
}
