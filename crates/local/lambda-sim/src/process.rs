use std::fs;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use edge_event::Trigger;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long a binary that was just unpacked may count as open for writing.
const BUSY: Duration = Duration::from_millis(500);

/// A child process in a process group of its own; all of the group is killed on drop.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
}

/// Whose lines they are.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) trigger: Trigger,
    pub(crate) edge: String,
    pub(crate) instance: u32,
}

impl Source {
    /// Logs a line of the function, or about it.
    pub(crate) fn log(&self, line: &str) {
        let Self { trigger, edge, instance } = self;
        tracing::info!(target: "function", %trigger, edge, instance, "{line}");
    }
}

impl Process {
    /// Starts `command`; what it prints is logged line by line.
    pub(crate) async fn spawn(mut command: Command, source: &Source) -> io::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.process_group(0).kill_on_drop(true);
        let mut child = start(&mut command).await?;
        if let Some(output) = child.stdout.take() {
            tokio::spawn(log_lines(output, source.clone()));
        }
        if let Some(output) = child.stderr.take() {
            tokio::spawn(log_lines(output, source.clone()));
        }
        Ok(Self { child })
    }

    /// Waits for its end.
    pub(crate) async fn end(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Whether it runs.
    pub(crate) fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The most memory that it had so far, in bytes; `None` once it has ended.
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
            // It fails only when there is nothing left to end.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// Waits while some other thread that starts a process right now has inherited the binary, open for
/// writing.
async fn start(command: &mut Command) -> io::Result<Child> {
    let free = async {
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
    timeout(BUSY, free).await.unwrap_or_else(|_| Err(busy()))
}

async fn log_lines(output: impl AsyncRead + Unpin, source: Source) {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    // A pipe that breaks is one whose process has ended.
    while matches!(output.read_until(b'\n', &mut line).await, Ok(1..)) {
        source.log(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
}
