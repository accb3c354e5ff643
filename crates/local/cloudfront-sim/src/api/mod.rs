//! CloudFront's own API on loopback, as far as it is about invalidations.

mod error;
mod invalidations;
mod wire;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use edge_time::Clock;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use serde::Serialize;
use tokio::sync::watch;

use crate::engine::CloudFront;
use crate::listener::Site;
use error::ApiError;
use invalidations::Invalidations;
use wire::{Batch, Invalidation, InvalidationList};

/// The path of a distribution's invalidations, with the version of CloudFront's API.
const INVALIDATIONS: &str = "/2020-05-31/distribution/{distribution}/invalidation";
const XML: HeaderValue = HeaderValue::from_static("text/xml");

/// Routes for AWS's SDKs and `aws cloudfront`: `CreateInvalidation`, `GetInvalidation` and `ListInvalidations` of the
/// newest `site`'s distribution. Neither signatures nor permissions are checked.
pub fn api(site: watch::Receiver<Site>, clock: Arc<dyn Clock>) -> Router {
    let api = Arc::new(Api { site, clock, invalidations: Invalidations::default() });
    Router::new()
        .route(INVALIDATIONS, post(create).get(list))
        .route(&format!("{INVALIDATIONS}/{{id}}"), get(read))
        .with_state(api)
}

struct Api {
    site: watch::Receiver<Site>,
    clock: Arc<dyn Clock>,
    invalidations: Invalidations,
}

impl Api {
    /// The distribution, if this is its id.
    fn distribution(&self, id: &str) -> Result<Arc<CloudFront>, ApiError> {
        let cloudfront = Arc::clone(&self.site.borrow().cloudfront);
        if cloudfront.distribution().id == id {
            Ok(cloudfront)
        } else {
            Err(ApiError::NoSuchDistribution(id.into()))
        }
    }
}

/// An answer with status 200.
struct Xml(String);

impl Xml {
    fn of(root: &str, value: &impl Serialize) -> Self {
        Self(wire::to_xml(root, value))
    }
}

impl IntoResponse for Xml {
    fn into_response(self) -> Response {
        ([(CONTENT_TYPE, XML)], self.0).into_response()
    }
}

/// The objects are gone when this answers, but the answer says `InProgress`, as CloudFront's does.
async fn create(
    State(api): State<Arc<Api>>,
    Path(distribution): Path<String>,
    body: String,
) -> Result<Response, ApiError> {
    let cloudfront = api.distribution(&distribution)?;
    let (batch, paths) = Batch::read(&body)?;
    let (made, is_new) = api.invalidations.add(&distribution, batch, api.clock.now())?;
    if is_new {
        for path in &paths {
            cloudfront.invalidate(path);
        }
    }
    let place = format!("/2020-05-31/distribution/{distribution}/invalidation/{}", made.id);
    let answer = Xml::of("Invalidation", &Invalidation { status: "InProgress", ..made });
    Ok((StatusCode::CREATED, [(LOCATION, place)], answer).into_response())
}

async fn read(
    State(api): State<Arc<Api>>,
    Path((distribution, id)): Path<(String, String)>,
) -> Result<Xml, ApiError> {
    api.distribution(&distribution)?;
    let made = api.invalidations.find(&id).ok_or(ApiError::NoSuchInvalidation(id))?;
    Ok(Xml::of("Invalidation", &made))
}

async fn list(
    State(api): State<Arc<Api>>,
    Path(distribution): Path<String>,
) -> Result<Xml, ApiError> {
    api.distribution(&distribution)?;
    Ok(Xml::of("InvalidationList", &InvalidationList::of(api.invalidations.newest_first())))
}
