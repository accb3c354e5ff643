//! `deploy/cloudformation` and `deploy/iam` agree with the functions, the configuration and each other, and
//! CloudFormation makes of the templates what docs/packages.md describes.
//!
//! What needs `make setup` is ignored.
mod attached;
mod cargo_lambda;
pub(crate) mod created;
pub(crate) mod examined;
mod guard;
mod headers;
mod imported;
mod permissions;
pub(crate) mod site;
pub(crate) mod stack;
pub(crate) mod template;
