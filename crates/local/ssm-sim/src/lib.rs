//! A Parameter Store on loopback, with versions, AWS's error types, and faults that tests switch on.
//!
//! It holds parameters of type `String` in the standard tier, separately for each Region, in memory or in a
//! file that survives restarts. It does not check signatures or permissions. For a feature that it does not
//! model it answers with an error that says so.
//!
//! Start reading at [`ParameterStore`]. [`Endpoint`] serves it to any AWS SDK.

mod account;
mod endpoint;
mod error;
mod fault;
mod http;
mod label;
mod name;
mod operation;
mod page;
mod parameter_version;
mod put;
mod refuse_browsers;
mod state;
mod state_file;
mod store;

pub use endpoint::{BoundEndpoint, Endpoint};
pub use error::{ErrorCode, ServiceError, SsmError};
pub use fault::{ActiveFault, Extent, Fault, FaultSwitch, Faults};
pub use page::{HistoryPage, MAX_RESULTS, Page};
pub use parameter_version::ParameterVersion;
pub use put::{MAX_VALUE_BYTES, Put};
pub use state::MAX_VERSIONS;
pub use state_file::OpenError;
pub use store::{ACCOUNT_ID, HOME_REGION, ParameterStore};
