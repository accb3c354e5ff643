use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What the guard keeps between two runs, in a parameter beside the plan's.
///
/// Everything in it may be lost or old: the guard then repeats work that can be repeated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    #[serde(default)]
    pub schema: u8,
    /// The time of the last run, in RFC 3339.
    #[serde(default)]
    pub ran: String,
    /// The version of the plan that the last run saw.
    #[serde(default)]
    pub version: u64,
    /// The last version that was announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<u64>,
    /// The reference of the last invalidation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalidated: Option<String>,
    /// The release of the ramp that the guard holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<String>,
    /// What the gate said of this release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<String>,
    /// Whether this guard asks the gate. An older one would let every step pass.
    #[serde(default)]
    pub asks_gate: bool,
    /// The fingerprint of the configuration of the last run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<String>,
    /// What the last run could not do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trouble: Vec<String>,
}

impl Memory {
    /// The number of the format.
    pub const SCHEMA: u8 = 1;
    /// The time after its last run from which on the guard counts as gone. It runs every minute.
    pub const LATE: Duration = Duration::from_secs(300);
    /// The most trouble that is kept, in lines and in characters each: the parameter holds 4,096 bytes.
    const TROUBLE: (usize, usize) = (5, 300);
    /// The most characters of the gate's words that are kept.
    const WORDS: usize = 200;

    /// The name of the parameter with the memory, for the plan in `parameter`.
    #[must_use]
    pub fn parameter(parameter: &str) -> String {
        format!("{parameter}-guard")
    }

    /// Reads it. A text that is not a memory counts as none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let memory: Self = serde_json::from_str(text).ok()?;
        (memory.schema == Self::SCHEMA).then_some(memory)
    }

    /// The text to write.
    #[must_use]
    pub fn text(&self) -> String {
        let (lines, characters) = Self::TROUBLE;
        let short = |line: &String| line.chars().take(characters).collect();
        let trouble = self.trouble.iter().take(lines).map(short).collect();
        let gate = self.gate.as_ref().map(|words| words.chars().take(Self::WORDS).collect());
        let memory = Self { schema: Self::SCHEMA, trouble, gate, ..self.clone() };
        serde_json::to_string(&memory).expect("texts and numbers are always JSON")
    }
}
