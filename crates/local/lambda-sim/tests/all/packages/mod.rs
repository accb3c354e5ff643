//! Packages in processes: results of events, and when processes start and end.

mod environment;
mod failures;
mod instances;
mod opening;
mod world;
