//! The page `/_edgeswitch`: what passes through the triggers and why, live, with the plan and the caches.

mod api;
mod assets;
mod changes;
mod decided;
mod desk;
mod guard;
mod invalidations;
mod journal;
mod known;
mod lasting;
mod previews;
mod row;
mod spans;
mod state;
mod steps;
mod stream;
mod viewers;

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::get;

pub(crate) use desk::{Addresses, Desk, History, Previews};

/// Where the page is; no viewer's request of this path reaches CloudFront.
pub(crate) const PATH: &str = "/_edgeswitch";

/// The page and its API, guarded: only a page of ours, opened under a loopback name, can ask.
pub(crate) fn routes(desk: &Arc<Desk>) -> Router {
    let page =
        assets::routes().nest("/api", api::routes()).fallback(async || StatusCode::NOT_FOUND);
    let guarded = page.layer(from_fn_with_state(Arc::clone(desk), guard::guard));
    Router::new()
        .nest(PATH, guarded.with_state(Arc::clone(desk)))
        .route(&format!("{PATH}/"), get(async || Redirect::permanent(PATH)))
}
