use serde::{Deserialize, Serialize};

use crate::ordered::Ordered;
use crate::wire::WireRelease;

/// Releases without weight that differ in their ids only. A plan that is nearly full lists them together.
#[derive(Serialize, Deserialize)]
#[serde(expecting = "former releases: an object with `ids`")]
pub(crate) struct WireFormer {
    /// The ids of the releases that had all traffic, separated by spaces.
    ids: String,
    /// The ids of the others.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    trials: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    origins: Option<Ordered<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    slot: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    served_until: Option<String>,
}

impl WireFormer {
    /// Each release by itself.
    pub(crate) fn releases(&self) -> impl Iterator<Item = (String, WireRelease)> {
        self.ids.split_whitespace().chain(self.trials.split_whitespace()).map(|id| {
            let release = WireRelease {
                prefix: None,
                origins: self.origins.clone(),
                slot: self.slot.clone(),
                served_until: self.served_until.clone(),
            };
            (id.to_owned(), release)
        })
    }
}
