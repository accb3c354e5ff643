use std::time::Duration;

use path_pattern::PathPattern;

use crate::{cookie::CookieName, crawler::Crawlers, path::route};

/// The settings of the configuration that affect decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The trigger at which a release is decided.
    pub decide_at: DecideAt,
    /// The name of the release cookie.
    pub release_cookie: CookieName,
    /// The name of the override cookie.
    pub override_cookie: CookieName,
    /// How long viewers may hold a cookie of a release after it has lost its traffic.
    pub cookies_live: Duration,
    /// Which object of the bucket a page's path is.
    pub layout: Layout,
    /// The name of the index document below a release's prefix, without a leading `/`.
    pub index_document: String,
    /// Other index documents for some paths; the first pattern that matches counts.
    pub indexes: Vec<(PathPattern, String)>,
    /// The object that is sent for a missing page, with the status 404. It has no leading `/`.
    pub not_found: Option<String>,
    /// The extensions of files, in lower case. A path that ends in any other extension is a page.
    pub file_types: Vec<String>,
    /// Paths that are never pages.
    pub exclude: Vec<PathPattern>,
    /// Which paths go to which origin key; the first match counts.
    pub routes: Vec<Route>,
    /// Crawlers get the active release, whatever the weights.
    pub crawlers: Crawlers,
    /// What an override cookie may hold.
    pub override_policy: OverridePolicy,
    /// Whether other sites may show the application in a frame.
    pub embedding: Embedding,
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

/// Which object of the bucket a page's path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Every page is the index document: the application routes in the browser.
    SinglePage,
    /// `/about` and `/about/` are `/about/index.html`.
    Folders,
    /// `/about` is `/about.html`, and `/about/` is `/about/index.html`.
    Html,
    /// Every path is the object of that name.
    Files,
}

/// Whether other sites may show the application in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Embedding {
    /// They may not, or only without cookies: browsers send the cookies for this site alone.
    SameSite,
    /// They may. A frame on another site is a page load of its own, with partitioned cookies.
    Anywhere,
}

/// What an override cookie may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverridePolicy {
    /// Nothing: override cookies are ignored.
    Off,
    /// The bare id of a release that never had traffic, or a signed token.
    KnownRelease,
    /// A signed token.
    Signed,
}

/// A path pattern and the origin key that serves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub pattern: PathPattern,
    /// The key in [`crate::Release::origins`].
    pub origin: String,
    /// What the back end answers there.
    pub answers: Answers,
}

/// What a back end answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// Data, downloads, redirects: nothing there is a page load.
    Data,
    /// Pages of the application too. Loading one gives the viewer a release.
    Pages,
}

/// Search engines, fetchers of link previews, advertising and AI crawlers, by the part of the
/// User-Agent that their owners document.
const CRAWLERS: [&str; 63] = [
    "adidxbot",
    "adsbot-google",
    "ahrefsbot",
    "amazonbot",
    "apis-google",
    "applebot",
    "baiduspider",
    "bingbot",
    "bingpreview",
    "bluesky cardyb",
    "bytespider",
    "ccbot",
    "chatgpt-user",
    "claude-searchbot",
    "claude-user",
    "claudebot",
    "discordbot",
    "dotbot",
    "duckassistbot",
    "duckduckbot",
    "embedly",
    "facebookcatalog",
    "facebookexternalhit",
    "facebot",
    "feedfetcher-google",
    "google-adwords",
    "google-inspectiontool",
    "google-read-aloud",
    "google-site-verification",
    "googlebot",
    "googleother",
    "gptbot",
    "ia_archiver",
    "iframely",
    "kakaotalk-scrap",
    "linkedinbot",
    "mastodon/",
    "mediapartners-google",
    "meta-externalagent",
    "meta-externalfetcher",
    "microsoftpreview",
    "mistralai-user",
    "mj12bot",
    "oai-searchbot",
    "perplexity-user",
    "perplexitybot",
    "petalbot",
    "pinterestbot",
    "redditbot",
    "semrushbot",
    "seznambot",
    "skypeuripreview",
    "slackbot",
    "slack-imgproxy",
    "snap url preview",
    "storebot-google",
    "telegrambot",
    "tumblr/",
    "twitterbot",
    "vkshare",
    "whatsapp/",
    "yahoo! slurp",
    "yandexbot",
];

/// The extensions of the files that front ends consist of.
const FILE_TYPES: [&str; 63] = [
    "aac",
    "apk",
    "atom",
    "avif",
    "avi",
    "bin",
    "bmp",
    "br",
    "cjs",
    "css",
    "csv",
    "cur",
    "dmg",
    "doc",
    "docx",
    "eot",
    "exe",
    "flac",
    "geojson",
    "gif",
    "gltf",
    "glb",
    "gz",
    "htm",
    "html",
    "ico",
    "ics",
    "jpeg",
    "jpg",
    "js",
    "json",
    "json5",
    "jsonld",
    "map",
    "md",
    "mjs",
    "mov",
    "mp3",
    "mp4",
    "ogg",
    "otf",
    "pdf",
    "php",
    "png",
    "ppt",
    "pptx",
    "rss",
    "svg",
    "tar",
    "ttf",
    "txt",
    "vtt",
    "wasm",
    "wav",
    "webm",
    "webmanifest",
    "webp",
    "woff",
    "woff2",
    "xls",
    "xlsx",
    "xml",
    "zip",
];

impl Default for Rules {
    /// The documented defaults, without routes.
    fn default() -> Self {
        let pattern = |text| PathPattern::parse(text).expect("the text is printable ASCII");
        Self {
            decide_at: DecideAt::ViewerRequest,
            release_cookie: "release".into(),
            override_cookie: "release-override".into(),
            cookies_live: Duration::from_secs(7 * 24 * 60 * 60),
            layout: Layout::SinglePage,
            index_document: "index.html".into(),
            indexes: Vec::new(),
            not_found: None,
            file_types: FILE_TYPES.map(String::from).to_vec(),
            exclude: ["/.well-known/*", "/apple-app-site-association"].map(pattern).to_vec(),
            routes: Vec::new(),
            crawlers: Crawlers::new(CRAWLERS.map(String::from).to_vec()),
            override_policy: OverridePolicy::Signed,
            embedding: Embedding::SameSite,
        }
    }
}

impl Rules {
    /// Whether `path`, without its pin, is the path of a file: its last segment begins with a dot or
    /// ends in one of the [`file_types`](Self::file_types). `/users/john.doe` is a page.
    #[must_use]
    pub fn is_file(&self, path: &str) -> bool {
        let segment = path.rsplit_once('/').map_or(path, |(_, last)| last);
        match segment.rsplit_once('.') {
            None => false,
            Some(("", _)) => true,
            Some((_, extension)) => {
                self.file_types.iter().any(|known| known.eq_ignore_ascii_case(extension))
            }
        }
    }

    /// Whether `path` is excluded from the pages.
    pub(crate) fn excludes(&self, path: &str) -> bool {
        self.exclude.iter().any(|pattern| pattern.matches(path))
    }

    /// Whether no request for `path` is a page load: it is excluded, or its back end has no pages.
    pub(crate) fn has_no_pages(&self, path: &str) -> bool {
        let is_data = route(path, self).is_some_and(|route| match route.answers {
            Answers::Data => true,
            Answers::Pages => false,
        });
        is_data || self.excludes(path)
    }
}
