use crate::{
    plan::MAX_PREFIX_LEN,
    rules::{Layout, Route, Rules},
};

/// The S3 origin's path for a release: the configured one, then the release's prefix.
///
/// A path that already ends with the prefix stays as it is, because origin-request may run twice.
/// `None` if the result is longer than CloudFront allows, 255 characters (page
/// `lambda-event-structure`).
#[must_use]
pub fn s3_path(configured: &str, prefix: &str) -> Option<String> {
    // A prefix starts with `/`, so `ends_with` compares whole segments.
    let path = if configured.ends_with(prefix) {
        configured.to_owned()
    } else {
        format!("{configured}{prefix}")
    };
    (path.len() <= MAX_PREFIX_LEN).then_some(path)
}

/// The object in the bucket for the page at `uri`; `None` if `uri` is already the path to ask for.
///
/// Only the path decides: a file, an excluded path and the path of a route stay as they are. The caller
/// has removed the pin with [`crate::strip_pin`].
///
/// ```
/// use routing_core::{Layout, Rules, page_object};
///
/// let folders = Rules { layout: Layout::Folders, ..Rules::default() };
/// assert_eq!(page_object("/about", &folders).as_deref(), Some("/about/index.html"));
/// assert_eq!(page_object("/app.js", &folders), None);
/// ```
#[must_use]
pub fn page_object(uri: &str, rules: &Rules) -> Option<String> {
    if rules.is_file(uri) || rules.excludes(uri) || route(uri, rules).is_some() {
        return None;
    }
    let index = &rules.index_document;
    if let Some((_, own)) = rules.indexes.iter().find(|(pattern, _)| pattern.matches(uri)) {
        return Some(format!("/{own}"));
    }
    match rules.layout {
        Layout::SinglePage => Some(format!("/{index}")),
        Layout::Folders | Layout::Html if uri.ends_with('/') => Some(format!("{uri}{index}")),
        Layout::Folders => Some(format!("{uri}/{index}")),
        Layout::Html => Some(format!("{uri}.html")),
        Layout::Files => None,
    }
}

/// The first route that matches `uri`. The caller has removed the pin.
#[must_use]
pub fn route<'r>(uri: &str, rules: &'r Rules) -> Option<&'r Route> {
    rules.routes.iter().find(|route| route.pattern.matches(uri))
}
