use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use access_log::{Error, Once, Reader, Row, Seen};
use indicatif::ProgressBar;
use observation::{Agent, Agents};
use routing_core::Rules;

use super::files::Log;
use super::limits::{Budget, Limit, ReadLimits};

/// Parts of the memory for ids, so that threads seldom wait for each other.
const SHARDS: usize = 16;
/// The rows that each part remembers, six million in all, in 64 MB.
const REMEMBERED: usize = 400_000;

/// Looks at rows and their User-Agents, each row once. Rows of several logs are seen by copies, which are merged.
pub(crate) trait Sink: Clone + Send + Sync {
    fn see(&mut self, row: &Row<'_>, agent: &Agent);
    fn merge(&mut self, other: Self);
}

/// What was found in the logs besides rows.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Rows that were in the logs before.
    pub(crate) doubles: u64,
    /// Rows that may have been: the ids from their time are forgotten.
    pub(crate) unsure: u64,
    /// Rows without an id, of which nobody can tell.
    pub(crate) without_id: u64,
    pub(crate) skipped_lines: u64,
    /// The first skipped line of the first log that has one: the log, the line and the reason.
    pub(crate) first_skipped: Option<String>,
    /// Logs that could not be read to their end, and why.
    pub(crate) unread: Vec<(String, String)>,
    /// The limit at which reading ended.
    pub(crate) stopped: Option<Limit>,
}

/// The ids that were seen, for all threads.
struct Ids {
    shards: Vec<Mutex<Once>>,
}

impl Ids {
    fn new() -> Self {
        let shard = || Mutex::new(Once::of_the_last(REMEMBERED));
        Self { shards: std::iter::repeat_with(shard).take(SHARDS).collect() }
    }

    fn see(&self, row: &Row<'_>) -> Seen {
        let id = row.request_id().unwrap_or_default();
        let sum = id.bytes().fold(0_usize, |sum, byte| sum.wrapping_add(byte.into()));
        let Some(shard) = self.shards.get(sum % SHARDS) else { return Seen::WithoutId };
        shard.lock().unwrap_or_else(PoisonError::into_inner).see(row)
    }
}

/// Reads all logs, on all cores, up to the limits. Each core has a copy of the sink, which has seen nothing yet.
pub(crate) fn read<S: Sink>(
    logs: &[Log],
    sink: S,
    rules: &Rules,
    bar: &ProgressBar,
    limits: ReadLimits,
) -> (S, Found) {
    let (ids, next, budget) = (Ids::new(), AtomicUsize::new(0), Budget::new(limits));
    let work = || {
        let mut found: Vec<(usize, Found)> = Vec::new();
        let (mut sink, mut agents) = (sink.clone(), Agents::new(rules));
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(log) = logs.get(at) else { return (sink, found) };
            let part = read_one(log, &ids, &budget, &mut agents, &mut sink);
            let is_stopped = part.stopped.is_some();
            found.push((at, part));
            bar.inc(1);
            if is_stopped {
                return (sink, found);
            }
        }
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (sinks, mut parts): (Vec<S>, Vec<_>) = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores.min(logs.len())).map(|_| scope.spawn(work)).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().map(join).unzip()
    });
    let mut whole = Found::default();
    let sink = sinks.into_iter().reduce(merged).unwrap_or(sink);
    let mut parts: Vec<_> = parts.iter_mut().flat_map(std::mem::take).collect();
    parts.sort_by_key(|(at, _)| *at);
    parts.into_iter().for_each(|(_, part)| whole.add(part));
    (sink, whole)
}

fn merged<S: Sink>(mut one: S, other: S) -> S {
    one.merge(other);
    one
}

impl Found {
    /// Adds what was found in the next log.
    fn add(&mut self, part: Found) {
        self.doubles += part.doubles;
        self.unsure += part.unsure;
        self.without_id += part.without_id;
        self.skipped_lines += part.skipped_lines;
        self.first_skipped = self.first_skipped.take().or(part.first_skipped);
        self.unread.extend(part.unread);
        self.stopped = self.stopped.or(part.stopped);
    }
}

fn read_one(
    log: &Log,
    ids: &Ids,
    budget: &Budget,
    agents: &mut Agents<'_>,
    sink: &mut impl Sink,
) -> Found {
    let mut found = Found { stopped: budget.is_late(), ..Found::default() };
    if found.stopped.is_some() {
        return found;
    }
    if let Err(error) = read_rows(log, ids, budget, agents, sink, &mut found) {
        found.unread.push((log.to_string(), error.to_string()));
    }
    found
}

fn read_rows(
    log: &Log,
    ids: &Ids,
    budget: &Budget,
    agents: &mut Agents<'_>,
    sink: &mut impl Sink,
    found: &mut Found,
) -> Result<(), Error> {
    let file = log.open().map_err(|source| Error::Read { line: 0, source })?;
    let mut reader = Reader::open(file)?;
    let end = loop {
        let row = match reader.next_row() {
            Ok(Some(row)) => row,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        };
        found.stopped = budget.take();
        if found.stopped.is_some() {
            break Ok(());
        }
        match ids.see(&row) {
            Seen::First => {}
            Seen::Unsure => found.unsure += 1,
            Seen::WithoutId => found.without_id += 1,
            Seen::Again => {
                found.doubles += 1;
                continue;
            }
        }
        sink.see(&row, agents.of(&row));
    };
    let skipped = reader.skipped();
    found.skipped_lines = skipped.lines;
    let first = skipped.first.as_ref();
    found.first_skipped = first.map(|(line, why)| format!("{log}, line {line}: {why}"));
    end
}
