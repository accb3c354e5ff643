//! The configuration file of edgeswitch: what people write, checked into what the edge reads.
//!
//! People write `edgeswitch.toml`; the packages carry the same shape as `edgeswitch.json`. It reads no
//! files, variables or parameters: text in, values out.
//!
//! Start reading at [`Config`].

mod check;
mod config;
mod dev;
mod error;
mod known_keys;
mod names;
mod origins;
mod toml_as_json;
mod whole;
mod wire;
mod write;

pub use config::{Config, MAX_COOKIE_AGE, ReleaseHeader, Slot};
pub use dev::{Dev, MAX_EDGES, MissingObject};
pub use error::ConfigError;
