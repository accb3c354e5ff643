use std::fs;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::placed::Placed;

/// How long to retry while a newly unpacked binary is still open for writing.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);

/// A child process in its own process group. Dropping it kills the group.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
}

/// Whose lines are logged.
#[derive(Debug, Clone)]
pub(crate) struct LogContext {
    pub(crate) placed: Placed,
    pub(crate) instance: u32,
}

impl LogContext {
    /// Logs a line that the function printed, or a line about it.
    pub(crate) fn log(&self, line: &str) {
        self.placed.log(self.instance, line);
    }
}

impl Process {
    /// Starts `command`, and logs its output line by line.
    pub(crate) async fn spawn(mut command: Command, context: &LogContext) -> io::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0).kill_on_drop(true);
        let mut child = start(&mut command).await?;
        if let Some(output) = child.stdout.take() {
            tokio::spawn(log_lines(output, context.clone()));
        }
        if let Some(output) = child.stderr.take() {
            tokio::spawn(log_lines(output, context.clone()));
        }
        Ok(Self { child })
    }

    /// Waits until the process has ended.
    pub(crate) async fn end(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    pub(crate) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The peak memory so far, in bytes; `None` once the process has ended.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kibibytes * 1024)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let group = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        if let Some(group) = group {
            // This fails only if the whole group has already ended.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// Retries while the binary is busy: when another thread forks at this time, its child briefly inherits the
/// handle with which the binary was written.
async fn start(command: &mut Command) -> io::Result<Child> {
    let started = async {
        loop {
            match command.spawn() {
                Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                spawned => return spawned,
            }
        }
    };
    let busy = || io::ErrorKind::ExecutableFileBusy.into();
    timeout(BUSY_TIMEOUT, started).await.unwrap_or_else(|_| Err(busy()))
}

async fn log_lines(output: impl AsyncRead + Unpin, context: LogContext) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    // A read error means that the process has ended.
    while matches!(output.read_until(b'\n', &mut line).await, Ok(1..)) {
        context.log(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
}
