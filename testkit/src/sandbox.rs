use std::io;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use tempfile::TempDir;

use crate::deadline::Deadline;
use crate::process::{Pipes, Process};
use crate::runtime_api::{Answer, RuntimeApi, RuntimeError};

/// How long a function may take for any step. After that the test fails.
const LONGEST_STEP: Duration = Duration::from_secs(20);

/// An execution environment of Lambda: a Runtime API on loopback and the process that it serves.
///
/// The environment has Lambda's variables and its own temporary folder, and nothing else.
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
    /// If the operating system refuses.
    pub fn start(mut command: Command, pipes: Pipes) -> io::Result<Self> {
        let temporary = TempDir::new()?;
        command.env("TMPDIR", temporary.path());
        let (api, process) = start(&mut command, pipes)?;
        Ok(Self { api, command, pipes, process, _temporary: temporary })
    }

    /// Replaces the process by a new one, as Lambda does after a crash.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn restart(&mut self) -> io::Result<()> {
        (self.api, self.process) = start(&mut self.command, self.pipes)?;
        Ok(())
    }

    /// The process, for signals and measurements.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// Waits until the process ends by itself. Returns its exit status and its output.
    ///
    /// # Errors
    /// `TimedOut` if it does not end.
    pub fn finish(self) -> io::Result<(ExitStatus, String)> {
        // `self` keeps the Runtime API until then, as Lambda does.
        self.process.finish(LONGEST_STEP)
    }

    /// Waits until the function has initialised and asks for an event.
    ///
    /// # Errors
    /// [`RuntimeError::Init`] if it reports an init error; another error if it ends or never asks.
    pub fn ready(&mut self) -> Result<(), RuntimeError> {
        self.api.ready(&self.process, Deadline::within(LONGEST_STEP))
    }

    /// Hands out one event. Returns the answer and the time it took.
    ///
    /// # Errors
    /// If the process ends or does not answer.
    pub fn invoke(&mut self, event: &[u8]) -> Result<(Answer, Duration), RuntimeError> {
        self.api.invoke(&self.process, event, Deadline::within(LONGEST_STEP))
    }
}

fn start(command: &mut Command, pipes: Pipes) -> io::Result<(RuntimeApi, Process)> {
    let api = RuntimeApi::start()?;
    command.env("AWS_LAMBDA_RUNTIME_API", api.address()?.to_string());
    let process = Process::spawn(command, pipes)?;
    Ok((api, process))
}
