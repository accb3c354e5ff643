//! Reads the plan from SSM Parameter Store: the nearest Region first, the home Region when that fails.
//!
//! The only crate at the edge that names AWS's SDK.
//!
//! Start reading at [`SsmStore`].

mod region;
mod ssm;
mod ssm_error;

pub use region::nearest_region;
pub use ssm::{SsmStore, running_region};
