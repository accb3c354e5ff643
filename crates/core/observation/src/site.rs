//! What is known of a site.

use routing_core::Rules;

use crate::Plans;

/// What is known of the site whose logs are read.
#[derive(Debug, Clone, Copy)]
pub struct Site<'s> {
    /// The rules of its decisions.
    pub rules: &'s Rules,
    /// The plans of the logs' time. With them, the decision about each row is made again.
    pub plans: Option<&'s Plans>,
    /// The path of beacons, if its pages send any.
    pub beacon: Option<&'s str>,
}

impl<'s> Site<'s> {
    /// A site with these rules, without plans and beacons.
    #[must_use]
    pub fn new(rules: &'s Rules) -> Site<'s> {
        Site { rules, plans: None, beacon: None }
    }
}
