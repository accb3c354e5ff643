use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::tail::Tail;
use crate::hooks::HookFacts;

/// How long the output of a program that has ended is read. A process that it left behind may keep it open.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Runs a program without a shell. On a time-out it ends, with the processes that it started.
///
/// # Errors
/// The reason, with the end of its output.
pub(super) async fn run(
    words: &[String],
    allowed: Duration,
    facts: &HookFacts,
) -> Result<(), String> {
    let [program, arguments @ ..] = words else { return Err("no program is named".into()) };
    let mut command = Command::new(program);
    command.args(arguments).envs(facts.environment()).process_group(0).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("`{program}`: {error}"))?;
    let mut group = Group::of(&child);
    let tail = Tail::default();
    let ended = timeout(allowed, end(&mut child, &tail)).await;
    if ended.is_ok() {
        // Its number may belong to another program by now.
        group.0 = None;
    }
    drop(group);
    match ended {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(match status.code() {
            Some(code) => tail.explain(&format!("exit code {code}")),
            None => tail.explain("ended by a signal"),
        }),
        Ok(Err(error)) => Err(tail.explain(&error.to_string())),
        Err(_) => Err(tail.explain(&format!("not finished after {} s", allowed.as_secs()))),
    }
}

async fn end(child: &mut Child, tail: &Tail) -> std::io::Result<std::process::ExitStatus> {
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let reading = async { tokio::join!(tail.read(out), tail.read(err)) };
    tokio::pin!(reading);
    tokio::select! {
        status = child.wait() => {
            let _ = timeout(LAST_WORDS, reading).await;
            status
        }
        _ = &mut reading => child.wait().await,
    }
}

/// The processes of a program that has not ended. They end with this value.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // If all of them have ended, there is no such group.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}
