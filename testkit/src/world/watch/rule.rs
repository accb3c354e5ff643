use std::fmt;

/// A rule that must hold after every response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A page's assets come from the page's release.
    AssetOfThePagesRelease,
    /// So do assets that have the same name in every release.
    SameNameOfThePagesRelease,
    /// A page's API calls reach the page's release.
    CallOfThePagesRelease,
    /// The release cookie names the release that was served.
    CookieNamesWhatWasServed,
    /// When every edge location has read the plan, no new document comes from a release without weight.
    DocumentOfAWeightedRelease,
    /// No response under an override reaches another browser.
    OverridesAreNobodyElses,
    /// The functions cause no error.
    NoErrorOfOurs,
    /// The parts of a request or response that are not ours stay unchanged.
    ForeignStaysUntouched,
}

/// A rule that was broken, and where.
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
