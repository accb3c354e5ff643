//! Load balancers and DNS records follow the plan: the control program as a process, against moto's load balancers
//! and ministack's Route 53.
//!
//! Needs `make setup`.
mod balancer;
mod balancing;
mod records;
pub(crate) mod zone;
