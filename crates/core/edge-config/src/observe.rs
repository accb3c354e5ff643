use serde::{Deserialize, Serialize};

/// What the functions do so that access logs name releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observe {
    /// Whether objects of the bucket carry their release.
    pub label: Label,
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
}

impl WireObserve {
    pub(crate) fn check(self) -> Observe {
        Observe { label: if self.label { Label::On } else { Label::Off } }
    }
}

impl From<&Observe> for WireObserve {
    fn from(observe: &Observe) -> Self {
        let label = match observe.label {
            Label::On => true,
            Label::Off => false,
        };
        Self { label }
    }
}
