//! The page `/_edgeswitch`: requests as they pass the triggers, why they got their release, the plan and
//! the caches, the load balancers, the guard and the alarms, what the access log says of each release, live.
//!
//! The state is in `page_state` and in the files it uses; each handler is in a file of its own, which
//! uses the state and no other handler's route.

mod addresses;
mod alarms;
mod assets;
mod balancers;
mod changes;
mod decided;
mod details;
mod duration_text;
mod faults;
mod function_plan;
mod guard;
mod invalidations;
mod journal;
mod json;
mod numbers;
mod overview;
mod page_state;
mod plan_history;
mod previews;
mod row;
mod same_origin;
mod spans;
mod stream;
mod viewers;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::{get, post};

pub(crate) use addresses::Addresses;
pub(crate) use numbers::AccessLog;
pub(crate) use page_state::PageState;

/// The page's path. The listener answers it; such a request never reaches CloudFront.
pub(crate) const PATH: &str = "/_edgeswitch";

/// The page and its API. Both refuse requests of other web pages.
pub(crate) fn routes(page: &Arc<PageState>) -> Router {
    let routes = assets::routes().nest("/api", api()).fallback(async || StatusCode::NOT_FOUND);
    let checked = routes.layer(from_fn_with_state(Arc::clone(page), same_origin::require));
    Router::new()
        .nest(PATH, checked.with_state(Arc::clone(page)))
        .route(&format!("{PATH}/"), get(async || Redirect::permanent(PATH)))
}

fn api() -> Router<Arc<PageState>> {
    Router::new()
        .route("/state", get(overview::current))
        .route("/stream", get(stream::stream))
        .route("/exchanges/{id}", get(details::of_exchange))
        .route("/changes/check", post(changes::check))
        .route("/changes", post(changes::write))
        .route("/previews", get(previews::current).post(previews::link))
        .route("/invalidations", post(invalidations::invalidate))
        .route("/faults", post(faults::switch))
        .route("/alarms", post(alarms::switch))
        .route("/viewers", post(viewers::send))
}
