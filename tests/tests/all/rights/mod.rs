//! The policies of `deploy/iam`, enforced: each command runs with exactly the actions of its policy, and the policy
//! has no action that no command asks for.
//!
//! Needs `make setup`.
mod balancer;
mod deployer;
mod doctor;
mod followers;
pub(crate) mod granted;
mod guard;
mod observe;
mod pipeline;
