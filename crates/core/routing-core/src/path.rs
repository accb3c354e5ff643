use crate::{
    classify::has_no_extension,
    plan::MAX_PREFIX_LEN,
    rules::{Rules, SinglePageFallback},
};

/// The S3 origin's path for a release: the configured one, then the release's prefix.
///
/// A path that ends with the prefix already is left, since origin-request may run twice. `None` if it
/// is longer than CloudFront allows, 255 characters (page `lambda-event-structure`).
#[must_use]
pub fn s3_path(configured: &str, prefix: &str) -> Option<String> {
    // A prefix starts with `/`, so ending with it means ending with whole segments.
    let path = if configured.ends_with(prefix) {
        configured.to_owned()
    } else {
        format!("{configured}{prefix}")
    };
    (path.len() <= MAX_PREFIX_LEN).then_some(path)
}

/// The index document's path, if `uri` is one that the application routes in the browser.
///
/// By the path alone: the single-page fallback is on, the last segment has no extension, and the path
/// is not excluded. `uri` is without its pin, see [`crate::strip_pin`].
#[must_use]
pub fn document_uri(uri: &str, rules: &Rules) -> Option<String> {
    match rules.single_page_fallback {
        SinglePageFallback::Off => None,
        SinglePageFallback::On => (has_no_extension(uri) && !rules.excludes(uri))
            .then(|| format!("/{}", rules.index_document)),
    }
}

/// The origin key of the first route that `uri` matches; `uri` is without its pin.
#[must_use]
pub fn origin_key<'r>(uri: &str, rules: &'r Rules) -> Option<&'r str> {
    let route = rules.routes.iter().find(|route| route.pattern.matches(uri));
    route.map(|route| route.origin.as_str())
}
