//! Changes to the plan as values: [`apply()`] takes a plan, a change and a time, and returns a new plan and its
//! effects in words.
//!
//! Pure: no I/O, no clock, no randomness. The caller reads and writes the parameter, and must check that nobody
//! else has written in between.
//!
//! Start reading at [`apply()`]. [`Document`] is the plan that it changes, [`Change`] lists the changes.

#![allow(missing_docs, reason = "not published: a name that says everything needs no sentence")]

mod apply;
mod change;
mod change_refusal;
mod contracts;
mod document;
mod draft;
mod effect;
mod fields;
mod former;
mod hold;
mod moment;
mod prune;
mod ramp;
mod releases;
mod rollout;
mod share;
mod slots;
mod summary;
mod summary_text;
mod traffic;

pub use apply::{Changed, apply};
pub use change::{Change, Context, MARGIN, NewRelease, Ramp, WayBack, When};
pub use change_refusal::{ChangeRefusal, InProgress};
pub use contracts::{Misfit, MissingStep, StepBeforeState};
pub use document::{Document, Form};
pub use effect::{Begins, Effect};
pub use hold::{After, GateTerms, Hold};
pub use moment::Moment;
pub use share::{Share, ShareError};
pub use slots::{NoIdleSlot, has_traffic, idle_slot, serving_in_slot};
pub use summary::{
    Contracts, CutOff, Draining, LastChange, LeaseSummary, Progress, ReleaseShare, Summary,
    Upcoming,
};
