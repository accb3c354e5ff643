use std::collections::BTreeMap;

use edge_config::Config;
use serde_json::Value;

use crate::source::Source;

/// The answer to one read.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    Known(Value),
    /// It does not exist: AWS's message.
    Missing(String),
    /// It could not be read: AWS's message.
    Refused(String),
    /// Nobody asked.
    NotAsked,
}

/// Everything that was read, and the project's configuration if it is known.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    pub config: Option<Config>,
    reads: BTreeMap<Source, Read>,
}

impl Read {
    /// Reads AWS's error message: some errors say that there is no such thing.
    #[must_use]
    pub fn from_error(message: &str) -> Self {
        let absent = ["NotFound", "NoSuch"];
        if absent.iter().any(|word| message.contains(word)) {
            Self::Missing(message.into())
        } else {
            Self::Refused(message.into())
        }
    }
}

impl Snapshot {
    #[must_use]
    pub fn new(config: Option<Config>) -> Self {
        Self { config, reads: BTreeMap::new() }
    }

    /// Adds an answer. Policy documents that AWS prints as a text become JSON.
    pub fn insert(&mut self, source: Source, read: Read) {
        let read = match read {
            Read::Known(mut value) => {
                for key in ["/Policy", "/Role/AssumeRolePolicyDocument"] {
                    if let Some(document) = value.pointer_mut(key) {
                        open(document);
                    }
                }
                Read::Known(value)
            }
            Read::Missing(_) | Read::Refused(_) | Read::NotAsked => read,
        };
        self.reads.insert(source, read);
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
