//! The row of a request.

use access_log::Field;
use edge_time::Timestamp;
use http::header::{self, HeaderMap, HeaderName};
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use crate::exchange::{CacheResult, Exchange, Protocol, Step};
use crate::origin::OriginError;

/// The characters that CloudFront encodes in values, besides those outside of ASCII (page `standard-logs-reference`).
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'\'')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'~');

/// The value of a column. An empty one is written as `-`.
type Column = (Field, fn(&Exchange) -> String);

/// The fields of legacy logs in their order, then those of v2 that the local CloudFront has.
const COLUMNS: [Column; 37] = [
    (Field::Date, |one| one.ended.utc().date().to_string()),
    (Field::Time, |one| time_of_day(one.ended)),
    (Field::EdgeLocation, |one| encoded(one.edge.0.as_bytes())),
    (Field::Bytes, |one| (header_bytes(&one.response_headers) + one.response_bytes).to_string()),
    (Field::ClientIp, |one| one.viewer.to_string()),
    (Field::Method, |one| one.method.clone()),
    (Field::Host, |one| one.domain_name.clone()),
    (Field::UriStem, |one| encoded(path(one).as_bytes())),
    (Field::Status, status),
    (Field::Referer, |one| sent(one, &header::REFERER)),
    (Field::UserAgent, |one| sent(one, &header::USER_AGENT)),
    (Field::UriQuery, |one| encoded(query(one).as_bytes())),
    (Field::Cookie, |one| sent(one, &header::COOKIE)),
    (Field::ResultType, |one| result(one).to_owned()),
    (Field::RequestId, |one| one.id.clone()),
    (Field::HostHeader, |one| sent(one, &header::HOST)),
    (Field::Protocol, |one| protocol(one).to_owned()),
    (Field::RequestBytes, |one| {
        (header_bytes(&one.request_headers) + one.request_bytes).to_string()
    }),
    (Field::TimeTaken, |one| seconds(one.ended.0 - one.at.0)),
    (Field::ForwardedFor, |one| sent(one, &X_FORWARDED_FOR)),
    (Field::SslProtocol, nothing),
    (Field::SslCipher, nothing),
    (Field::ResponseResultType, |one| one.result.as_str().to_owned()),
    (Field::ProtocolVersion, |one| format!("{:?}", one.version)),
    (Field::FleStatus, nothing),
    (Field::FleEncryptedFields, nothing),
    (Field::ClientPort, |one| {
        one.connection.map(|connection| connection.port.to_string()).unwrap_or_default()
    }),
    (Field::TimeToFirstByte, |one| seconds(one.ended.0 - one.at.0)),
    (Field::DetailedResultType, |one| detailed(one).to_owned()),
    (Field::ContentType, |one| answered(one, &header::CONTENT_TYPE)),
    (Field::ContentLength, |one| answered(one, &header::CONTENT_LENGTH)),
    (Field::RangeStart, |one| range(one, 0)),
    (Field::RangeEnd, |one| range(one, 1)),
    (Field::TimestampMs, |one| one.ended.0.to_string()),
    (Field::OriginFirstByte, |one| one.origin_ms.map(seconds).unwrap_or_default()),
    (Field::OriginLastByte, |one| one.origin_ms.map(seconds).unwrap_or_default()),
    (Field::CacheBehavior, behavior),
];

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The lines at the start of a log.
#[must_use]
pub fn log_header() -> String {
    let names = COLUMNS.map(|(field, _)| field.name()).join(" ");
    format!("#Version: 1.0\n#Fields: {names}\n")
}

/// The row of a request that has ended, with its line break.
///
/// `None` if the URL or the headers were too long: CloudFront logs no such request (page `standard-logs-reference`).
#[must_use]
pub fn log_row(exchange: &Exchange) -> Option<String> {
    let was_refused = exchange.steps.is_empty() && matches!(exchange.status, 414 | 494);
    if was_refused {
        return None;
    }
    let value = |(_, value): Column| match value(exchange) {
        empty if empty.is_empty() => "-".to_owned(),
        value => value,
    };
    Some(COLUMNS.map(value).join("\t") + "\n")
}

fn encoded(value: &[u8]) -> String {
    percent_encode(value, ENCODED).to_string()
}

fn time_of_day(at: Timestamp) -> String {
    let (hours, minutes, seconds) = at.utc().time().as_hms();
    format!("{hours:02}:{minutes:02}:{seconds:02}")
}

fn seconds(ms: i64) -> String {
    let ms = ms.max(0);
    format!("{}.{:03}", ms / 1000, ms % 1000)
}

fn path(exchange: &Exchange) -> &str {
    exchange.url.split('?').next().unwrap_or_default()
}

fn query(exchange: &Exchange) -> &str {
    exchange.url.split_once('?').map_or("", |(_, query)| query)
}

fn status(exchange: &Exchange) -> String {
    if exchange.has_left { "000".into() } else { exchange.status.to_string() }
}

fn sent(exchange: &Exchange, name: &HeaderName) -> String {
    joined(&exchange.request_headers, name)
}

fn answered(exchange: &Exchange, name: &HeaderName) -> String {
    joined(&exchange.response_headers, name)
}

fn joined(headers: &HeaderMap, name: &HeaderName) -> String {
    let between: &[u8] = if *name == header::COOKIE { b"; " } else { b", " };
    let values: Vec<_> = headers.get_all(name).iter().map(http::HeaderValue::as_bytes).collect();
    encoded(&values.join(between))
}

fn header_bytes(headers: &HeaderMap) -> usize {
    let bytes = |(name, value): (&HeaderName, &header::HeaderValue)| {
        name.as_str().len() + ": \r\n".len() + value.len()
    };
    headers.iter().map(bytes).sum()
}

/// In a test there can be no connection: most viewers use TLS.
fn protocol(exchange: &Exchange) -> &'static str {
    match exchange.connection.map(|connection| connection.protocol) {
        Some(Protocol::Http) => "http",
        Some(Protocol::Https) | None => "https",
    }
}

/// The path pattern; `*` for the default behavior.
fn behavior(exchange: &Exchange) -> String {
    let name = exchange.behavior.split(' ').next().unwrap_or_default();
    if name == "Default" { "*".into() } else { encoded(name.as_bytes()) }
}

fn result(exchange: &Exchange) -> &'static str {
    if exchange.has_left { CacheResult::Error.as_str() } else { exchange.result.as_str() }
}

/// An error says which one it is, unless the origin answered with it, or the cache did.
fn detailed(exchange: &Exchange) -> &'static str {
    if exchange.has_left {
        return "ClientHungUpRequest";
    }
    if exchange.result != CacheResult::Error {
        return exchange.result.as_str();
    }
    let origin = exchange.steps.iter().rev().find_map(|step| match step {
        Step::Origin { status, .. } => Some(status),
        Step::Function { .. } | Step::Lookup { .. } | Step::Kept { .. } => None,
    });
    match origin {
        Some(Err(OriginError::UnknownDomain(_))) => "OriginDnsError",
        Some(Err(OriginError::Unreachable(_))) => "OriginConnectError",
        Some(Err(OriginError::TimedOut)) => "OriginCommError",
        Some(Err(OriginError::Invalid(_))) => "OriginInvalidResponseError",
        None if exchange.steps.is_empty() && exchange.status == 403 => "InvalidRequestMethod",
        Some(Ok(_)) | None => CacheResult::Error.as_str(),
    }
}

/// The first or the last byte of a partial response: `bytes 0-99/500`.
fn range(exchange: &Exchange, which: usize) -> String {
    let value = exchange.response_headers.get(header::CONTENT_RANGE);
    let range = value.and_then(|value| value.to_str().ok()?.strip_prefix("bytes "));
    let range = range.and_then(|range| range.split('/').next()?.split('-').nth(which));
    range.filter(|byte| byte.bytes().all(|digit| digit.is_ascii_digit())).unwrap_or_default().into()
}

/// Not modelled, or not known here.
fn nothing(_: &Exchange) -> String {
    String::new()
}
