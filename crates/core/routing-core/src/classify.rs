use crate::{
    cookie::each_cookie,
    lookup::look_up,
    pin::strip_pin,
    plan::Plan,
    request::Request,
    rules::{Embedding, Rules},
    stamp::Stamp,
};

/// Whether a request loads a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page load. It gets a release.
    Document,
    /// Everything else. It follows the open page: assets, API calls, sockets, downloads, fetched
    /// partials, the content of frames.
    Subresource,
}

/// Tells documents from subresources. The first rule that applies decides:
///
/// 1. A method other than GET and HEAD, a WebSocket handshake, and a partial page load of htmx,
///    Turbo, pjax or jQuery: subresources.
/// 2. A path of a route without pages, and an excluded path: subresources. A download, an OAuth
///    callback or a socket of a back end must not move the open page to another release.
/// 3. A service worker's script: a document, although its path is a file. It installs the
///    application's next version, so it follows the plan.
/// 4. A prefetch or prerender: a subresource while the viewer has a usable release cookie, because a
///    page may be open. Without one it is judged like a page load, because the browser later shows the
///    answer that it fetches now.
/// 5. `Sec-Fetch-Mode: navigate` and `Sec-Fetch-Dest: document`: a document. If the configuration lets
///    other sites embed the application, a frame on another site is a document too.
/// 6. If either of the two is missing: a document if `Accept` names `text/html`, or if there is no
///    `Accept` and the path is not a file.
///
/// Browsers mark page loads in different ways: `fixtures/browsers` has the headers that they send. A
/// cookie is usable if `plan` serves its release.
#[must_use]
pub fn classify(request: &Request<'_>, plan: Option<&Plan>, rules: &Rules) -> Kind {
    let (path, _) = strip_pin(request.uri);
    // The rules that most requests fail come first; the order does not change the outcome.
    let is_document = matches!(request.method, "GET" | "HEAD")
        && (installs(request) || loads_page(request, path, plan, rules))
        && !is_part_of_a_page(request)
        && !rules.has_no_pages(path);
    if is_document { Kind::Document } else { Kind::Subresource }
}

/// Whether a script sent the request, to put the answer into the open page.
fn is_part_of_a_page(request: &Request<'_>) -> bool {
    const PARTS: [&str; 5] =
        ["sec-websocket-key", "hx-request", "turbo-frame", "x-turbo-request-id", "x-pjax"];
    // jQuery and Swup send their name here. Android's web views send the application's package name,
    // also with page loads. Every package name has a dot.
    let by_script =
        || request.header("x-requested-with").is_some_and(|library| !library.contains('.'));
    PARTS.into_iter().any(|name| request.header(name).is_some()) || by_script()
}

/// Whether this is a service worker's script (Service Workers, section "Service-Worker header").
fn installs(request: &Request<'_>) -> bool {
    request.header("service-worker") == Some("script")
}

fn loads_page(request: &Request<'_>, path: &str, plan: Option<&Plan>, rules: &Rules) -> bool {
    if is_ahead_of_time(request) {
        let may_be_a_page = || navigates(request, path, rules) || !rules.is_file(path);
        return !has_usable_cookie(request, plan, rules) && may_be_a_page();
    }
    navigates(request, path, rules)
}

fn navigates(request: &Request<'_>, path: &str, rules: &Rules) -> bool {
    let mode = request.header("sec-fetch-mode");
    let destination = request.header("sec-fetch-dest");
    if mode.is_some_and(|mode| mode != "navigate") {
        return false;
    }
    match destination {
        Some("document") => mode.is_some() || looks_like_a_page(request, path, rules),
        Some("iframe" | "frame") => mode.is_some() && is_app_in_a_frame(request, rules),
        Some(_) => false,
        None => looks_like_a_page(request, path, rules),
    }
}

fn is_app_in_a_frame(request: &Request<'_>, rules: &Rules) -> bool {
    match rules.embedding {
        Embedding::SameSite => false,
        Embedding::Anywhere => request.header("sec-fetch-site") == Some("cross-site"),
    }
}

fn looks_like_a_page(request: &Request<'_>, path: &str, rules: &Rules) -> bool {
    let (mut absent, mut names_html) = (true, false);
    request.headers.each("accept", &mut |value| {
        absent = false;
        names_html |= value.split(',').any(|range| first_token(range) == "text/html");
    });
    names_html || (absent && !rules.is_file(path))
}

/// A media range without its parameters: `text/html` of ` text/html;q=0.9`.
fn first_token(range: &str) -> &str {
    range.split_once(';').map_or(range, |(token, _)| token).trim()
}

/// Whether the browser fetches a page before the viewer has decided to open it.
fn is_ahead_of_time(request: &Request<'_>) -> bool {
    let mut found = false;
    for name in ["sec-purpose", "purpose"] {
        request.headers.each(name, &mut |value| found |= names_prefetch(value));
    }
    found
}

fn names_prefetch(purpose: &str) -> bool {
    purpose.split([';', ',']).map(str::trim).any(|token| {
        token.eq_ignore_ascii_case("prefetch") || token.eq_ignore_ascii_case("prerender")
    })
}

/// Whether the release cookie names a release that is served.
fn has_usable_cookie(request: &Request<'_>, plan: Option<&Plan>, rules: &Rules) -> bool {
    let mut usable = false;
    let is_served = |value: &str| {
        let stamp = Stamp::parse(value);
        stamp.zip(plan).is_some_and(|(stamp, plan)| look_up(plan, stamp.release()).is_ok())
    };
    each_cookie(request, &rules.release_cookie, &mut |value| usable |= is_served(value));
    usable
}
