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
    let signals = Signals::of(request);
    let is_document = matches!(request.method, "GET" | "HEAD")
        && !signals.is_part_of_a_page
        && (signals.installs_a_worker || loads_page(request, &signals, path, plan, rules))
        && !rules.has_no_pages(path);
    if is_document { Kind::Document } else { Kind::Subresource }
}

/// What the headers say, read in one pass over them.
#[derive(Default)]
struct Signals<'a> {
    mode: Option<&'a str>,
    destination: Option<&'a str>,
    site: Option<&'a str>,
    accept: Accept,
    /// The browser fetches a page before the viewer has decided to open it.
    is_ahead_of_time: bool,
    /// A script sent the request, to put the answer into the open page.
    is_part_of_a_page: bool,
    /// This is a service worker's script (Service Workers, section "Service-Worker header").
    installs_a_worker: bool,
}

/// Whether `Accept` names HTML.
#[derive(Default, PartialEq, Eq)]
enum Accept {
    #[default]
    Absent,
    Other,
    Html,
}

impl<'a> Signals<'a> {
    fn of(request: &Request<'a>) -> Self {
        let (mut signals, mut library, mut worker) = (Self::default(), None, None);
        request.headers.each(&mut |name, value| match name {
            "sec-fetch-mode" => signals.mode = signals.mode.or(Some(value)),
            "sec-fetch-dest" => signals.destination = signals.destination.or(Some(value)),
            "sec-fetch-site" => signals.site = signals.site.or(Some(value)),
            "accept" => signals.accept.add(value),
            "sec-purpose" | "purpose" => signals.is_ahead_of_time |= names_prefetch(value),
            "service-worker" => worker = worker.or(Some(value)),
            "x-requested-with" => library = library.or(Some(value)),
            // A WebSocket handshake, or a partial page load of htmx, Turbo or pjax.
            "sec-websocket-key" | "hx-request" | "turbo-frame" | "x-turbo-request-id"
            | "x-pjax" => signals.is_part_of_a_page = true,
            _ => {}
        });
        signals.installs_a_worker = worker == Some("script");
        // jQuery and Swup send their name here. Android's web views send the application's package
        // name, also with page loads. Every package name has a dot.
        signals.is_part_of_a_page |= library.is_some_and(|library: &str| !library.contains('.'));
        signals
    }
}

impl Accept {
    /// Adds one value of the header.
    fn add(&mut self, value: &str) {
        let names_html = || value.split(',').any(|range| first_token(range) == "text/html");
        *self = if *self == Self::Html || names_html() { Self::Html } else { Self::Other };
    }
}

fn loads_page(
    request: &Request<'_>,
    signals: &Signals<'_>,
    path: &str,
    plan: Option<&Plan>,
    rules: &Rules,
) -> bool {
    if signals.is_ahead_of_time {
        let may_be_a_page = || navigates(signals, path, rules) || !rules.is_file(path);
        return !has_usable_cookie(request, plan, rules) && may_be_a_page();
    }
    navigates(signals, path, rules)
}

fn navigates(signals: &Signals<'_>, path: &str, rules: &Rules) -> bool {
    let Signals { mode, destination, .. } = *signals;
    if mode.is_some_and(|mode| mode != "navigate") {
        return false;
    }
    match destination {
        Some("document") => mode.is_some() || looks_like_a_page(signals, path, rules),
        Some("iframe" | "frame") => mode.is_some() && is_app_in_a_frame(signals, rules),
        Some(_) => false,
        None => looks_like_a_page(signals, path, rules),
    }
}

fn is_app_in_a_frame(signals: &Signals<'_>, rules: &Rules) -> bool {
    match rules.embedding {
        Embedding::SameSite => false,
        Embedding::Anywhere => signals.site == Some("cross-site"),
    }
}

fn looks_like_a_page(signals: &Signals<'_>, path: &str, rules: &Rules) -> bool {
    match signals.accept {
        Accept::Html => true,
        Accept::Other => false,
        Accept::Absent => !rules.is_file(path),
    }
}

/// A media range without its parameters: `text/html` of ` text/html;q=0.9`.
fn first_token(range: &str) -> &str {
    range.split_once(';').map_or(range, |(token, _)| token).trim()
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
