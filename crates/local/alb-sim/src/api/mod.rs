//! ELB's query API: forms in, XML out.

mod actions;
mod conditions;
mod form;
mod operations;
mod wire;

use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use crate::balancer::Balancer;
use crate::error::ElbError;
use form::Form;

const XML: HeaderValue = HeaderValue::from_static("text/xml");

/// Routes for AWS's SDKs and `aws elbv2`: `DescribeListeners`, `DescribeRules`, `ModifyListener`, `ModifyRule`,
/// `DescribeTargetGroupAttributes` and `ModifyTargetGroupAttributes`. A parameter that is not modelled is refused by its
/// name.
///
/// Neither signatures nor permissions are checked, nor whether a web page sends the request.
pub fn api(balancer: Arc<RwLock<Balancer>>) -> Router {
    Router::new().route("/", post(answer)).with_state(balancer)
}

async fn answer(State(balancer): State<Arc<RwLock<Balancer>>>, body: String) -> Response {
    let (status, xml) = match perform(&balancer, Form::parse(&body)) {
        Ok(xml) => (StatusCode::OK, xml),
        Err(error) => (StatusCode::BAD_REQUEST, wire::error(&error)),
    };
    (status, [(CONTENT_TYPE, XML)], xml).into_response()
}

/// A call that fails changes nothing. A poisoned lock therefore still holds valid data.
fn perform(balancer: &RwLock<Balancer>, form: Form) -> Result<String, ElbError> {
    let mut balancer = balancer.write().unwrap_or_else(PoisonError::into_inner);
    operations::perform(&mut balancer, form)
}
