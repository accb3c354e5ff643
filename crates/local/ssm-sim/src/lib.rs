//! A Parameter Store on loopback, with versions, the real error types and faults on request.
//!
//! Holds parameters of type `String` in the standard tier, one set for each Region, in memory or in a file
//! that survives restarts. It checks no signatures and no permissions, and answers what it does not model
//! with an error that says so.
//!
//! Start reading at [`ParameterStore`]. [`SimulatedParameter`] gives it to functions in the same process,
//! [`Endpoint`] to any AWS SDK.

mod account;
mod endpoint;
mod error;
mod exchange;
mod fault;
mod guard;
mod name;
mod operation;
mod page;
mod parameter;
mod put;
mod state;
mod state_file;
mod store;

pub use endpoint::Endpoint;
pub use error::{ErrorCode, ServiceError, SsmError};
pub use fault::{ActiveFault, Extent, Fault, FaultSwitch, Faults};
pub use page::{HistoryPage, MAX_RESULTS, Page};
pub use parameter::Parameter;
pub use put::{MAX_VALUE_BYTES, Put};
pub use state::MAX_VERSIONS;
pub use state_file::OpenError;
pub use store::{ACCOUNT_ID, HOME_REGION, ParameterStore};
