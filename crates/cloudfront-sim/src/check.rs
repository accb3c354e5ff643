//! What a distribution must keep to.

use crate::distribution::{Behavior, Distribution, DistributionError};
use crate::policy::Names;

impl Distribution {
    /// Finds the first thing that CloudFront would refuse, or that is not modelled.
    pub(crate) fn check(&self) -> Result<(), DistributionError> {
        self.behaviors
            .iter()
            .map(|(_, behavior)| behavior)
            .try_for_each(|b| self.check_behavior(b))?;
        self.check_behavior(&self.default_behavior)
    }

    fn check_behavior(&self, behavior: &Behavior) -> Result<(), DistributionError> {
        let target = &behavior.target;
        if !self.origins.contains_key(target) && !self.groups.contains_key(target) {
            return refuse(format!("target `{target}` is neither an origin nor an origin group"));
        }
        match behavior.cache_policy.headers {
            Names::None | Names::Only(_) => Ok(()),
            Names::AllExcept(_) | Names::All => refuse("a cache policy names its headers".into()),
        }
    }
}

fn refuse(text: String) -> Result<(), DistributionError> {
    Err(DistributionError(text))
}
