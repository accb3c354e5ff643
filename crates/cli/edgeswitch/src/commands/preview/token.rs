use std::env;
use std::path::Path;

use edge_config::Config;
use edge_time::Timestamp;
use override_token::{Claims, SigningKey};
use routing_core::{OverridePolicy, ReleaseId, Rules};

use super::KeyError;
use super::key_file::{KeyFile, default_path};

/// The environment variable with the text of a key file, for pipelines that store it as a secret.
const VARIABLE: &str = "EDGESWITCH_PREVIEW_KEY";

/// The way in which an override names its release.
pub(crate) enum Overriding {
    /// In a token, signed with this key.
    Signed(SigningKey),
    /// As a plain id.
    BareId,
}

/// The value of an override cookie and of the query parameter in a preview link.
pub(crate) struct Token {
    pub(crate) text: String,
    /// `None` if it does not expire.
    pub(crate) expires: Option<Timestamp>,
}

impl Overriding {
    /// Chooses the way that the configuration allows. Without a configuration, a key is required.
    pub(crate) fn find(
        config: Option<&Config>,
        path: Option<&Path>,
        now: Timestamp,
    ) -> Result<Self, KeyError> {
        let policy = config.map_or(Rules::default().override_policy, policy);
        if policy == OverridePolicy::Off {
            return Err(KeyError::Off);
        }
        match key(path, config, now)? {
            Some(key) => Ok(Self::Signed(key)),
            None if policy == OverridePolicy::KnownRelease => Ok(Self::BareId),
            None => Err(KeyError::NoKey(path.map_or_else(default_path, Into::into))),
        }
    }

    /// A token for a release. With a `host`, it is valid only for that host. It expires at a whole second.
    pub(crate) fn token(&self, id: &ReleaseId, until: Timestamp, host: Option<&str>) -> Token {
        let expires = until.floor_second();
        match self {
            Self::Signed(key) => {
                let host = host.map(ToOwned::to_owned);
                let text =
                    key.sign(&Claims { release: id.clone(), expires, host, not_before: None });
                Token { text, expires: Some(expires) }
            }
            Self::BareId => Token { text: id.to_string(), expires: None },
        }
    }
}

fn policy(config: &Config) -> OverridePolicy {
    config.rules.override_policy
}

/// A file that is named on the command line must exist.
fn key(
    path: Option<&Path>,
    config: Option<&Config>,
    now: Timestamp,
) -> Result<Option<SigningKey>, KeyError> {
    let (file, place) = match (path, env::var(VARIABLE)) {
        (Some(path), _) => {
            let file = KeyFile::read(path)?.ok_or_else(|| KeyError::NoKey(path.into()))?;
            (Some(file), path.display().to_string())
        }
        (None, Ok(text)) => (Some(KeyFile::parse(&text, VARIABLE)?), VARIABLE.into()),
        (None, Err(_)) => (KeyFile::read(&default_path())?, default_path().display().to_string()),
    };
    file.map(|file| usable(file, &place, config, now)).transpose()
}

/// Refuses an expired key, and a key whose public half is not in the configuration.
fn usable(
    file: KeyFile,
    place: &str,
    config: Option<&Config>,
    now: Timestamp,
) -> Result<SigningKey, KeyError> {
    let KeyFile { key, expires } = file;
    if expires <= now {
        return Err(KeyError::Expired {
            place: place.into(),
            ended: expires.floor_second().to_string(),
        });
    }
    let public = key.public();
    match config {
        Some(config) if !config.keys.as_slice().contains(&public) => {
            Err(KeyError::NotTrusted { place: place.into(), public_key: public.to_string() })
        }
        Some(_) | None => Ok(key),
    }
}
