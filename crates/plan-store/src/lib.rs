//! Where the plan comes from: its wire format, the stores, and the cell that keeps the last good one.
//!
//! Turns the text of a parameter into a checked [`routing_core::Plan`], and keeps it fresh within a
//! time budget. It decides nothing about traffic: that is `routing-core`'s.
//!
//! Start reading at [`PlanCell`].

mod bare;
mod cell;
mod clock;
mod error;
mod file;
mod flight;
mod jitter;
mod memory;
mod ordered;
#[cfg(feature = "ssm")]
mod region;
mod rung;
mod settings;
#[cfg(feature = "ssm")]
mod ssm;
#[cfg(feature = "ssm")]
mod ssm_error;
mod state;
mod store;
mod weight;
mod whole;
mod wire;

pub use bare::{PrefixTemplate, PrefixTemplateError};
pub use cell::{PlanCell, Snapshot};
pub use clock::{Clock, ManualClock, SystemClock, random_seed};
pub use error::{MAX_PLAN_BYTES, PlanProblem};
pub use file::FileStore;
pub use memory::MemoryStore;
#[cfg(feature = "ssm")]
pub use region::nearest_region;
pub use rung::Rung;
pub use settings::{Parameter, Refresh, Settings};
#[cfg(feature = "ssm")]
pub use ssm::{SsmStore, running_region};
pub use store::{Fetch, PlanStore, StoreError, StoreErrorKind};
pub use wire::{parse, parse_any_size, to_json};
