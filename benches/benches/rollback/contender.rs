use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use edgeswitch_benches::edgeswitch;

use crate::store::{NAME, PROMOTED, REGION, Store};

/// The AWS CLI that `make setup` installs.
const AWS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tools/bench/bin/aws");

/// How long a command took.
#[derive(Clone, Copy)]
pub(crate) struct Took {
    /// Until it said that the parameter is written.
    pub(crate) in_force: Duration,
    /// Until it ended: `rollback` looks a second later whether its write stands.
    pub(crate) whole: Duration,
}

/// A command that writes the parameter once.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    program: String,
    arguments: Vec<&'static str>,
    /// The reads before the write.
    reads: u32,
    url: String,
}

impl Contender {
    /// All contenders. The first is the baseline.
    pub(crate) fn all(url: &str) -> Result<[Self; 2]> {
        let put = ["ssm", "put-parameter", "--overwrite", "--type", "String"];
        let value = ["--name", NAME, "--value", PROMOTED, "--region", REGION];
        let rollback = ["rollback", "-y", "--parameter", NAME, "--region", REGION];
        Ok([
            Self::new("aws ssm put-parameter", AWS.into(), [&put[..], &value].concat(), 0, url)?,
            Self::new("edgeswitch rollback -y", edgeswitch(), rollback.into(), 1, url)?,
        ])
    }

    fn new(
        name: &'static str,
        program: String,
        arguments: Vec<&'static str>,
        reads: u32,
        url: &str,
    ) -> Result<Self> {
        ensure!(Path::new(&program).exists(), "`{program}` is missing: run `make bench`");
        Ok(Self { name, program, arguments, reads, url: url.into() })
    }

    /// The time from the start of the process to the first line that says that the write is done, and to its
    /// end. Fails unless the process has written once, after the expected number of reads.
    pub(crate) fn run(&self, store: &Store) -> Result<Took> {
        let before = store.promote()?;
        store.count_reads();
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().env("HOME", "/nonexistent");
        command.env("AWS_ENDPOINT_URL_SSM", &self.url).env("PATH", "/usr/bin:/bin");
        command.env("AWS_ACCESS_KEY_ID", "any").env("AWS_SECRET_ACCESS_KEY", "any");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let started = Instant::now();
        let mut process = command.spawn().with_context(|| self.program.clone())?;
        let mut said = BufReader::new(process.stdout.take().context("standard output is piped")?);
        said.read_line(&mut String::new())?;
        let in_force = started.elapsed();
        let (reads, written) = (store.reads(), store.version()?);
        ensure!(written == before + 1, "{}: it is not in force yet", self.name);
        io::copy(&mut said, &mut io::sink())?;
        let status = process.wait()?;
        let whole = started.elapsed();
        ensure!(status.success(), "{}: {status}", self.name);
        ensure!(reads == self.reads, "{}: {reads} reads before it is in force", self.name);
        ensure!(store.version()? == before + 1, "{}: it has not written once", self.name);
        Ok(Took { in_force, whole })
    }
}
