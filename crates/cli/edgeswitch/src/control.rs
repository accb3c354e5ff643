//! What every command of the control program goes through: which parameter, how it is written, whom to ask.

mod base;
mod clock_check;
mod console;
mod error;
mod everywhere;
mod fold;
mod judge;
mod partial;
mod place;
mod project;
mod session;
mod target;
mod update;
mod wait;
mod way_out;
mod write;

pub use console::{Console, Input, Progress};
pub use error::ControlError;
pub use partial::{Outcome, Partial};
pub use session::Session;
pub use target::{Target, Writing};

pub(crate) use everywhere::{Order, write_everywhere};
pub(crate) use place::Place;
pub(crate) use project::{Project, configuration, user_name};
pub(crate) use update::{Updated, update};
pub(crate) use wait::wait_until;
