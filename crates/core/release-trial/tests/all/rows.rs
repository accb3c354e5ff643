//! Rows of logs become sightings.

use access_log::Reader;
use observation::{Agent, Content, Outcome, Site};
use release_trial::{Answer, Event, Served, Sighting};
use routing_core::Rules;

use crate::plans::at;

/// The sighting in a row: its path, status, User-Agent, type and result.
fn seen(row: &str, look: impl FnOnce(Option<Sighting<'_>>)) {
    let (path, rest) = row.split_once(' ').unwrap();
    let (stem, query) = path.split_once('?').unwrap_or((path, "-"));
    let row = format!("{stem} {query} {rest}").replace(' ', "\t");
    let log = format!(
        "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent) sc-content-type x-edge-result-type\n\
         2026-11-22\t10:10:00\t192.0.2.1\tGET\t{row}\n"
    );
    let mut reader = Reader::new(log.as_bytes());
    let row = reader.next_row().unwrap().unwrap();
    let rules = Rules::default();
    let site = Site { beacon: Some("/_b"), ..Site::new(&rules) };
    look(Sighting::of(&row, &Agent::of(&row, &rules), &site));
}

#[test]
fn a_row_says_who_was_served_what() {
    let table = [
        (
            "/ 200 Mozilla/5.0 text/html;%20release=new Hit",
            Content::Page,
            Served::Cache,
            Outcome::Fine,
        ),
        (
            "/cart 503 Mozilla/5.0 text/html;%20release=new Error",
            Content::Page,
            Served::Origin,
            Outcome::ServerError,
        ),
        (
            "/_r/new/a.js 404 Mozilla/5.0 - Error",
            Content::File,
            Served::Origin,
            Outcome::MissingFile,
        ),
        (
            "/_r/new/a.js 502 Mozilla/5.0 - LambdaExecutionError",
            Content::File,
            Served::Origin,
            Outcome::FunctionError,
        ),
    ];
    for (row, content, served, outcome) in table {
        seen(row, |sighting| {
            let sighting = sighting.unwrap();
            assert_eq!((sighting.release, sighting.at), ("new", at("10:10:00")), "{row}");
            assert_eq!(sighting.event, Event::Answer(Answer { content, served, outcome }), "{row}");
        });
    }
}

#[test]
fn rows_that_say_nothing_of_a_release_are_no_sightings() {
    for row in [
        "/ 200 Googlebot/2.1 text/html;%20release=new Hit",
        "/ 200 Mozilla/5.0 text/html Hit",
        "/ 000 Mozilla/5.0 text/html;%20release=new Error",
    ] {
        seen(row, |sighting| assert_eq!(sighting, None, "{row}"));
    }
}

#[test]
fn a_beacon_with_an_error_is_one_of_its_page() {
    for (kind, is_error) in [
        ("error", true),
        ("unhandledrejection", true),
        ("chunk", true),
        ("vitals", false),
        ("none", false),
    ] {
        seen(
            &format!("/_b?k={kind}&r=new&s=100 204 Mozilla/5.0 - LambdaGeneratedResponse"),
            |sighting| {
                let found = sighting.map(|one| (one.release, one.event));
                assert_eq!(found, is_error.then_some(("new", Event::PageError)), "{kind}");
            },
        );
    }
    seen("/_b?k=error&r=new 204 Googlebot/2.1 - LambdaGeneratedResponse", |sighting| {
        assert_eq!(sighting, None);
    });
    seen("/_b?k=error 204 Mozilla/5.0 - LambdaGeneratedResponse", |sighting| {
        assert_eq!(sighting, None, "nothing names the release");
    });
}
