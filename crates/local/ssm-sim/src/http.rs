use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use edge_time::Timestamp;
use http_body_util::{BodyExt, Limited};
use httpdate::fmt_http_date;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderValue};
use hyper::service::Service;
use hyper::{Request, Response, StatusCode};
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::error::{ErrorCode, ServiceError, SsmError};
use crate::operation::perform;
use crate::refuse_browsers::refuse_browsers;
use crate::store::ParameterStore;

/// The path of every request to Parameter Store.
const PATH: &str = "/";
const TARGET: &str = "x-amz-target";
const SERVICE: &str = "AmazonSSM.";
const JSON: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const FORM: &str = "application/x-www-form-urlencoded";
/// In bytes. No operation has a body as large as this.
const MAX_BODY: usize = 1 << 20;

/// Answers one request. Returning an error ends the connection without an answer.
pub(crate) async fn answer(
    store: &ParameterStore,
    others: &Router,
    request: Request<Incoming>,
) -> Result<Response<Body>, SsmError> {
    let mut response = match respond(store, others, request).await {
        Ok(response) => response,
        Err(SsmError::Service(error)) => error_response(&error),
        Err(SsmError::Dropped) => return Err(SsmError::Dropped),
    };
    if let Ok(date) = HeaderValue::try_from(date(store.now())) {
        response.headers_mut().insert(DATE, date);
    }
    Ok(response)
}

/// The `Date` header follows the store's clock, which may be a virtual one.
fn date(Timestamp(now): Timestamp) -> String {
    fmt_http_date(UNIX_EPOCH + Duration::from_millis(now.try_into().unwrap_or_default()))
}

async fn respond(
    store: &ParameterStore,
    others: &Router,
    request: Request<Incoming>,
) -> Result<Response<Body>, SsmError> {
    refuse_browsers(request.uri(), request.headers())?;
    if request.uri().path() == PATH && !is_query(request.headers()) {
        return Ok(response(StatusCode::OK, &operate(store, request).await?));
    }
    match TowerToHyperService::new(others.clone()).call(request).await {
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

/// Whether this is a call of an API with AWS's query protocol, whose calls are forms. Parameter Store's are JSON.
fn is_query(headers: &HeaderMap) -> bool {
    let kind = header(headers, CONTENT_TYPE.as_str()).and_then(|kind| kind.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case(FORM))
}

async fn operate(store: &ParameterStore, request: Request<Incoming>) -> Result<Value, SsmError> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY).collect().await.map_err(|problem| {
        ServiceError::new(ErrorCode::SerializationException, problem.to_string())
    })?;
    let target = header(&head.headers, TARGET);
    let operation = target.and_then(|target| target.strip_prefix(SERVICE)).unwrap_or_default();
    let caller = Caller::of(&head.headers);
    let store = match caller.region {
        Some(region) => &store.in_region(region),
        None => store,
    };
    perform(store, operation, caller.user, &body.to_bytes()).await
}

/// The user and Region in the credential of a signature.
#[derive(Default)]
struct Caller<'a> {
    user: &'a str,
    region: Option<&'a str>,
}

impl<'a> Caller<'a> {
    /// Reads `AWS4-HMAC-SHA256 Credential=<access key>/<date>/<Region>/ssm/aws4_request, ...`.
    fn of(headers: &'a HeaderMap) -> Self {
        let authorization = header(headers, AUTHORIZATION.as_str()).unwrap_or_default();
        let Some((_, credential)) = authorization.split_once("Credential=") else {
            return Self::default();
        };
        let mut scope = credential.split(['/', ',']);
        let user = scope.next().unwrap_or_default();
        Self { user, region: scope.nth(1).filter(|region| is_region(region)) }
    }
}

fn is_region(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(allowed)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn error_response(error: &ServiceError) -> Response<Body> {
    let mut body = json!({ "__type": error.code.as_str() });
    if let Some(body) = body.as_object_mut().filter(|_| !error.message.is_empty()) {
        body.insert("message".into(), error.message.as_str().into());
    }
    response(error.code.status(), &body)
}

fn response(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    if let Ok(id) = HeaderValue::try_from(Uuid::new_v4().to_string()) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}
