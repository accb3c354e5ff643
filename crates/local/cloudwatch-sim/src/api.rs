use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::alarm::Alarm;
use crate::alarms::{Alarms, NoSuchAlarm};
use crate::wire::{AlarmType, DescribeAlarms, Described, MuteRules, Nothing, SetAlarmState};

/// The path of a call in Smithy's protocol RPC v2 CBOR, which AWS's SDK for Rust speaks with CloudWatch.
const PATH: &str = "/service/GraniteServiceVersion20100801/operation/{operation}";
const CBOR: HeaderValue = HeaderValue::from_static("application/cbor");
const PROTOCOL: (HeaderName, HeaderValue) =
    (HeaderName::from_static("smithy-protocol"), HeaderValue::from_static("rpc-v2-cbor"));
/// The code of an error for clients that know CloudWatch's older protocol.
const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");

/// The most alarms in one answer, and how many there are if the call does not say it.
const MAX_RECORDS: usize = 100;
const USUAL_RECORDS: usize = 50;

/// Routes for AWS's SDK: `DescribeAlarms`, `SetAlarmState` and `ListAlarmMuteRules`. Neither
/// signatures nor permissions are checked, and every Region has the same alarms.
pub fn api(alarms: Alarms) -> Router {
    Router::new().route(PATH, post(operate)).with_state(alarms)
}

/// Why a call is refused.
#[derive(Debug, Error)]
enum ApiError {
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    NoSuchAlarm(#[from] NoSuchAlarm),
    #[error("this local CloudWatch does not model `{0}`")]
    NotModelled(String),
}

async fn operate(
    State(alarms): State<Alarms>,
    Path(operation): Path<String>,
    body: Bytes,
) -> Result<Response, ApiError> {
    match operation.as_str() {
        "DescribeAlarms" => Ok(answer(StatusCode::OK, &describe(&alarms, &read(&body)?)?)),
        "SetAlarmState" => {
            let SetAlarmState { alarm_name, state_value, state_reason } = read(&body)?;
            alarms.set(&alarm_name, state_value, &state_reason)?;
            Ok(answer(StatusCode::OK, &Nothing {}))
        }
        "ListAlarmMuteRules" => {
            let none = MuteRules { alarm_mute_rule_summaries: [] };
            Ok(answer(StatusCode::OK, &none))
        }
        _ => Err(ApiError::NotModelled(operation)),
    }
}

fn describe(alarms: &Alarms, asked: &DescribeAlarms) -> Result<Described, ApiError> {
    let most = asked.max_records.unwrap_or(USUAL_RECORDS);
    if !(1..=MAX_RECORDS).contains(&most) {
        let problem = format!("MaxRecords {most} is out of range: allowed are 1 to {MAX_RECORDS}");
        return Err(ApiError::Invalid(problem));
    }
    let token = asked.next_token.as_deref().unwrap_or("0");
    let skipped: usize = token
        .parse()
        .map_err(|_| ApiError::Invalid(format!("`{token}` is not a token of this CloudWatch")))?;
    let mut found = alarms.all();
    found.retain(|alarm| asked.includes(alarm));
    let rest = found.len().saturating_sub(skipped);
    let next_token = (rest > most).then(|| (skipped + most).to_string());
    let metric_alarms = found.into_iter().skip(skipped).take(most).map(Into::into).collect();
    Ok(Described { metric_alarms, composite_alarms: [], next_token })
}

impl DescribeAlarms {
    fn includes(&self, Alarm { name, state, .. }: &Alarm) -> bool {
        let is_named = self.alarm_names.as_ref().is_none_or(|names| names.contains(name));
        let begins = self.alarm_name_prefix.as_ref().is_none_or(|start| name.starts_with(start));
        let has_type =
            self.alarm_types.as_ref().is_none_or(|types| types.contains(&AlarmType::Metric));
        let has_state = self.state_value.is_none_or(|wanted| wanted == *state);
        is_named && begins && has_type && has_state
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    ciborium::from_reader(body).map_err(|error| ApiError::Invalid(error.to_string()))
}

fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let mut bytes = Vec::new();
    ciborium::into_writer(body, &mut bytes).expect("texts, numbers and lists are always CBOR");
    (status, [(CONTENT_TYPE, CBOR), PROTOCOL], bytes).into_response()
}

/// An error of RPC v2 CBOR.
#[derive(Serialize)]
struct ErrorBody {
    #[serde(rename = "__type")]
    kind: String,
    message: String,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = match self {
            Self::Invalid(_) => (StatusCode::BAD_REQUEST, "ValidationError"),
            Self::NoSuchAlarm(_) => (StatusCode::NOT_FOUND, "ResourceNotFound"),
            Self::NotModelled(_) => (StatusCode::NOT_FOUND, "UnknownOperationException"),
        };
        let kind = format!("com.amazonaws.cloudwatch#{code}");
        let response = answer(status, &ErrorBody { kind, message: self.to_string() });
        ([(QUERY_ERROR, format!("{code};Sender"))], response).into_response()
    }
}
