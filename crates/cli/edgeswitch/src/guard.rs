//! The guard: it watches releases while nobody looks.
//!
//! `guard-rules` says what is due. Here it is read, carried out by the write protocol, and remembered.

mod announce;
#[cfg(feature = "dev")]
mod beside_dev;
mod compare;
mod context;
mod copy;
mod guard_run;
mod invalidate;
mod keep;
mod memory;
mod unattended;
mod watch;

pub use guard_run::GuardRun;
pub use unattended::{Invoked, Unattended};

#[cfg(feature = "dev")]
pub(crate) use beside_dev::BesideDev;
pub(crate) use guard_run::{Intent, Woken, guard_run, woken};
