//! The access log: a row for each request, which the reader of logs reads back.

use std::fs;
use std::net::IpAddr;
use std::time::Duration;

use access_log::{Field, Reader, Row};
use cloudfront_sim::{
    Connection, EdgeLocation, Exchange, LogFolder, Protocol, Step, log_header, log_row,
};
use edge_event::{Outcome, Response, Trigger};
use edge_time::Timestamp;
use http::Version;
use proptest::prelude::*;

use crate::cloudfront::support::{Seen, Site, VIEWER, get, request, response};

/// Looks at the row of a request.
fn with_row<T>(exchange: &Exchange, look: impl FnOnce(&Row<'_>) -> T) -> T {
    let log = log_header() + &log_row(exchange).unwrap();
    let mut reader = Reader::new(log.as_bytes());
    let looked = look(&reader.next_row().unwrap().unwrap());
    assert!(reader.next_row().unwrap().is_none());
    assert_eq!(reader.skipped().lines, 0);
    looked
}

fn value(exchange: &Exchange, field: Field) -> String {
    with_row(exchange, |row| row.get(field).unwrap_or("-").to_owned())
}

/// The result of a response before it left, after its end, and in detail.
fn results(exchange: &Exchange) -> [String; 3] {
    [Field::ResponseResultType, Field::ResultType, Field::DetailedResultType]
        .map(|field| value(exchange, field))
}

#[tokio::test]
async fn a_row_says_what_was_asked_and_answered() {
    let site = Site::new().origin("origin.example.com", |_| {
        let kind = ("content-type", "text/html; charset=utf-8; release=41ab03d");
        Ok(response(200, &[kind], "hello"))
    });
    let running = site.start();
    let headers = [
        ("user-agent", "Mozilla/5.0 (X11; Linux x86_64)"),
        ("referer", "https://shop.example.com/?q=a b"),
        ("cookie", "a=1; release=41ab03d.r12-1"),
        ("x-forwarded-for", "192.0.2.7, 192.0.2.8"),
    ];
    let seen = running.send(request("GET", "/a%20b?x=%41&y", &headers)).await;
    let expected = [
        (Field::Date, "2025-11-22"),
        (Field::Time, "08:26:40"),
        (Field::EdgeLocation, "FRA50"),
        (Field::ClientIp, "203.0.113.178"),
        (Field::Method, "GET"),
        (Field::Host, "d111111abcdef8.cloudfront.net"),
        (Field::UriStem, "/a%2520b"),
        (Field::Status, "200"),
        (Field::Referer, "https://shop.example.com/?q=a%20b"),
        (Field::UserAgent, "Mozilla/5.0%20(X11;%20Linux%20x86_64)"),
        (Field::UriQuery, "x=%2541&y"),
        (Field::Cookie, "a=1;%20release=41ab03d.r12-1"),
        (Field::RequestId, &seen.exchange.id),
        (Field::HostHeader, "shop.example.com"),
        (Field::ProtocolVersion, "HTTP/1.1"),
        (Field::ForwardedFor, "192.0.2.7,%20192.0.2.8"),
        (Field::ContentType, "text/html;%20charset=utf-8;%20release=41ab03d"),
        (Field::ContentLength, "5"),
        (Field::TimestampMs, "1763800000000"),
        (Field::OriginFirstByte, "0.000"),
        (Field::CacheBehavior, "*"),
        (Field::ClientPort, "-"),
        (Field::RangeStart, "-"),
    ];
    for (field, expected) in expected {
        assert_eq!(value(&seen.exchange, field), expected, "{field:?}");
    }
    with_row(&seen.exchange, |row| {
        assert_eq!(row.user_agent().as_deref(), Some("Mozilla/5.0 (X11; Linux x86_64)"));
        assert_eq!(row.content_type_parameter("release"), Some("41ab03d"));
        assert_eq!(row.cookie("release"), Some("41ab03d.r12-1"));
        assert_eq!(row.unix_ms(), Some(1_763_800_000_000));
    });
}

#[tokio::test]
async fn the_result_is_the_one_of_the_cache() {
    let running = Site::new().start();
    let first = running.get("/").await.exchange;
    let second = running.get("/").await.exchange;
    assert_eq!(results(&first), ["Miss"; 3]);
    assert_eq!(results(&second), ["Hit"; 3]);
    assert_eq!(value(&second, Field::OriginFirstByte), "-");
    let part = running.send(request("GET", "/", &[("range", "bytes=1-2")])).await.exchange;
    let range = [Field::Status, Field::RangeStart, Field::RangeEnd].map(|one| value(&part, one));
    assert_eq!(range, ["206", "1", "2"]);
}

#[tokio::test]
async fn an_error_says_where_it_comes_from() {
    let failing =
        |status| Site::new().origin("origin.example.com", move |_| Ok(response(status, &[], "no")));
    let generated =
        Site::new().function(Trigger::ViewerRequest, |_| Outcome::from(Response::status(403)));
    let broken = Site::new().raw_function(Trigger::ViewerRequest, |_| Ok("{".into()));
    let without_origin = Site::new().with(|distribution| {
        distribution.origins.get_mut("main").unwrap().origin =
            edge_event::Origin::custom("nowhere.example.com");
    });
    let refused = Site::new().behavior(|behavior| behavior.methods = cloudfront_sim::Methods::Read);
    let table = [
        ("of the origin", failing(503), "GET", "503", ["Error"; 3]),
        ("a file that is missing", failing(404), "GET", "404", ["Error"; 3]),
        ("of a function", generated, "GET", "403", ["LambdaGeneratedResponse"; 3]),
        ("a broken function", broken, "GET", "502", ["LambdaValidationError"; 3]),
        ("no origin", without_origin, "GET", "502", ["Error", "Error", "OriginDnsError"]),
        ("a method", refused, "POST", "403", ["Error", "Error", "InvalidRequestMethod"]),
    ];
    for (name, site, method, status, expected) in table {
        let Seen { exchange, .. } = site.start().send(request(method, "/", &[])).await;
        assert_eq!(value(&exchange, Field::Status), status, "{name}");
        assert_eq!(results(&exchange), expected, "{name}");
    }
}

#[tokio::test]
async fn a_viewer_who_has_left_is_no_error_of_the_origin() {
    let mut exchange = Site::new().start().get("/").await.exchange;
    exchange.has_left = true;
    assert_eq!(value(&exchange, Field::Status), "000");
    assert_eq!(results(&exchange), ["Miss", "Error", "ClientHungUpRequest"]);
}

#[tokio::test]
async fn a_request_that_is_too_large_is_in_no_log() {
    let running = Site::new().start();
    let url = format!("/{}", "a".repeat(9000));
    assert_eq!(log_row(&running.get(&url).await.exchange), None);
    let answered = Site::new().origin("origin.example.com", |_| Ok(response(414, &[], "")));
    assert!(log_row(&answered.start().get("/").await.exchange).is_some());
}

#[tokio::test]
async fn each_hour_has_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let running = Site::new().start();
    let started = Timestamp(1_763_800_000_000);
    let logs = LogFolder::create(&folder.path().join("logs"), "EDFDVBD6EXAMPLE", started).unwrap();
    let mut ids = Vec::new();
    for url in ["/1", "/2", "/3"] {
        let exchange = running.get(url).await.exchange;
        logs.write(&exchange).unwrap();
        ids.push(exchange.id);
        running.wait(1100);
    }
    let files = fs::read_dir(folder.path().join("logs")).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let names = files.iter().map(|path| path.file_name().unwrap().to_str().unwrap());
    let hours: Vec<_> = names.map(|name| name.split('.').nth(1).unwrap()).collect();
    assert_eq!(hours, ["2025-11-22-08", "2025-11-22-09"]);
    let mut read = Vec::new();
    for file in files {
        let mut reader = Reader::open(fs::File::open(file).unwrap()).unwrap();
        while let Some(row) = reader.next_row().unwrap() {
            read.push(row.request_id().unwrap().to_owned());
        }
        assert_eq!(reader.skipped().lines, 0);
    }
    assert_eq!(read, ids);
}

/// A value of a header, as viewers may send it.
fn header_value() -> impl Strategy<Value = String> {
    "[ -~äß€\u{80}-\u{ff}]{0,40}".prop_map(|text| text.trim().to_owned())
}

fn path() -> impl Strategy<Value = String> {
    "/[a-zA-Z0-9/._~!$&'()*+,;=:@%|^\\[\\]-]{0,40}"
}

fn exchange() -> impl Strategy<Value = Exchange> {
    let headers = [(); 4].map(|()| header_value());
    let viewer = any::<[u8; 16]>().prop_map(IpAddr::from);
    let connection = proptest::option::of((any::<u16>(), any::<bool>()));
    let times = (0_i64..4_102_444_800_000, 0_i64..100_000, proptest::option::of(0_i64..100_000));
    let numbers = (200_u16..600, any::<bool>(), 0_usize..1 << 40);
    (headers, path(), proptest::option::of(path()), viewer, connection, times, numbers).prop_map(
        |(headers, path, query, viewer, connection, (at, took, origin_ms), numbers)| {
            let url = query.map_or(path.clone(), |query| format!("{path}?{query}"));
            let mut one = usual();
            for (name, value) in
                ["user-agent", "referer", "cookie", "x-forwarded-for"].into_iter().zip(headers)
            {
                let value = http::HeaderValue::from_bytes(value.as_bytes()).unwrap();
                one.request_headers.insert(name, value);
            }
            (one.at, one.ended, one.origin_ms) = (Timestamp(at), Timestamp(at + took), origin_ms);
            (one.url, one.viewer, one.version) = (url, viewer, Version::HTTP_2);
            one.connection = connection.map(|(port, is_tls)| Connection {
                port,
                protocol: if is_tls { Protocol::Https } else { Protocol::Http },
            });
            (one.status, one.has_left, one.response_bytes) = numbers;
            one
        },
    )
}

fn usual() -> Exchange {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(Site::new().start().get("/")).exchange
}

proptest! {
    #[test]
    fn what_is_written_reads_back(one in exchange()) {
        let header = |name: &str| {
            let value = one.request_headers.get(name).unwrap();
            Some(std::str::from_utf8(value.as_bytes()).unwrap().to_owned())
                .filter(|value| !value.is_empty() && value != "-")
        };
        let (path, query) = one.url.split_once('?').unwrap_or((&one.url, ""));
        with_row(&one, |row| {
            let read = |field| row.decoded(field).map(std::borrow::Cow::into_owned);
            prop_assert_eq!(read(Field::UserAgent), header("user-agent"));
            prop_assert_eq!(read(Field::Referer), header("referer"));
            prop_assert_eq!(read(Field::Cookie), header("cookie"));
            prop_assert_eq!(read(Field::ForwardedFor), header("x-forwarded-for"));
            prop_assert_eq!(read(Field::UriStem), Some(path.to_owned()));
            prop_assert_eq!(read(Field::UriQuery), Some(query.to_owned()).filter(|one| !one.is_empty()));
            prop_assert_eq!(row.get(Field::ClientIp), Some(&*one.viewer.to_string()));
            prop_assert_eq!(row.unix_ms(), Some(one.ended.0));
            prop_assert_eq!(row.status(), Some(if one.has_left { 0 } else { one.status }));
            let port = one.connection.map(|connection| connection.port.into());
            prop_assert_eq!(row.number(Field::ClientPort), port);
            let took = (one.ended.0 - one.at.0) as f64 / 1000.0;
            prop_assert_eq!(row.seconds(Field::TimeTaken), Some(took));
            let origin = one.origin_ms.map(|ms| ms as f64 / 1000.0);
            prop_assert_eq!(row.seconds(Field::OriginFirstByte), origin);
            prop_assert_eq!(row.request_id(), Some(&*one.id));
            Ok(())
        })?;
    }
}

/// The time at the origin is measured on the distribution's clock.
#[tokio::test]
async fn times_are_those_of_the_distributions_clock() {
    let clock = std::sync::Arc::new(edge_time::ManualClock::new(Timestamp(1_763_800_000_000)));
    let origins = std::sync::Arc::clone(&clock);
    let site = Site::new().origin("origin.example.com", move |_| {
        origins.advance(Duration::from_millis(1234));
        Ok(response(200, &[], "slow"))
    });
    let running = site.start_at(clock);
    let edge = EdgeLocation("FRA50".into());
    let (_, exchange) = running.cloudfront.send(&edge, VIEWER, get("/")).await;
    let asked = |step: &Step| matches!(step, Step::Origin { .. });
    assert_eq!(exchange.steps.iter().filter(|step| asked(step)).count(), 1);
    assert_eq!(value(&exchange, Field::OriginFirstByte), "1.234");
    assert_eq!(value(&exchange, Field::TimeToFirstByte), "1.234");
}
