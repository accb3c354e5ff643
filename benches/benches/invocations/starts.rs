use std::time::Duration;

use anyhow::{Context, Result};
use edgeswitch_benches::number;
use testkit::{Pipes, RuntimeClient, Sandbox};

use crate::contender::{Contender, FUNCTIONS};
use crate::cpu::cpu_time;
use crate::figures::rank;
use crate::parameter_store::ParameterStore;

/// The clients that load a package, and the names of their interpreters.
const CLIENTS: [(RuntimeClient, &str); 2] =
    [(RuntimeClient::Python, "Python"), (RuntimeClient::Node22, "Node.js 22")];

/// An interpreter alone, and the functions that it loads.
struct Group {
    name: &'static str,
    alone: Contender,
    functions: Vec<Contender>,
}

/// Compares the CPU time of starts, from the fork to the first `/next`: a function with little memory gets
/// only a share of a processor, so its start takes that many times longer. Prints for each function how much
/// it adds to the interpreter that loads it, and the whole in parts of the Node.js function with its SDK.
pub(crate) fn compare(store: &ParameterStore) -> Result<()> {
    let starts = number("STARTS", 20)?;
    let baseline = Contender::usual_switch()?;
    let groups = CLIENTS.map(|(client, name)| Group::new(client, name));
    let groups = groups.into_iter().collect::<Result<Vec<_>>>()?;
    let members =
        groups.iter().flat_map(|group| [&group.alone].into_iter().chain(&group.functions));
    let contenders = [&baseline].into_iter().chain(members).collect::<Vec<_>>();
    let medians = medians(&contenders, store, starts)?;
    print(&baseline, &groups, &medians)
}

impl Group {
    fn new(client: RuntimeClient, name: &'static str) -> Result<Self> {
        let functions = FUNCTIONS.map(|(trigger, _)| Contender::loaded_by(client, trigger));
        Ok(Self {
            name,
            alone: Contender::idle(client)?,
            functions: functions.into_iter().collect::<Result<_>>()?,
        })
    }
}

/// The median of each contender. They take turns, so that a slow minute hits all of them.
fn medians(
    contenders: &[&Contender],
    store: &ParameterStore,
    starts: usize,
) -> Result<Vec<Duration>> {
    let mut times = contenders.iter().map(|_| Vec::new()).collect::<Vec<_>>();
    for _ in 0..starts {
        for (contender, times) in contenders.iter().zip(&mut times) {
            times.push(start(contender, store)?);
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        rank(&times, 500)
    };
    times.into_iter().map(median).collect()
}

fn start(contender: &Contender, store: &ParameterStore) -> Result<Duration> {
    let mut command = contender.command();
    command.envs(store.variables());
    let mut sandbox = Sandbox::start(command, Pipes::Discarded)?;
    sandbox.ready().context(contender.name)?;
    cpu_time(sandbox.process().id())
}

fn print(baseline: &Contender, groups: &[Group], medians: &[Duration]) -> Result<()> {
    let mut medians = medians.iter().map(|median| median.as_secs_f64() * 1e3);
    let mut next = || medians.next().context("a contender was not measured");
    println!(
        "\n{:<34} {:>12} {:>12} {:>12}",
        "CPU time of a start", "ms", "added, ms", "of Node.js"
    );
    let whole = next()?;
    println!("{:<34} {whole:>12.1} {:>12} {:>12.2}", baseline.name, "", 1.0);
    for Group { name, functions, .. } in groups {
        let alone = next()?;
        println!(
            "{:<34} {alone:>12.1} {:>12} {:>12.2}",
            format!("{name} alone"),
            "",
            alone / whole
        );
        for function in functions {
            let (name, took) = (format!("{} under {name}", function.name), next()?);
            println!("{name:<34} {took:>12.1} {:>12.1} {:>12.2}", took - alone, took / whole);
        }
    }
    Ok(())
}
