//! Packages in processes: what an event comes to, and when processes start and end.
#![expect(clippy::unwrap_used, reason = "what surrounds a test fails it as well")]
#![expect(clippy::panic, reason = "what surrounds a test fails it as well")]
#![expect(clippy::indexing_slicing, reason = "what surrounds a test fails it as well")]

mod environment;
mod failures;
mod instances;
mod opening;
mod world;
