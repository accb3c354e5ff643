use routing_core::{PlanError, ReleaseId};

use crate::bare::PrefixTemplate;

/// The values of a release that a plan may leave out, because the package has them.
///
/// A parameter holds 4,096 bytes. A prefix and the origins take more than half of a release's share.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReleaseDefaults {
    /// Gives a release without a `prefix` its prefix.
    pub prefix_template: PrefixTemplate,
    /// Give a release without `origins` the origins of its slot.
    pub slots: Vec<Slot>,
}

/// A place to deploy to, such as blue, with its origins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its name: `blue`.
    pub name: String,
    /// Maps an origin key to a domain.
    pub origins: Vec<(String, String)>,
}

impl ReleaseDefaults {
    /// The prefix of a release without one.
    #[must_use]
    pub fn prefix(&self, release: &ReleaseId) -> String {
        self.prefix_template.prefix(release)
    }

    /// The slot with this name.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name == name)
    }

    /// Whether a release of this slot has these origins if the plan leaves them out. The order does not count.
    #[must_use]
    pub fn has_origins(&self, slot: Option<&str>, origins: &[(String, String)]) -> bool {
        let of_slot = slot.and_then(|name| self.slot(name)).map(|slot| slot.origins.as_slice());
        let known = of_slot.unwrap_or_default();
        let is_known = slot.is_none() || self.slots.is_empty() || of_slot.is_some();
        is_known && known.len() == origins.len() && known.iter().all(|one| origins.contains(one))
    }

    /// The origins of a release without any.
    ///
    /// Without slots in the package, a slot is only a label.
    ///
    /// # Errors
    /// [`PlanError`] if the package has slots, but not this one. The release's requests would otherwise
    /// go to the back ends of another one.
    pub(crate) fn origins(
        &self,
        release: &ReleaseId,
        slot: Option<&str>,
    ) -> Result<Vec<(String, String)>, PlanError> {
        let Some(name) = slot.filter(|_| !self.slots.is_empty()) else { return Ok(Vec::new()) };
        if let Some(slot) = self.slot(name) {
            return Ok(slot.origins.clone());
        }
        let known: Vec<String> = self.slots.iter().map(|slot| format!("`{}`", slot.name)).collect();
        let problem = format!(
            "`{name}` is not a slot of the configuration, and the release has no `origins`: \
             known are {}",
            known.join(", ")
        );
        Err(PlanError { field: format!("releases.{release}.slot"), problem })
    }
}
