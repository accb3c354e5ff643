//! Load balancers and DNS records follow the plan: the control program as a process, against moto's load balancers
//! and ministack's Route 53.
//!
//! Needs `make setup`.
mod balancer;
pub(crate) mod balancing;
mod faults;
mod interrupted;
mod plans;
mod races;
mod records;
mod refused;
mod site;
pub(crate) mod zone;
