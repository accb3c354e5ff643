//! Reads the plan from SSM Parameter Store: from the nearest Region first, from the home Region if that fails.
//!
//! No other crate at the edge uses AWS's SDK.
//!
//! Start reading at [`SsmStore`].

mod region;
mod ssm;
mod ssm_error;

pub use region::nearest_region;
pub use ssm::{SsmStore, running_region};
