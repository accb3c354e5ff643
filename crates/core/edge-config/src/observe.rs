use serde::{Deserialize, Serialize};

use crate::error::ConfigError;
use crate::names;

/// What the functions do so that access logs name releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observe {
    /// Whether objects of the bucket carry their release.
    pub label: Label,
    /// The path where viewer-request answers beacons.
    pub beacon: Option<String>,
}

/// Whether the Content-Type of the bucket's objects names their release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// It does.
    On,
    /// It does not.
    Off,
}

/// `[observe]` as written.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct WireObserve {
    label: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    beacon: Option<String>,
}

impl WireObserve {
    pub(crate) fn check(self) -> Result<Observe, ConfigError> {
        let beacon = self.beacon.map(|path| names::beacon("observe.beacon", path)).transpose()?;
        Ok(Observe { label: if self.label { Label::On } else { Label::Off }, beacon })
    }
}

impl From<&Observe> for WireObserve {
    fn from(observe: &Observe) -> Self {
        let label = match observe.label {
            Label::On => true,
            Label::Off => false,
        };
        Self { label, beacon: observe.beacon.clone() }
    }
}
