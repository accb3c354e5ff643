use std::fmt;

/// What must hold after every response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A page's assets come from the page's release.
    AssetOfThePagesRelease,
    /// So do those that have the same name in every release, and no hash in it.
    SameNameOfThePagesRelease,
    /// A page's calls reach the page's release.
    CallOfThePagesRelease,
    /// The release cookie names the release that was served.
    CookieNamesWhatWasServed,
    /// Once every edge location has read the plan, no new document comes from a release without weight.
    DocumentOfAWeightedRelease,
    /// No response under an override reaches anybody else.
    OverridesAreNobodyElses,
    /// No error comes from the functions.
    NoErrorOfOurs,
    /// Whatever a request or response has that is not ours stays as it is.
    ForeignStaysUntouched,
}

/// A rule that did not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The rule.
    pub rule: Rule,
    /// What happened.
    pub what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.rule, self.what)
    }
}
