use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use edge_config::Config;
use testkit::{Pipes, Sandbox};

use crate::contender::Contender;
use crate::figures::{invoke, rank};
use crate::parameter_store::ParameterStore;

/// How long the function runs. Its plan goes stale every second.
const RUN: Duration = Duration::from_secs(8);
/// How many invocations before and after the beginning of a refresh count as around it.
const AROUND: usize = 500;

/// Invokes viewer-request while its plan goes stale again and again. Prints the p99 of the invocations around
/// the refreshes, and the p99 of all others.
pub(crate) fn compare(store: &ParameterStore) -> Result<()> {
    let contender = Contender::packaged("viewer-request", "document-first-visit")?;
    contender.configure(&short_lived(&contender.configuration()?)?)?;
    let mut command = contender.command();
    command.envs(store.variables());
    let mut sandbox = Sandbox::start(command, Pipes::Discarded)?;
    sandbox.ready()?;
    let (began, mut times) = (Instant::now(), Vec::new());
    while began.elapsed() < RUN {
        times.push((Instant::now(), invoke(&mut sandbox, &contender.event)?));
    }
    let reads = store.reads_since(began);
    let (mut around, mut elsewhere) = split(&times, &reads);
    let (around_p99, p99) = (p99(&mut around)?, p99(&mut elsewhere)?);
    println!(
        "\nviewer-request, p99 of {} invocations around {} refreshes: {around_p99:.1} µs; of the others: \
         {p99:.1} µs; ratio {:.2}",
        around.len(),
        reads.len(),
        around_p99 / p99,
    );
    Ok(())
}

/// The packaged configuration, changed so that a plan is stale after a second and never expires.
fn short_lived(json: &str) -> Result<String> {
    let mut config = Config::from_json(json)?;
    config.refresh.soft_ttl = Duration::from_secs(1);
    config.refresh.hard_ttl = Duration::from_secs(3600);
    Ok(config.to_json())
}

type Times = Vec<Duration>;

fn split(times: &[(Instant, Duration)], reads: &[Instant]) -> (Times, Times) {
    let places: Vec<usize> =
        reads.iter().map(|read| times.partition_point(|(start, _)| start < read)).collect();
    let is_around = |index: usize| places.iter().any(|place| place.abs_diff(index) <= AROUND);
    let (around, elsewhere): (Vec<_>, Vec<_>) =
        times.iter().map(|(_, took)| *took).enumerate().partition(|(index, _)| is_around(*index));
    let times = |pairs: Vec<(usize, Duration)>| pairs.into_iter().map(|(_, took)| took).collect();
    (times(around), times(elsewhere))
}

/// The p99 in microseconds.
fn p99(times: &mut [Duration]) -> Result<f64> {
    times.sort_unstable();
    Ok(rank(times, 990).context("there was no refresh in the run")?.as_secs_f64() * 1e6)
}
