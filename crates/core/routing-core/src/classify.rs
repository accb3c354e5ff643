use crate::{pin::strip_pin, request::Request, rules::Rules};

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An app load.
    Document,
    /// Everything else: assets, API calls, fetched partials, the content of frames.
    Subresource,
}

/// Tells documents from subresources.
///
/// A document is a GET or HEAD that navigates the top frame, which browsers say in `Sec-Fetch-Mode`
/// and `Sec-Fetch-Dest`. Who does not send both is asked further: `Accept` names `text/html` or is
/// absent, and the last path segment has no extension or ends in `.html`. A prefetch, a prerender and
/// an excluded path are never documents.
#[must_use]
pub fn classify(request: &Request<'_>, rules: &Rules) -> Kind {
    let (path, _) = strip_pin(request.uri);
    let document = matches!(request.method, "GET" | "HEAD")
        && !is_speculative(request)
        && navigates(request, path)
        && !rules.excludes(path);
    if document { Kind::Document } else { Kind::Subresource }
}

/// The part of `path` after its last `/`.
fn last_segment(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, last)| last)
}

/// Whether the last segment of `path` is no file's name. A leading dot makes one too: `/.env`.
pub(crate) fn has_no_extension(path: &str) -> bool {
    !last_segment(path).contains('.')
}

fn navigates(request: &Request<'_>, path: &str) -> bool {
    let mode = request.header("sec-fetch-mode");
    let destination = request.header("sec-fetch-dest");
    match (mode, destination) {
        (Some(mode), Some(destination)) => mode == "navigate" && destination == "document",
        (Some(mode), None) => mode == "navigate" && looks_like_a_page(request, path),
        (None, Some(destination)) => destination == "document" && looks_like_a_page(request, path),
        (None, None) => looks_like_a_page(request, path),
    }
}

fn looks_like_a_page(request: &Request<'_>, path: &str) -> bool {
    (has_no_extension(path) || last_segment(path).ends_with(".html")) && accepts_html(request)
}

fn accepts_html(request: &Request<'_>) -> bool {
    let (mut absent, mut names_html) = (true, false);
    request.headers.each("accept", &mut |value| {
        absent = false;
        names_html |= value.split(',').any(|range| first_token(range) == "text/html");
    });
    absent || names_html
}

/// A media range without its parameters, as `text/html` in ` text/html;q=0.9`.
fn first_token(range: &str) -> &str {
    range.split_once(';').map_or(range, |(token, _)| token).trim()
}

/// Whether a browser fetches ahead of a navigation that may never come.
fn is_speculative(request: &Request<'_>) -> bool {
    let mut speculative = false;
    for name in ["sec-purpose", "purpose"] {
        request.headers.each(name, &mut |value| speculative |= names_speculation(value));
    }
    speculative
}

fn names_speculation(purpose: &str) -> bool {
    purpose.split([';', ',']).map(str::trim).any(|token| {
        token.eq_ignore_ascii_case("prefetch") || token.eq_ignore_ascii_case("prerender")
    })
}
