use std::collections::BTreeMap;

use edge_config::{Config, Follower, Gate};
use serde_json::Value;

use crate::secrets::remove_secrets;
use crate::source::Source;
use crate::view::View;

/// The answer to one read.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    Known(Value),
    /// It does not exist: AWS's message.
    Missing(String),
    /// It could not be read: AWS's message.
    Refused(String),
    /// An origin does not answer to this machine. It may let only CloudFront in.
    OutOfReach(String),
    /// Nobody asked.
    NotAsked,
}

/// Everything that was read, and the project's configuration if it is known.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    pub config: Option<Config>,
    /// The load balancers and records that follow the plan.
    pub followers: Vec<Follower>,
    /// How the gate reads access logs, and where.
    pub gate: Gate,
    /// The fingerprint of the project's configuration. Without it, the guard is not looked at.
    pub fingerprint: Option<String>,
    /// The distribution, if it is not that of the configuration.
    pub distribution_id: Option<String>,
    reads: BTreeMap<Source, Read>,
}

/// The beginning of a message about an origin that does not answer.
const OUT_OF_REACH: &str = "out of reach";

impl Read {
    /// Reads AWS's error message: some errors say that there is no such thing.
    #[must_use]
    pub fn from_error(message: &str) -> Self {
        let absent = ["NotFound", "NoSuch"];
        if message.starts_with(OUT_OF_REACH) {
            Self::OutOfReach(message.into())
        } else if absent.iter().any(|word| message.contains(word)) {
            Self::Missing(message.into())
        } else {
            Self::Refused(message.into())
        }
    }

    /// An origin does not answer: the reason.
    #[must_use]
    pub fn out_of_reach(reason: &str) -> Self {
        Self::OutOfReach(format!("{OUT_OF_REACH}: {reason}"))
    }

    /// The message in place of an answer. [`Read::from_error`] reads it.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match self {
            Self::Missing(message) | Self::Refused(message) | Self::OutOfReach(message) => {
                Some(message)
            }
            Self::Known(_) | Self::NotAsked => None,
        }
    }
}

impl Snapshot {
    #[must_use]
    pub fn new(config: Option<Config>) -> Self {
        Self { config, ..Self::default() }
    }

    /// Adds an answer. Policy documents that AWS prints as a text become JSON, and secrets are removed: neither
    /// a report nor a saved answer shows them.
    pub fn insert(&mut self, source: Source, read: Read) {
        let read = match read {
            Read::Known(mut value) => {
                for key in ["/Policy", "/Role/AssumeRolePolicyDocument"] {
                    if let Some(document) = value.pointer_mut(key) {
                        open(document);
                    }
                }
                remove_secrets(&source, &mut value);
                Read::Known(value)
            }
            Read::Missing(_) | Read::Refused(_) | Read::OutOfReach(_) | Read::NotAsked => read,
        };
        self.reads.insert(source, read);
    }

    /// Whether there is a distribution to examine. A project of followers alone has none.
    #[must_use]
    pub fn has_distribution(&self) -> bool {
        self.asked_id().is_some() || self.followers.is_empty() || View::new(self).is_some()
    }

    /// The answers, in the order of their files.
    pub fn reads(&self) -> impl Iterator<Item = (&Source, &Read)> {
        self.reads.iter()
    }

    pub(crate) fn find(&self, source: &Source) -> Option<(&Source, &Read)> {
        self.reads.get_key_value(source)
    }
}

/// Replaces a text that is JSON by its value.
fn open(document: &mut Value) {
    let parsed = document.as_str().and_then(|text| serde_json::from_str(text).ok());
    if let Some(parsed) = parsed {
        *document = parsed;
    }
}
