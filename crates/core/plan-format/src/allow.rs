use path_pattern::PathPattern;
use routing_core::{Plan, PlanError, Release};

use crate::bare::PrefixTemplate;

/// The limits that a package sets for every plan.
///
/// Without them, anybody who may write the parameter could send viewers' cookies to a domain of their
/// own, or open another part of the bucket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Allow {
    /// The origin domains that a release may have; `None` allows any.
    pub domains: Option<Vec<String>>,
    /// The prefixes that a release may have; `None` leaves it to the template.
    pub prefixes: Option<Vec<PathPattern>>,
    /// Gives each release the one prefix that it may have; `None` allows any.
    pub template: Option<PrefixTemplate>,
}

impl Allow {
    /// Checks every release of `plan`.
    ///
    /// # Errors
    /// [`PlanError`] for the first release that is not allowed: it names the field, the value and the
    /// key of `[allow]`.
    pub fn check(&self, plan: &Plan) -> Result<(), PlanError> {
        plan.releases().iter().try_for_each(|release| self.check_release(release))
    }

    fn check_release(&self, release: &Release) -> Result<(), PlanError> {
        let Release { id, prefix, origins, .. } = release;
        let is_allowed = match (&self.prefixes, &self.template) {
            (Some(prefixes), _) => prefixes.iter().any(|one| one.matches(prefix)),
            (None, Some(template)) => *prefix == template.prefix(id),
            (None, None) => true,
        };
        if !is_allowed {
            let problem = format!("`{prefix}` is not allowed by `prefixes` in [allow]");
            return Err(PlanError { field: format!("releases.{id}.prefix"), problem });
        }
        let is_foreign = |domain: &String| {
            self.domains.as_ref().is_some_and(|domains| !domains.contains(domain))
        };
        match origins.iter().find(|(_, domain)| is_foreign(domain)) {
            Some((key, domain)) => Err(PlanError {
                field: format!("releases.{id}.origins.{key}"),
                problem: format!("`{domain}` is not allowed by `domains` in [allow]"),
            }),
            None => Ok(()),
        }
    }
}
