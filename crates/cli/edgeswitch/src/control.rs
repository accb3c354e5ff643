//! The parts that all commands share: they find the parameter, read and write the plan, and ask questions.

mod base;
mod clock_check;
mod config_file;
mod console;
mod everywhere;
mod fold;
mod lineage;
mod local;
mod near_label;
mod partial;
mod persist;
mod place;
mod project;
mod project_error;
mod quietly;
mod read_error;
mod refused;
mod session;
mod target;
mod update;
mod wait;
mod write;
mod write_error;
mod write_status;

pub use console::{Console, Input, WaitDisplay};
pub use partial::{Outcome, Partial};
pub use session::Session;
pub use target::{Target, Writing};

pub(crate) use console::{AskError, TerminalError};
pub(crate) use everywhere::{Order, write_everywhere};
pub(crate) use local::account;
pub(crate) use near_label::NearLabel;
pub(crate) use persist::{WaitError, persist};
pub(crate) use place::Place;
pub(crate) use project::{
    Configured, Files, Project, athena_settings, configuration, gate_settings, user_name,
};
pub(crate) use project_error::ProjectError;
pub(crate) use quietly::quietly;
pub(crate) use read_error::ReadPlanError;
pub(crate) use target::endpoint_url;
pub(crate) use update::{Updated, make_sure, question, question_followers, update};
pub(crate) use wait::wait_until;
pub(crate) use write_error::WritePlanError;
