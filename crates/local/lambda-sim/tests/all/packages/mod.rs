//! Packages in processes: what an event comes to, and when processes start and end.

mod environment;
mod failures;
mod instances;
mod opening;
mod world;
