//! Keeps the last good plan, and refreshes it beside the requests within a time budget.
//!
//! It decides nothing about traffic: that is `routing-core`'s. The store that reads the parameter is
//! `plan-store-ssm`'s; here are the trait and a store in memory.
//!
//! Start reading at [`PlanCell`].

mod cell;
mod flight;
mod jitter;
mod memory;
mod rung;
mod seed;
mod settings;
mod state;
mod store;

pub use cell::{PlanCell, Snapshot};
pub use memory::MemoryStore;
pub use rung::Rung;
pub use seed::random_seed;
pub use settings::Settings;
pub use store::{Fetch, PlanStore, StoreError, StoreErrorKind};
