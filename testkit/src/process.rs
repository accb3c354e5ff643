use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{OFlags, fcntl_setfl};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, kill_process_group, pidfd_open};

use crate::deadline::Deadline;

/// Where a process's standard output and standard error go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipes {
    /// Both to one pipe, whose content is kept.
    Kept,
    /// The same, in the non-blocking mode that a Node.js parent can leave behind.
    KeptNonBlocking,
    /// To `/dev/null`.
    Discarded,
}

/// A child process in its own process group. The whole group is killed on drop.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pid: Pid,
    end: OwnedFd,
    output: Option<JoinHandle<io::Result<Vec<u8>>>>,
}

impl Process {
    /// Starts `command`. The same command can be started again later.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn spawn(command: &mut Command, pipes: Pipes) -> io::Result<Self> {
        let output = connect(command, pipes)?;
        let child = command.stdin(Stdio::null()).process_group(0).spawn()?;
        // The command still holds ends of the pipe, which would keep it open.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let pid = Pid::from_child(&child);
        let end = pidfd_open(pid, PidfdFlags::empty())?;
        Ok(Self { child, pid, end, output })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Readable once the process has ended.
    pub(crate) fn end(&self) -> &OwnedFd {
        &self.end
    }

    /// Sends a signal to the process, and only to it.
    ///
    /// # Errors
    /// If somebody has already waited for the process.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        Ok(kill_process(self.pid, signal)?)
    }

    /// Whether it ends within `time`.
    ///
    /// # Errors
    /// If the operating system refuses to wait.
    pub fn ends_within(&self, time: Duration) -> io::Result<bool> {
        let mut end = [PollFd::new(&self.end, PollFlags::IN)];
        Ok(poll(&mut end, Some(&Deadline::within(time).remaining()))? > 0)
    }

    /// Waits until the process ends. Returns its exit status and its output.
    ///
    /// # Errors
    /// `TimedOut` if it is still running after that time.
    pub fn finish(mut self, within: Duration) -> io::Result<(ExitStatus, String)> {
        if !self.ends_within(within)? {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "the process is still running"));
        }
        let status = self.child.wait()?;
        let bytes = match self.output.take() {
            Some(output) => {
                output.join().map_err(|_| io::Error::other("the reader panicked"))??
            }
            None => Vec::new(),
        };
        Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only if the process has already ended.
        let _ = kill_process_group(self.pid, Signal::KILL);
        let _ = self.child.wait();
    }
}

fn connect(
    command: &mut Command,
    pipes: Pipes,
) -> io::Result<Option<JoinHandle<io::Result<Vec<u8>>>>> {
    let flags = match pipes {
        Pipes::Discarded => {
            command.stdout(Stdio::null()).stderr(Stdio::null());
            return Ok(None);
        }
        Pipes::Kept => OFlags::empty(),
        Pipes::KeptNonBlocking => OFlags::NONBLOCK,
    };
    let (mut reader, writer) = io::pipe()?;
    fcntl_setfl(&writer, flags)?;
    command.stdout(writer.try_clone()?).stderr(writer);
    Ok(Some(thread::spawn(move || {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map(|_| bytes)
    })))
}
