use std::str::FromStr;
use std::{env, fs};

/// A number that sets how much is measured, from an environment variable.
///
/// # Errors
/// If the variable is no such number.
pub fn number<T: FromStr>(variable: &str, default: T) -> Result<T, T::Err> {
    env::var(variable).map_or(Ok(default), |value| value.parse())
}

/// The control program that `make bench` builds, unless `EDGESWITCH` names another.
#[must_use]
pub fn edgeswitch() -> String {
    let built = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/edgeswitch");
    env::var("EDGESWITCH").unwrap_or_else(|_| built.into())
}

/// The largest resident set of a process since its last exec, in bytes. `None` if the process has ended.
#[must_use]
pub fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kibibytes * 1024)
}
