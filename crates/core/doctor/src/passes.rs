use crate::behavior::Behavior;
use crate::field::Field;
use crate::notes::Notes;
use crate::source::Source;
use crate::view::View;

/// A part of a request that policies select.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Headers,
    Cookies,
    QueryStrings,
}

/// Which headers, cookies or query strings a policy lets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Passes {
    Nothing,
    Listed(Vec<String>),
    AllBut(Vec<String>),
    All,
}

impl Part {
    fn keys(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Headers => ("HeadersConfig", "HeaderBehavior", "Headers"),
            Self::Cookies => ("CookiesConfig", "CookieBehavior", "Cookies"),
            Self::QueryStrings => ("QueryStringsConfig", "QueryStringBehavior", "QueryStrings"),
        }
    }

    /// The field that selects the part, below a policy's configuration.
    pub(crate) fn of<'a>(self, config: &Field<'a>) -> Field<'a> {
        config.get(self.keys().0)
    }
}

impl Passes {
    /// `config` has `HeadersConfig`, `CookiesConfig` and `QueryStringsConfig`.
    pub(crate) fn of(config: &Field<'_>, part: Part) -> Self {
        let (_, behavior, list) = part.keys();
        let field = part.of(config);
        let listed = || field.get(list).get("Items").texts();
        let listed = || listed().into_iter().map(str::to_ascii_lowercase).collect();
        match field.get(behavior).text() {
            "whitelist" => Self::Listed(listed()),
            "allExcept" => Self::AllBut(listed()),
            "all" | "allViewer" | "allViewerAndWhitelistCloudFront" => Self::All,
            _ => Self::Nothing,
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        let is_in = |list: &[String]| list.iter().any(|one| one.eq_ignore_ascii_case(name));
        match self {
            Self::Nothing => false,
            Self::Listed(list) => is_in(list),
            Self::AllBut(list) => !is_in(list),
            Self::All => true,
        }
    }
}

/// The part of a cache policy that is in the key, and forwarded.
pub(crate) fn key<'a>(policy: &Field<'a>) -> Field<'a> {
    policy.at("CachePolicy.CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin")
}

/// The configuration of an origin request policy.
pub(crate) fn forwarding<'a>(policy: &Field<'a>) -> Field<'a> {
    policy.at("OriginRequestPolicy.OriginRequestPolicyConfig")
}

/// The policies that decide what a behavior's origin gets: the key, and the origin request policy if the
/// behavior has one. `None` after a note if one of them is not known.
pub(crate) fn to_origin<'a>(
    view: &View<'a>,
    behavior: &Behavior<'a>,
    notes: &mut Notes,
) -> Option<Vec<Field<'a>>> {
    let cache = behavior.field.get("CachePolicyId");
    if !cache.is_set() {
        return None;
    }
    let policy = notes.read(view, &Source::CachePolicy(cache.text().into()))?;
    let mut all = vec![key(&policy)];
    let request = behavior.field.get("OriginRequestPolicyId");
    if request.is_set() {
        let policy = notes.read(view, &Source::OriginRequestPolicy(request.text().into()))?;
        all.push(forwarding(&policy));
    }
    Some(all)
}
