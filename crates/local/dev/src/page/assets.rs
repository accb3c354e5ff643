use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// The page's files, compiled into the program.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let files = [
        ("/", HTML, include_str!("assets/index.html")),
        ("/page.css", CSS, include_str!("assets/page.css")),
        ("/page.js", SCRIPT, include_str!("assets/page.js")),
        ("/dom.js", SCRIPT, include_str!("assets/dom.js")),
        ("/balancers.js", SCRIPT, include_str!("assets/balancers.js")),
        ("/change.js", SCRIPT, include_str!("assets/change.js")),
        ("/guard.js", SCRIPT, include_str!("assets/guard.js")),
        ("/names.js", SCRIPT, include_str!("assets/names.js")),
        ("/numbers.js", SCRIPT, include_str!("assets/numbers.js")),
        ("/releases.js", SCRIPT, include_str!("assets/releases.js")),
        ("/tones.js", SCRIPT, include_str!("assets/tones.js")),
        ("/plot.js", SCRIPT, include_str!("assets/plot.js")),
        ("/requests.js", SCRIPT, include_str!("assets/requests.js")),
        ("/icon.svg", SVG, include_str!("assets/icon.svg")),
    ];
    files.into_iter().fold(Router::new(), |routes, (path, kind, text)| {
        routes.route(path, get(move || async move { file(kind, text) }))
    })
}

/// Browsers must revalidate: after an update of the program the same URL is another file.
fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], text)
}
