use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::net::TcpListener;

use super::SampleRelease;

/// The back end of one release. Its answers name its colour.
#[derive(Debug)]
pub(crate) struct BackEnd {
    pub(crate) address: SocketAddr,
    listener: TcpListener,
    colour: &'static str,
}

impl BackEnd {
    /// Binds a free loopback port.
    ///
    /// # Errors
    /// When no port is free.
    pub(crate) async fn bind(release: SampleRelease) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Self { address: listener.local_addr()?, listener, colour: release.colour })
    }

    pub(crate) async fn serve(self) {
        if let Err(error) = axum::serve(self.listener, router(self.colour)).await {
            tracing::error!(%error, colour = self.colour, "a back end of the sample ended");
        }
    }
}

fn router(colour: &'static str) -> Router {
    let products = move || async move {
        let products = json!([
            { "name": "Morning", "taste": "nuts and caramel", "price": "9.50" },
            { "name": "Noon", "taste": "dark chocolate", "price": "10.20" },
            { "name": "Evening", "taste": "plum, without caffeine", "price": "11.00" },
        ]);
        // Cached for five seconds per release, so that the second viewer sees a cache hit.
        let caching = [(CACHE_CONTROL, "public, max-age=0, s-maxage=5")];
        (caching, Json(json!({ "colour": colour, "products": products })))
    };
    let not_found =
        || async { (StatusCode::NOT_FOUND, [(CACHE_CONTROL, "no-store")]).into_response() };
    Router::new().route("/api/products", get(products)).fallback(not_found)
}
