use override_token::Keys;
use plan_format::{Allow, Parameter, Refresh, ReleaseDefaults};
use routing_core::{Plan, Rules};
use serde_json::Value;

use crate::error::ConfigError;
use crate::observe::Observe;
use crate::toml_as_json::toml_as_json;
use crate::wire::{self, Wire, fallback_text};
use crate::{check, known_keys};

/// The longest that the release cookie may live: 30 days, in seconds.
pub const MAX_COOKIE_AGE: u32 = 2_592_000;

/// The checked configuration: everything that is fixed when a package is built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The application's name; for people and logs.
    pub name: String,
    /// The distribution that the control program works on.
    pub distribution_id: Option<String>,
    /// The bucket that holds the releases; for the control program.
    pub bucket: Option<String>,
    /// Where the plan is.
    pub parameter: Parameter,
    /// How fresh the plan is kept.
    pub refresh: Refresh,
    /// The rules that decide a request together with the plan.
    pub rules: Rules,
    /// How long the release cookie lives, in seconds, 0 to [`MAX_COOKIE_AGE`]; 0 makes a session cookie.
    pub cookie_max_age: u32,
    /// The public keys of override tokens; without any, no token is valid.
    pub keys: Keys,
    /// Whether responses carry `x-release`.
    pub release_header: ReleaseHeader,
    /// What the functions do so that access logs name releases.
    pub observe: Observe,
    /// The prefix and the origins of releases for which a plan does not write them out.
    pub release_defaults: ReleaseDefaults,
    /// The limits for every plan.
    pub allow: Allow,
    /// The plan to use while none can be read: the last one known when the package was built.
    pub fallback: Option<Plan>,
}

/// Whether responses carry `x-release: <release>; <reason>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseHeader {
    /// They do.
    On,
    /// They do not.
    Off,
}

impl Config {
    /// Reads `edgeswitch.toml`.
    ///
    /// # Errors
    /// The first [`ConfigError`] found: it names the key, the value and what is allowed.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        Self::from_json(&toml_as_json(text)?)
    }

    /// Reads `edgeswitch.json`, as [`to_json`](Self::to_json) writes it.
    ///
    /// # Errors
    /// The first [`ConfigError`] found: it names the key, the value and what is allowed.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        let syntax = |error: serde_json::Error| ConfigError::Syntax(error.to_string());
        let value: Value = serde_json::from_str(text).map_err(syntax)?;
        known_keys::check(&value)?;
        let wire = wire::read(value)?;
        check::config(wire, fallback_text(text).as_deref())
    }

    /// Writes `edgeswitch.json`: every key, always in the same order, defaults included.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(&Wire::from(self))
            .expect("strings, numbers and lists are always JSON")
    }
}
