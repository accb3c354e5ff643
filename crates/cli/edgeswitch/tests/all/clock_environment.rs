//! A program that is started with an empty environment still sees the clock and the time zone of its test.

use std::env;
use std::ffi::OsString;

/// The variables that fake the clock or set the time zone.
pub(crate) fn clock_environment() -> impl Iterator<Item = (OsString, OsString)> {
    env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_of_the_clock))
}

fn is_of_the_clock(name: &str) -> bool {
    ["LD_PRELOAD", "TZ"].contains(&name) || name.starts_with("FAKETIME")
}
