//! The wire format of the plan, the parameter that holds it, and how often it is read.
//!
//! This crate turns text into a checked [`routing_core::Plan`] and back. It does not read the
//! parameter; `plan-store` does.
//!
//! Start reading at [`parse`].

mod allow;
mod bare;
mod contract;
mod error;
mod former;
mod ordered;
mod parameter;
mod refresh;
mod release_defaults;
mod weight;
mod whole;
mod wire;

pub use allow::Allow;
pub use bare::{PrefixTemplate, PrefixTemplateError};
pub use contract::{StateName, StateNameError, Versions, VersionsError};
pub use error::{MAX_PLAN_BYTES, PlanProblem};
pub use parameter::Parameter;
pub use refresh::Refresh;
pub use release_defaults::{ReleaseDefaults, Slot};
pub use wire::{parse, parse_any_size, to_json};
