use std::collections::BTreeMap;

use http::StatusCode;

use super::*;

/// The TTL of a response in seconds, with a minimum TTL of 0 and of 60 s, a default of an hour and a maximum of a
/// day.
type Row = (&'static str, &'static [&'static str], Option<u64>, Option<u64>);

/// The TTL of a response with this status from such an origin, in seconds.
type ErrorRow = (&'static str, OriginKind, u16, &'static [&'static str], Option<u64>);

fn ttl_of(policy: &CachePolicy, origin: OriginKind, status: u16, lines: &[&str]) -> Option<u64> {
    let error_ttls = BTreeMap::from([(404, seconds(30)), (503, seconds(0)), (403, seconds(5))]);
    let ttl = Ttl { policy, error_ttls: &error_ttls, origin };
    let status = StatusCode::from_u16(status).expect("a status");
    ttl.of(status, &headers(lines), NOW).map(|ttl| ttl.as_secs())
}

/// The table of page `Expiration`, row by row, then cases that it does not list.
const OBJECTS: &[Row] = &[
    ("max-age", &["cache-control: max-age=300"], Some(300), Some(300)),
    ("max-age below the minimum", &["cache-control: max-age=5"], Some(5), Some(60)),
    ("max-age above the maximum", &["cache-control: max-age=99999"], Some(86_400), Some(86_400)),
    ("max-age zero", &["cache-control: max-age=0"], Some(0), Some(60)),
    ("nothing", &[], Some(3_600), Some(3_600)),
    ("no max-age", &["cache-control: public, must-revalidate"], Some(3_600), Some(3_600)),
    ("s-maxage before max-age", &["cache-control: max-age=5, s-maxage=300"], Some(300), Some(300)),
    ("s-maxage below the minimum", &["cache-control: s-maxage=5"], Some(5), Some(60)),
    ("s-maxage above the maximum", &["cache-control: s-maxage=99999"], Some(86_400), Some(86_400)),
    ("Expires", &["expires: Sun, 22 Nov 2026 09:05:00 GMT"], Some(300), Some(300)),
    ("Expires below the minimum", &["expires: Sun, 22 Nov 2026 09:00:05 GMT"], Some(5), Some(60)),
    ("Expires in the past", &["expires: Sun, 22 Nov 2026 08:00:00 GMT"], Some(0), Some(60)),
    (
        "Expires above the maximum",
        &["expires: Sun, 29 Nov 2026 09:00:00 GMT"],
        Some(86_400),
        Some(86_400),
    ),
    ("Expires that is no date", &["expires: 0"], Some(0), Some(60)),
    (
        "max-age before Expires",
        &["cache-control: max-age=300", "expires: Sun, 22 Nov 2026 10:00:00 GMT"],
        Some(300),
        Some(300),
    ),
    ("no-cache", &["cache-control: no-cache"], Some(0), Some(60)),
    ("no-store", &["cache-control: no-store"], Some(0), Some(60)),
    ("private", &["cache-control: private"], Some(0), Some(60)),
    ("no-store in outages too", &["cache-control: no-store, stale-if-error=0"], None, Some(60)),
    ("private in outages too", &["cache-control: private, stale-if-error=0"], None, Some(60)),
    (
        "no-cache is kept to be confirmed",
        &["cache-control: no-cache, stale-if-error=0"],
        Some(0),
        Some(60),
    ),
    ("no-store with a grace", &["cache-control: no-store, stale-if-error=5"], Some(0), Some(60)),
    ("no-store beside max-age", &["cache-control: max-age=300, no-store"], Some(0), Some(60)),
    ("a private field", &["cache-control: private=\"x-user\", max-age=300"], Some(0), Some(60)),
    ("any casing", &["cache-control: No-Store, MAX-AGE=300"], Some(0), Some(60)),
    (
        "cookies that are not kept",
        &["cache-control: no-cache=\"X-A, Set-Cookie\", max-age=300"],
        Some(300),
        Some(300),
    ),
    ("another field", &["cache-control: no-cache=\"X-A, X-B\", max-age=300"], Some(0), Some(60)),
    (
        "a comma in quotes",
        &["cache-control: ext=\"a, no-store, b\", max-age=300"],
        Some(300),
        Some(300),
    ),
    ("two lines", &["cache-control: public", "cache-control: max-age=300"], Some(300), Some(300)),
    ("a quoted number", &["cache-control: max-age=\"300\""], Some(300), Some(300)),
    ("no number", &["cache-control: max-age=soon"], Some(3_600), Some(3_600)),
    ("Set-Cookie", &["set-cookie: a=1", "cache-control: max-age=300"], Some(300), Some(300)),
    ("Vary", &["vary: *", "cache-control: max-age=300"], Some(300), Some(300)),
];

#[test]
fn an_object_is_kept_as_the_expiration_table_says() {
    let zero = policy();
    let above = CachePolicy { min_ttl: seconds(60), ..policy() };
    for (name, lines, min_zero, min_above) in OBJECTS {
        for status in [200, 204, 301, 302, 307] {
            let ttl = |policy| ttl_of(policy, OriginKind::Custom, status, lines);
            assert_eq!(ttl(&zero), *min_zero, "{name}, {status}, minimum TTL 0");
            assert_eq!(ttl(&above), *min_above, "{name}, {status}, minimum TTL 60 s");
        }
    }
}

#[test]
fn the_default_ttl_is_at_least_the_minimum() {
    let policy = CachePolicy { min_ttl: seconds(7_200), ..policy() };
    assert_eq!(ttl_of(&policy, OriginKind::S3, 200, &[]), Some(7_200));
}

#[test]
fn errors_are_kept_as_their_pages_say() {
    let (s3, custom) = (OriginKind::S3, OriginKind::Custom);
    let rows: &[ErrorRow] = &[
        ("the default", custom, 500, &[], Some(10)),
        ("as the distribution says", custom, 404, &[], Some(30)),
        ("as the distribution says: not at all", custom, 503, &[], Some(0)),
        ("from S3 a second at least", s3, 503, &[], Some(1)),
        ("the longer of the two: header", custom, 404, &["cache-control: max-age=60"], Some(60)),
        ("the longer of the two: setting", custom, 404, &["cache-control: max-age=5"], Some(30)),
        ("s-maxage", custom, 500, &["cache-control: s-maxage=60, max-age=1"], Some(60)),
        ("Expires", custom, 500, &["expires: Sun, 22 Nov 2026 09:01:00 GMT"], Some(60)),
        (
            "the maximum TTL bounds the header",
            custom,
            502,
            &["cache-control: max-age=99999"],
            Some(86_400),
        ),
        ("no-store on a 404", custom, 404, &["cache-control: no-store"], None),
        ("no-cache on a 410", custom, 410, &["cache-control: no-cache"], None),
        ("private on a 414", custom, 414, &["cache-control: private"], None),
        ("no-store on a 501", s3, 501, &["cache-control: no-store"], None),
        ("no-store on a 500 is ignored", custom, 500, &["cache-control: no-store"], Some(10)),
        ("no-store on a 503 is ignored", custom, 503, &["cache-control: no-store"], Some(0)),
        ("a 403 alone", s3, 403, &[], None),
        ("a 403 with Expires", s3, 403, &["expires: Sun, 22 Nov 2026 09:01:00 GMT"], None),
        ("a 403 with max-age", s3, 403, &["cache-control: max-age=60"], Some(60)),
        ("a 403 with a short max-age", s3, 403, &["cache-control: max-age=1"], Some(5)),
    ];
    for (name, origin, status, lines, expected) in rows {
        assert_eq!(ttl_of(&policy(), *origin, *status, lines), *expected, "{name}");
    }
}

#[test]
fn every_status_is_kept_always_by_header_or_never() {
    let always = [404, 410, 414, 500, 501, 502, 503, 504];
    let by_header = [400, 403, 405, 412, 415];
    for status in 200..600 {
        let ttl = |lines: &[&str]| ttl_of(&policy(), OriginKind::S3, status, lines).is_some();
        let object = status < 400 && status != 206;
        let alone = object || always.contains(&status);
        assert_eq!(ttl(&[]), alone, "{status} alone");
        let with = alone || by_header.contains(&status);
        assert_eq!(ttl(&["cache-control: max-age=60"]), with, "{status} with max-age");
    }
}

#[test]
fn a_maximum_ttl_of_zero_keeps_nothing() {
    let off = CachePolicy { default_ttl: seconds(0), max_ttl: seconds(0), ..policy() };
    for status in 200..600 {
        assert_eq!(ttl_of(&off, OriginKind::S3, status, &["cache-control: max-age=60"]), None);
    }
}
