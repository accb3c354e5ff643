use std::io;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use tempfile::TempDir;

use crate::deadline::Deadline;
use crate::process::{Pipes, Process};
use crate::runtime_api::{Answer, RuntimeApi, RuntimeError};

/// How long a function may take for anything before a test calls it silent.
const PATIENCE: Duration = Duration::from_secs(20);

/// An execution environment of Lambda: a Runtime API on loopback and the process that it serves.
///
/// The environment has the variables of Lambda, a temporary folder of its own, and nothing else.
#[derive(Debug)]
pub struct Sandbox {
    api: RuntimeApi,
    command: Command,
    pipes: Pipes,
    process: Process,
    _temporary: TempDir,
}

impl Sandbox {
    /// Starts the process. `command` keeps its own variables.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn start(mut command: Command, pipes: Pipes) -> io::Result<Self> {
        let temporary = TempDir::new()?;
        command.env("TMPDIR", temporary.path());
        let (api, process) = start(&mut command, pipes)?;
        Ok(Self { api, command, pipes, process, _temporary: temporary })
    }

    /// Starts a new process in place of the last one, as Lambda does after a crash.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn restart(&mut self) -> io::Result<()> {
        (self.api, self.process) = start(&mut self.command, self.pipes)?;
        Ok(())
    }

    /// The process, for signals and figures.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Waits for the process to end by itself: how it ended, and what it wrote.
    ///
    /// # Errors
    /// `TimedOut` when it does not.
    pub fn finish(self) -> io::Result<(ExitStatus, String)> {
        // Until then the Runtime API stays, as it does in Lambda.
        self.process.finish(PATIENCE)
    }

    /// Waits until the function has initialised and asks for an event.
    ///
    /// # Errors
    /// [`RuntimeError::Init`] when it reports an init error, and whatever else keeps it from asking.
    pub fn ready(&mut self) -> Result<(), RuntimeError> {
        self.api.ready(&self.process, Deadline::within(PATIENCE))
    }

    /// Hands out one event; returns the answer, and how long it took to come.
    ///
    /// # Errors
    /// When the process ends or stays silent.
    pub fn invoke(&mut self, event: &[u8]) -> Result<(Answer, Duration), RuntimeError> {
        self.api.invoke(&self.process, event, Deadline::within(PATIENCE))
    }
}

fn start(command: &mut Command, pipes: Pipes) -> io::Result<(RuntimeApi, Process)> {
    let api = RuntimeApi::start()?;
    command.env("AWS_LAMBDA_RUNTIME_API", api.address()?.to_string());
    let process = Process::spawn(command, pipes)?;
    Ok((api, process))
}
