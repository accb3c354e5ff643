use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::error::ConfigError;
use crate::toml_as_json::toml_as_json;
use crate::whole::{Whole, within};
use crate::{known_keys, wire};

/// The longest that a hook may run: an hour, as in CodeDeploy (page `reference-appspec-file-structure-hooks` of its
/// guide).
const MAX_TIMEOUT: u32 = 3600;
/// How long a hook may run if the file does not say it.
const TIMEOUT: u32 = 300;

/// The tables `[hooks.…]` of `edgeswitch.toml`: what runs beside a change of the traffic.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hooks {
    /// Before a release gets its first traffic, and before the plan is written.
    pub before_traffic: Option<Hook>,
    /// After each step of a ramp, and when a canary has its share.
    pub after_step: Option<Hook>,
    /// When a release has all traffic.
    pub after_traffic: Option<Hook>,
    /// After a rollback.
    pub on_rollback: Option<Hook>,
}

/// A program or a function that validates a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// What runs.
    pub action: HookAction,
    /// How long it may run, 1 to 3600 seconds.
    pub timeout: Duration,
    /// What its failure means for the change.
    pub on_failure: OnFailure,
}

/// What a hook runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookAction {
    /// A program and its arguments, without a shell.
    Command(Vec<String>),
    /// A Lambda function.
    Function {
        /// Its name or ARN.
        name: String,
        /// Its Region; `None` for the plan's home Region.
        region: Option<String>,
    },
}

/// What happens if a hook fails or runs too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// The command ends, and the traffic stays as it is.
    Stop,
    /// The change is taken back.
    RollBack,
}

impl Hooks {
    /// Reads the tables `[hooks.…]` of `edgeswitch.toml`.
    ///
    /// # Errors
    /// The first [`ConfigError`] found: it names the key, the value and what is allowed.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let syntax = |error: serde_json::Error| ConfigError::Syntax(error.to_string());
        let document: Value = serde_json::from_str(&toml_as_json(text)?).map_err(syntax)?;
        known_keys::check(&document)?;
        let WireHooks { before_traffic, after_step, after_traffic, on_rollback } =
            wire::read::<WireFile>(document)?.hooks;
        let read = |key: &str, hook: Option<WireHook>, default| {
            hook.map(|hook| hook.check(&format!("hooks.{key}"), default)).transpose()
        };
        Ok(Self {
            before_traffic: read("before-traffic", before_traffic, Fixed(OnFailure::Stop))?,
            after_step: read("after-step", after_step, Open(OnFailure::RollBack))?,
            after_traffic: read("after-traffic", after_traffic, Open(OnFailure::RollBack))?,
            on_rollback: read("on-rollback", on_rollback, Fixed(OnFailure::Stop))?,
        })
    }

    /// Whether the file has no hook.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a failure means if the file does not say it.
enum Choice {
    /// The file may say something else.
    Open(OnFailure),
    /// There is nothing to take back.
    Fixed(OnFailure),
}

use Choice::{Fixed, Open};

/// The file as written.
#[derive(Deserialize)]
struct WireFile {
    #[serde(default)]
    hooks: WireHooks,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct WireHooks {
    before_traffic: Option<WireHook>,
    after_step: Option<WireHook>,
    after_traffic: Option<WireHook>,
    on_rollback: Option<WireHook>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireHook {
    command: Option<Vec<String>>,
    function: Option<String>,
    region: Option<String>,
    timeout_seconds: Option<Whole>,
    on_failure: Option<OnFailure>,
}

impl WireHook {
    fn check(self, key: &str, choice: Choice) -> Result<Hook, ConfigError> {
        let Self { command, function, region, timeout_seconds, on_failure } = self;
        let action = match (command, function) {
            (Some(command), None) if command.first().is_some_and(|program| !program.is_empty()) => {
                HookAction::Command(command)
            }
            (Some(_), None) => {
                let problem =
                    "is empty: allowed is a program with its arguments, such as [\"./smoke.sh\"]";
                return Err(ConfigError::value(format!("{key}.command"), problem));
            }
            (None, Some(name)) => HookAction::Function { name, region: region.clone() },
            (Some(_), Some(_)) | (None, None) => {
                return Err(ConfigError::value(key, "must have one of `command` and `function`"));
            }
        };
        if region.is_some() && matches!(action, HookAction::Command(_)) {
            let problem = "belongs to a hook with `function`";
            return Err(ConfigError::value(format!("{key}.region"), problem));
        }
        let timeout = match timeout_seconds {
            Some(seconds) => within(&format!("{key}.timeout_seconds"), seconds, 1, MAX_TIMEOUT)?,
            None => TIMEOUT,
        };
        let on_failure = match (choice, on_failure) {
            (Fixed(_), Some(OnFailure::RollBack)) => {
                let problem = "`roll-back` is not possible: there is nothing to take back";
                return Err(ConfigError::value(format!("{key}.on_failure"), problem));
            }
            (Open(default) | Fixed(default), said) => said.unwrap_or(default),
        };
        Ok(Hook { action, timeout: Duration::from_secs(timeout.into()), on_failure })
    }
}
