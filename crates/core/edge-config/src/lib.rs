//! Reads and checks the configuration of edgeswitch.
//!
//! People write `edgeswitch.toml`. The packages carry the same keys as `edgeswitch.json`. This crate
//! reads no files, environment variables or parameters: it takes text and returns values.
//!
//! Start reading at [`Config`].

mod athena;
mod check;
mod config;
mod dev;
mod error;
mod followers;
mod gate;
mod hooks;
mod known_keys;
mod names;
mod observe;
mod origins;
mod toml_as_json;
mod whole;
mod wire;
mod write;

pub use athena::Athena;
pub use config::{Config, MAX_COOKIE_AGE, ReleaseHeader};
pub use dev::{Dev, MAX_ALARMS, MAX_EDGES, MissingObject};
pub use error::ConfigError;
pub use followers::{
    Follower, LoadBalancer, MAX_TARGET_GROUPS, Place, RecordType, Records, Resource, Stickiness,
};
pub use gate::Gate;
pub use hooks::{Hook, HookAction, Hooks, OnFailure};
pub use observe::{Label, Observe};
