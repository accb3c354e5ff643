use path_pattern::PathPattern;

use crate::crawler::Crawlers;

/// What the configuration says about decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The trigger at which a release is decided.
    pub decide_at: DecideAt,
    /// The name of the release cookie.
    pub release_cookie: String,
    /// The name of the override cookie.
    pub override_cookie: String,
    /// The name of the index document below a release's prefix, without a leading `/`.
    pub index_document: String,
    /// Whether paths without an extension get the index document.
    pub single_page_fallback: SinglePageFallback,
    /// Paths that are never documents.
    pub exclude: Vec<PathPattern>,
    /// Which paths go to which origin key; the first match counts.
    pub routes: Vec<Route>,
    /// Who gets the active release, whatever the weights.
    pub crawlers: Crawlers,
    /// What an override cookie may hold.
    pub override_policy: OverridePolicy,
}

/// Where a decision is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// Before the cache, for one viewer: a weight is a share of viewers.
    Viewer,
    /// On a cache miss, for every viewer who shares the cached object: no draw, the active release.
    Miss,
}

/// The trigger at which a release is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecideAt {
    /// For every request, before the cache: a weight is a share of viewers.
    ViewerRequest,
    /// On a cache miss: no draws, everybody gets the active release.
    OriginRequest,
}

/// Whether paths without an extension get the index document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SinglePageFallback {
    /// They do: the application routes in the browser.
    On,
    /// Every path is an object of its own.
    Off,
}

/// What an override cookie may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverridePolicy {
    /// Nothing: override cookies are not looked at.
    Off,
    /// The bare id of a release of the plan, or a signed token.
    KnownRelease,
    /// A signed token.
    Signed,
}

/// A path pattern and the origin key that serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The paths.
    pub pattern: PathPattern,
    /// The key in [`crate::Release::origins`].
    pub origin: String,
}

/// Crawlers that index what they get, and those that fetch previews of shared links.
const CRAWLERS: [&str; 12] = [
    "googlebot",
    "google-inspectiontool",
    "bingbot",
    "duckduckbot",
    "yandexbot",
    "baiduspider",
    "applebot",
    "facebookexternalhit",
    "twitterbot",
    "linkedinbot",
    "slackbot",
    "chrome-lighthouse",
];

impl Default for Rules {
    /// The documented defaults, without routes.
    fn default() -> Self {
        let well_known = PathPattern::parse("/.well-known/*").expect("the text is printable ASCII");
        Self {
            decide_at: DecideAt::ViewerRequest,
            release_cookie: "release".into(),
            override_cookie: "release-override".into(),
            index_document: "index.html".into(),
            single_page_fallback: SinglePageFallback::On,
            exclude: vec![well_known],
            routes: Vec::new(),
            crawlers: Crawlers::new(CRAWLERS.map(String::from).to_vec()),
            override_policy: OverridePolicy::Signed,
        }
    }
}

impl Rules {
    /// Whether `path` is one that is never a document.
    pub(crate) fn excludes(&self, path: &str) -> bool {
        self.exclude.iter().any(|pattern| pattern.matches(path))
    }
}
