//! `edgeswitch deploy` and `edgeswitch destroy` as processes, against ministack's version of AWS's APIs and a Lambda that runs
//! the real packages under AWS's own runtime clients.
//!
//! Needs `make setup` and `make package`.

mod destroyed;
mod golden;
mod interrupted;
mod new;
mod policies;
mod standings;
mod trial;
mod yard;
