use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use edgeswitch_benches::peak_memory;
use testkit::{Answer, Pipes, Sandbox};

use crate::contender::Contender;
use crate::cpu::cpu_time;
use crate::parameter_store::ParameterStore;

/// The number of events before the measured ones: by then a just-in-time compiler has compiled the handler.
const WARM_UP: usize = 500;

/// The costs of one process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    /// The time from the start of the process to its first `/next`.
    init: Duration,
    /// The time from the last byte of the event to the last byte of the answer.
    p50: Duration,
    p98: Duration,
    p99: Duration,
    p99_5: Duration,
    /// CPU time of all threads, per invocation.
    cpu: Duration,
    /// The largest resident set since the last exec, in bytes.
    peak: u64,
}

impl Figures {
    /// Starts a process and invokes it `events` times.
    pub(crate) fn measure(
        contender: &Contender,
        store: &ParameterStore,
        events: usize,
    ) -> Result<Self> {
        let mut command = contender.command();
        command.envs(store.variables());
        let started = Instant::now();
        let mut sandbox = Sandbox::start(command, Pipes::Discarded)?;
        sandbox.ready().context(contender.name)?;
        let init = started.elapsed();
        for _ in 0..WARM_UP {
            invoke(&mut sandbox, &contender.event)?;
        }
        let before = cpu_time(sandbox.process().id())?;
        let times = (0..events).map(|_| invoke(&mut sandbox, &contender.event));
        let mut times = times.collect::<Result<Vec<_>>>()?;
        let id = sandbox.process().id();
        let cpu = (cpu_time(id)? - before) / u32::try_from(events)?;
        times.sort_unstable();
        Ok(Self {
            init,
            p50: rank(&times, 500)?,
            p98: rank(&times, 980)?,
            p99: rank(&times, 990)?,
            p99_5: rank(&times, 995)?,
            cpu,
            peak: peak_memory(id).context("VmHWM")?,
        })
    }

    /// The figures in the units of the table.
    pub(crate) fn columns(&self) -> [f64; 5] {
        [
            microseconds(self.init) / 1e3,
            microseconds(self.p50),
            microseconds(self.p99),
            microseconds(self.cpu),
            self.peak as f64 / 1e6,
        ]
    }

    /// The times of an invocation in microseconds: p50, p98, p99, p99.5 and CPU.
    pub(crate) fn tail(&self) -> [f64; 5] {
        [self.p50, self.p98, self.p99, self.p99_5, self.cpu].map(microseconds)
    }
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The median of each figure.
pub(crate) fn median(rounds: &[Figures]) -> Figures {
    fn middle<T: Ord + Copy + Default>(rounds: &[Figures], figure: fn(&Figures) -> T) -> T {
        let mut values = rounds.iter().map(figure).collect::<Vec<_>>();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or_default()
    }
    Figures {
        init: middle(rounds, |figures| figures.init),
        p50: middle(rounds, |figures| figures.p50),
        p98: middle(rounds, |figures| figures.p98),
        p99: middle(rounds, |figures| figures.p99),
        p99_5: middle(rounds, |figures| figures.p99_5),
        cpu: middle(rounds, |figures| figures.cpu),
        peak: middle(rounds, |figures| figures.peak),
    }
}

pub(crate) fn invoke(sandbox: &mut Sandbox, event: &[u8]) -> Result<Duration> {
    match sandbox.invoke(event)? {
        (Answer::Returned(_), took) => Ok(took),
        (Answer::Failed(error), _) => bail!("the function failed: {error}"),
    }
}

/// The value at that place of a sorted list, in thousandths.
pub(crate) fn rank(sorted: &[Duration], per_mille: usize) -> Result<Duration> {
    sorted.get(sorted.len() * per_mille / 1000).copied().context("no event was measured")
}
