use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use edgeswitch_benches::{edgeswitch, peak_memory};
use serde_json::Value;
use tempfile::TempDir;
use testkit::repository;

use crate::logs::Logs;

/// The Python with DuckDB that `scripts/setup bench` installs.
const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tools/bench/bin/python");
const CONFIG: &str = "name = \"shop\"\nprefix_template = \"/releases/{release}\"\n[parameter]\n\
                      name = \"/shop/plan\"\nhome_region = \"eu-central-1\"\n";
/// How often the memory of a process is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// A program that reads logs.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    which: Which,
    folder: TempDir,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    DuckDb,
    Observe,
    GoAccess,
}

/// The costs of a process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Took {
    pub(crate) time: Duration,
    /// The largest resident set, in bytes.
    pub(crate) peak: u64,
    rows: usize,
}

impl Took {
    /// Rows a second.
    pub(crate) fn rate(&self) -> f64 {
        self.rows as f64 / self.time.as_secs_f64()
    }
}

impl Contender {
    /// All contenders. The first is the baseline.
    pub(crate) fn all() -> Result<[Self; 3]> {
        Ok([
            Self::new("DuckDB", Which::DuckDb)?,
            Self::new("edgeswitch observe", Which::Observe)?,
            Self::new("goaccess", Which::GoAccess)?,
        ])
    }

    fn new(name: &'static str, which: Which) -> Result<Self> {
        let folder = TempDir::new()?;
        fs::write(folder.path().join("edgeswitch.toml"), CONFIG)?;
        Ok(Self { name, which, folder })
    }

    /// Whether it is measured in this round.
    pub(crate) fn takes_part(&self, logs: &Logs, round: usize) -> bool {
        self.which != Which::GoAccess || (logs.rows <= 1_000_000 && round == 1)
    }

    /// The time from the start of the process to its end. Fails if it does not find all rows.
    pub(crate) fn run(&self, logs: &Logs) -> Result<Took> {
        let answer = self.folder.path().join("answer.json");
        let mut feed = self.feed(logs)?;
        let mut command = self.command(logs, &answer);
        if let Some(rows) = feed.as_mut().and_then(|feed| feed.stdout.take()) {
            command.stdin(rows);
        }
        let started = Instant::now();
        let mut child =
            command.spawn().with_context(|| format!("{}: run `make bench`", self.name))?;
        let mut peak = 0;
        let status = loop {
            peak = peak.max(peak_memory(child.id()).unwrap_or_default());
            match child.try_wait()? {
                Some(status) => break status,
                None => thread::sleep(LOOK),
            }
        };
        let time = started.elapsed();
        ensure!(status.success(), "{}: {status}", self.name);
        if let Some(feed) = &mut feed {
            feed.wait()?;
        }
        let found = self.found(&answer)?;
        ensure!(found == logs.rows, "{}: {found} rows, not {}", self.name, logs.rows);
        Ok(Took { time, peak, rows: logs.rows })
    }

    /// goaccess reads no compressed files.
    fn feed(&self, logs: &Logs) -> Result<Option<Child>> {
        if self.which != Which::GoAccess {
            return Ok(None);
        }
        let mut files: Vec<_> = fs::read_dir(logs.folder.path())?
            .map(|file| Ok(file?.path()))
            .collect::<Result<_>>()?;
        files.sort();
        Ok(Some(Command::new("zcat").args(files).stdout(Stdio::piped()).spawn()?))
    }

    fn command(&self, logs: &Logs, answer: &Path) -> Command {
        let folder = logs.folder.path();
        let mut command = match self.which {
            Which::DuckDb => {
                let mut command = Command::new(PYTHON);
                command
                    .arg(repository().join("benches/benches/observe/duckdb_query.py"))
                    .arg(folder);
                command
            }
            Which::Observe => {
                let mut command = Command::new(edgeswitch());
                command.args(["observe", "--output", "json", "--logs"]).arg(folder);
                command
            }
            Which::GoAccess => {
                let mut command = Command::new("goaccess");
                command.args(["-", "--log-format=CLOUDFRONT", "--no-progress", "-o"]).arg(answer);
                command
            }
        };
        command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", "/nonexistent");
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        match self.which {
            Which::GoAccess => command.stdout(Stdio::null()),
            Which::DuckDb | Which::Observe => {
                command.stdout(File::create(answer).map_or_else(|_| Stdio::null(), Stdio::from))
            }
        };
        command
    }

    /// The rows that its answer counts.
    fn found(&self, answer: &Path) -> Result<usize> {
        let answer: Value = serde_json::from_slice(&fs::read(answer)?)?;
        let sum = |rows: &Value, of: &dyn Fn(&Value) -> Option<u64>| -> Option<u64> {
            rows.as_array()?.iter().map(of).sum()
        };
        let found = match self.which {
            Which::DuckDb => sum(&answer, &|row| row.get(2)?.as_u64()),
            Which::Observe => sum(answer.get("releases").unwrap_or(&Value::Null), &|release| {
                release.get("requests")?.as_u64()
            }),
            Which::GoAccess => answer.pointer("/general/valid_requests").and_then(Value::as_u64),
        };
        Ok(usize::try_from(found.with_context(|| format!("{}: no counts", self.name))?)?)
    }
}
