//! What the guard does while nobody looks: an event, a plan, a time and observations become actions.
//!
//! Pure: no I/O, no clock. The caller reads the plan, the alarms and the copies, carries the actions out by the write
//! protocol, and calls again with what it finds then. Every action may be repeated: events come twice, late and out of
//! order, and two guards may run at once.
//!
//! Start reading at [`change_due`]. [`Occurrence`] is what woke the guard, [`Rollout`] what it watches, [`Judge`] who
//! says that a release is worse, [`Memory`] what it keeps between two runs.

#![allow(missing_docs, reason = "not published: a name that says everything needs no sentence")]

mod alarm;
mod alarm_judge;
mod alarm_time;
mod announcement;
mod change_due;
mod copies;
mod fingerprint;
mod memory;
mod occurrence;
mod rollout;
mod shapes;
mod switch;
mod verdict;
mod version;

pub use alarm::{AlarmSeen, AlarmState, StateError};
pub use alarm_judge::{AlarmJudge, NotThisRollout};
pub use announcement::{Announcement, DETAIL_TYPE, SOURCE, Traffic, announcements};
pub use change_due::{Due, RESERVE, WRITER, change_due, is_blind, refused_rollback, unheld};
pub use copies::{Copy, GRACE, copies_due};
pub use fingerprint::fingerprint;
pub use memory::Memory;
pub use occurrence::{NotForTheGuard, Occurrence, concerns};
pub use rollout::Rollout;
pub use switch::{Switch, last_switch};
pub use verdict::{Judge, Verdict, judge};
pub use version::Version;
