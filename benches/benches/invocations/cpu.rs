use std::time::Duration;

use anyhow::Result;
use nix::time::ClockId;
use nix::unistd::Pid;

/// The CPU time of a process since it was forked, with the threads that have ended.
pub(crate) fn cpu_time(process: u32) -> Result<Duration> {
    let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(process.try_into()?))?;
    Ok(clock.now()?.into())
}
