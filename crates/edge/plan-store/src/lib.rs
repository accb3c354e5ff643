//! Keeps the last good plan, and refreshes it in the background within a time budget.
//!
//! It decides nothing about traffic: `routing-core` does. It has the trait of a store and a store in
//! memory; `plan-store-ssm` has the store that reads Parameter Store.
//!
//! Start reading at [`PlanCell`].

mod attempt;
mod cell;
mod freshness;
mod jitter;
mod memory;
mod seed;
mod settings;
mod state;
mod store;

pub use cell::{PlanCell, Snapshot};
pub use freshness::Freshness;
pub use memory::MemoryStore;
pub use seed::random_seed;
pub use settings::Settings;
pub use store::{Fetch, PlanStore, StoreError, StoreErrorKind};
