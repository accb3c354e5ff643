mod answer;
mod edge;
mod invalidation;
mod key;
mod range;
mod stale;
mod ttl;

use std::time::Duration;

use bytes::Bytes;
use edge_time::Timestamp;
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use super::*;
use crate::policy::{CachePolicy, Names};

/// 2026-11-22T09:00:00Z.
const NOW: Timestamp = Timestamp(1_795_338_000_000);
const HOST: &str = "d111111abcdef8.cloudfront.net";

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn at(seconds: u64) -> Timestamp {
    Timestamp(
        NOW.0 + i64::try_from(seconds * 1_000).expect("tests end before the year 292,000,000"),
    )
}

/// Nothing in the key; a minimum, default and maximum TTL of zero, an hour and a day.
fn policy() -> CachePolicy {
    CachePolicy { default_ttl: seconds(3_600), max_ttl: seconds(86_400), ..CachePolicy::default() }
}

fn only(names: &[&str]) -> Names {
    Names::Only(names.iter().map(ToString::to_string).collect())
}

/// The key of a GET request under [`policy`].
fn key(url: &str) -> CacheKey {
    CacheKey::of(&policy(), HOST, &edge_event::Request::get(url))
}

/// Headers from lines: `ETag: "a"`.
fn headers(lines: &[&str]) -> HeaderMap {
    let pairs = lines.iter().map(|line| line.split_once(": ").expect("a line is `name: value`"));
    let parsed = pairs.map(|(name, value)| {
        let name: HeaderName = name.parse().expect("a header's name");
        (name, HeaderValue::from_str(value).expect("a header's value"))
    });
    let mut headers = HeaderMap::new();
    parsed.for_each(|(name, value)| _ = headers.append(name, value));
    headers
}

fn response(status: u16, lines: &[&str], body: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::copy_from_slice(body.as_bytes()));
    *response.status_mut() = status.try_into().expect("a status");
    *response.headers_mut() = headers(lines);
    response
}

/// What a lookup found, and the body of it.
fn found(cache: &mut EdgeCache, key: &CacheKey, now: Timestamp) -> String {
    let body = |stored: Stored| String::from_utf8_lossy(stored.response.body()).into_owned();
    match cache.lookup(key, now) {
        Lookup::Fresh(stored) => format!("fresh {}", body(stored)),
        Lookup::Held(stored) => format!("held {}", body(stored)),
        Lookup::Stale(stored) => format!("stale {}", body(stored)),
        Lookup::Absent => "absent".into(),
    }
}
