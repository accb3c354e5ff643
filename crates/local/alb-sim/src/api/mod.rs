//! ELB's query API: forms in, XML out.

mod actions;
mod conditions;
mod form;
mod operations;
mod target_groups;
mod wire;

use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use edge_time::Clock;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

use crate::balancer::Balancer;
use crate::error::ElbError;
use form::Form;

const XML: HeaderValue = HeaderValue::from_static("text/xml");

/// Routes for AWS's SDKs and `aws elbv2`. `DIFFERENCES.md` lists the calls. Every other one, and a parameter that is not
/// modelled, is refused by its name. A target that is deregistered drains from the time of the `clock` on.
///
/// Neither signatures nor permissions are checked, nor whether a web page sends the request.
pub fn api(balancer: Arc<RwLock<Balancer>>, clock: Arc<dyn Clock>) -> Router {
    Router::new().route("/", post(answer)).with_state(Api { balancer, clock })
}

#[derive(Clone)]
struct Api {
    balancer: Arc<RwLock<Balancer>>,
    clock: Arc<dyn Clock>,
}

async fn answer(State(api): State<Api>, body: String) -> Response {
    let (status, xml) = match api.perform(Form::parse(&body)) {
        Ok(xml) => (StatusCode::OK, xml),
        Err(error) => (StatusCode::BAD_REQUEST, wire::error(&error)),
    };
    (status, [(CONTENT_TYPE, XML)], xml).into_response()
}

impl Api {
    /// A call that fails changes nothing. A poisoned lock therefore still holds valid data.
    fn perform(&self, form: Form) -> Result<String, ElbError> {
        let mut balancer = self.balancer.write().unwrap_or_else(PoisonError::into_inner);
        operations::perform(&mut balancer, form, self.clock.now())
    }
}
