use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use edgeswitch_benches::{number, peak_memory};
use serde_json::{Value, json};
use testkit::{HttpRequest, Pipes, Sandbox};

use crate::contender::Contender;
use crate::cpu::cpu_time;
use crate::figures::{invoke, rank};
use crate::parameter_store::{ParameterStore, parameter};

/// One release with all traffic: there is nothing to do.
const PLAN: &str = r#"{"schema":1,"revision":17,"rollout":"r12",
  "releases":{"41ab03d":{"prefix":"/releases/41ab03d"},"9f2c1e7":{"prefix":"/releases/9f2c1e7"}},
  "stages":[{"from":"2026-11-22T08:00:00Z","weights":[["41ab03d",100]]}]}"#;
/// The most CPU time of a run with nothing to do.
const MOST_CPU: Duration = Duration::from_millis(25);
/// The largest resident set, in bytes.
const MOST_MEMORY: u64 = 32_000_000;
const RUNS: usize = 50;

/// The costs of one process.
#[derive(Debug, Clone, Copy)]
struct Costs {
    start: Duration,
    first: Duration,
    run: Duration,
    peak: u64,
}

/// Prints the CPU time of the guard's start, of its first run and of a later one with nothing to do, and its memory, beside
/// a handler that does nothing. Fails if a run takes too much.
pub(crate) fn compare() -> Result<()> {
    let store = store()?;
    let starts = number("STARTS", 20)?;
    println!(
        "\n{:<34} {:>15} {:>15} {:>15} {:>15}",
        "CPU time and memory", "start, ms", "first run, ms", "run, ms", "peak, MB"
    );
    let baseline = Costs::median(&Contender::bare_echo()?, &store, starts)?;
    baseline.print("echo on lambda_runtime", &baseline);
    let guard = Costs::median(&Contender::guard()?, &store, starts)?;
    guard.print("guard, nothing to do", &baseline);
    ensure!(guard.run <= MOST_CPU, "a run takes {:?}: at most {MOST_CPU:?}", guard.run);
    ensure!(guard.peak <= MOST_MEMORY, "{} bytes: at most {MOST_MEMORY}", guard.peak);
    Ok(())
}

/// A store that keeps the guard's note.
fn store() -> Result<ParameterStore> {
    let note = Mutex::new("{}".to_owned());
    ParameterStore::answering(move |request: &HttpRequest| {
        let call: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let mut note = note.lock().unwrap_or_else(PoisonError::into_inner);
        let text = |name: &str| call.get(name).and_then(Value::as_str);
        match (text("Name"), text("Value")) {
            (_, Some(value)) => {
                value.clone_into(&mut note);
                json!({ "Version": 2, "Tier": "Standard" }).to_string()
            }
            (Some("/shop/plan"), None) => parameter(PLAN),
            _ => parameter(&note),
        }
    })
}

impl Costs {
    /// The median of each figure.
    fn median(contender: &Contender, store: &ParameterStore, starts: usize) -> Result<Self> {
        let all =
            (0..starts).map(|_| Self::measure(contender, store)).collect::<Result<Vec<_>>>()?;
        let middle = |figure: fn(&Self) -> Duration| {
            let mut times: Vec<Duration> = all.iter().map(figure).collect();
            times.sort_unstable();
            rank(&times, 500)
        };
        Ok(Self {
            start: middle(|costs| costs.start)?,
            first: middle(|costs| costs.first)?,
            run: middle(|costs| costs.run)?,
            peak: all.iter().map(|costs| costs.peak).max().context("nothing was measured")?,
        })
    }

    fn measure(contender: &Contender, store: &ParameterStore) -> Result<Self> {
        let mut command = contender.command();
        command.envs(store.variables());
        let mut sandbox = Sandbox::start(command, Pipes::Discarded)?;
        sandbox.ready().context(contender.name)?;
        let id = sandbox.process().id();
        let start = cpu_time(id)?;
        invoke(&mut sandbox, &contender.event)?;
        let first = cpu_time(id)?;
        for _ in 0..RUNS {
            invoke(&mut sandbox, &contender.event)?;
        }
        let run = (cpu_time(id)? - first) / u32::try_from(RUNS)?;
        Ok(Self { start, first: first - start, run, peak: peak_memory(id).context("VmHWM")? })
    }

    /// Each figure, and how many times as large it is as that of `baseline`.
    fn print(&self, name: &str, baseline: &Self) {
        let times = |figure: fn(&Self) -> Duration| {
            let (own, other) = (figure(self).as_secs_f64(), figure(baseline).as_secs_f64());
            format!("{:>8.1} {:>5.1}x", own * 1e3, own / other)
        };
        let peaks = self.peak as f64 / baseline.peak as f64;
        println!(
            "{name:<34} {} {} {} {:>8.1} {peaks:>5.1}x",
            times(|costs| costs.start),
            times(|costs| costs.first),
            times(|costs| costs.run),
            self.peak as f64 / 1e6,
        );
    }
}
