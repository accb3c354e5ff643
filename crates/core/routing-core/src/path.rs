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
    // A prefix starts with `/`, so ending with it means ending with whole segments.
    let path = if configured.ends_with(prefix) {
        configured.to_owned()
    } else {
        format!("{configured}{prefix}")
    };
    (path.len() <= MAX_PREFIX_LEN).then_some(path)
}

/// The object that the bucket has for the page at `uri`; `None` if `uri` is the object's own path.
///
/// By the path alone: a file, an excluded path and the path of a route stay as they are. `uri` is
/// without its pin, see [`crate::strip_pin`].
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

/// The first route that `uri` matches; `uri` is without its pin.
#[must_use]
pub fn route<'r>(uri: &str, rules: &'r Rules) -> Option<&'r Route> {
    rules.routes.iter().find(|route| route.pattern.matches(uri))
}
