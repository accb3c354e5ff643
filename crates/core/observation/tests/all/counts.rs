//! The counts of each release.

use observation::{Apart, Content, MAX_RELEASES, Observation, Way};

use crate::support::observe;

const OLD: (&str, &str) = ("sc-content-type", "application/javascript;%20release=41ab03d");
const NEW: (&str, &str) = ("sc-content-type", "application/javascript;%20release=9f2c1e7");
const SCRIPT: (&str, &str) = ("cs-uri-stem", "/app.js");
const MISS: (&str, &str) = ("x-edge-response-result-type", "Miss");

fn rows() -> Vec<Vec<(&'static str, &'static str)>> {
    vec![
        vec![OLD, SCRIPT],
        vec![OLD, SCRIPT, ("c-ip", "192.0.2.11"), ("time", "10:09:00")],
        vec![NEW, SCRIPT, MISS, ("time-to-first-byte", "0.300"), ("origin-fbl", "0.200")],
        vec![NEW, SCRIPT, ("sc-status", "503"), ("x-edge-response-result-type", "Error")],
        vec![NEW, SCRIPT, ("sc-status", "503"), ("x-edge-response-result-type", "Error")],
        vec![NEW, SCRIPT, ("sc-status", "404"), ("c-ip", "192.0.2.12")],
        vec![
            NEW,
            SCRIPT,
            ("sc-status", "502"),
            ("x-edge-response-result-type", "LambdaExecutionError"),
        ],
        vec![
            NEW,
            ("cs-uri-stem", "/api"),
            ("cs-method", "POST"),
            ("sc-status", "404"),
            ("time", "10:11:00"),
        ],
        vec![SCRIPT, ("cs(Cookie)", "release=9f2c1e7")],
        vec![("sc-status", "000")],
        vec![],
    ]
}

fn observed(rows: &[Vec<(&str, &str)>]) -> Observation {
    observe(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

#[test]
fn each_release_has_its_counts() {
    let seen = observed(&rows());
    assert_eq!(seen.rows, 11);
    assert_eq!(seen.times, Some((1_795_342_140_000, 1_795_342_260_000)));
    assert_eq!(seen.apart.get(&Apart::Left), Some(&1));
    assert_eq!((seen.unnamed, seen.too_many, seen.agreed, seen.disagreed), (1, 0, 0, 0));
    assert_eq!(seen.ways.get(&Way::Label), Some(&8));
    assert_eq!(seen.ways.get(&Way::Cookie), Some(&1));
    let old = &seen.releases["41ab03d"][&Content::File];
    assert_eq!((old.requests, old.viewers.count(), old.hits, old.server_errors), (2, 2, 2, 0));
    let new = &seen.releases["9f2c1e7"][&Content::File];
    assert_eq!((new.requests, new.viewers.count()), (6, 2));
    assert_eq!((new.server_errors, new.viewers_with_server_errors.count()), (2, 1));
    assert_eq!((new.missing_files, new.viewers_with_missing_files.count()), (1, 1));
    assert_eq!(new.function_errors, 1);
    assert_eq!((new.hits, new.misses), (2, 1));
    let near = |found: Option<f64>, expected: f64| (found.unwrap() / expected - 1.0).abs() < 0.05;
    assert!(near(new.miss_times.quantile(0.5), 0.3) && near(new.origin_times.quantile(0.5), 0.2));
    let data = &seen.releases["9f2c1e7"][&Content::Data];
    assert_eq!((data.requests, data.missing_files), (1, 0), "a missing answer is no missing file");
}

#[test]
fn parts_that_are_merged_are_the_whole() {
    let rows = rows();
    let whole = observed(&rows);
    for at in 0..=rows.len() {
        let mut merged = observed(&rows[..at]);
        merged.merge(&observed(&rows[at..]));
        assert_eq!(merged, whole, "{at}");
    }
}

#[test]
fn forged_releases_take_no_more_room_than_so_many() {
    let cookies: Vec<String> = (0..100).map(|number| format!("release=forged{number}")).collect();
    let rows: Vec<Vec<(&str, &str)>> =
        cookies.iter().map(|cookie| vec![SCRIPT, ("cs(Cookie)", cookie.as_str())]).collect();
    let mut seen = observed(&rows);
    assert_eq!((seen.releases.len(), seen.too_many), (MAX_RELEASES, 100 - MAX_RELEASES as u64));
    seen.merge(&observed(&[vec![SCRIPT, OLD]]));
    assert_eq!((seen.releases.len(), seen.too_many), (MAX_RELEASES, 101 - MAX_RELEASES as u64));
}
