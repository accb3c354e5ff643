//! What a row was for, who asked, and which release served it.

use observation::{Agent, Apart, Content, Way, attribute};
use routing_core::Rules;

use crate::support::with_row;

/// The values of a row that differ from the usual ones.
type Values<'a> = &'a [(&'a str, &'a str)];

const LABEL: (&str, &str) = ("sc-content-type", "text/html;%20charset=utf-8;%20release=41ab03d");
const SCRIPT: (&str, &str) = ("cs-uri-stem", "/assets/app.js");
const COOKIE: (&str, &str) = ("cs(Cookie)", "a=1;%20release=9f2c1e7.r12-1");

#[test]
fn the_surest_way_names_the_release() {
    type Expected = Option<(&'static str, Way, Option<&'static str>)>;
    let table: [(&str, Values<'_>, Expected); 13] = [
        ("nothing", &[], None),
        ("a label", &[LABEL], Some(("41ab03d", Way::Label, None))),
        (
            "a label and a path pin",
            &[LABEL, ("cs-uri-stem", "/_r/41ab03d/app.js")],
            Some(("41ab03d", Way::Label, Some("41ab03d"))),
        ),
        (
            "a label and the cookie of another release",
            &[LABEL, SCRIPT, COOKIE],
            Some(("41ab03d", Way::Label, Some("9f2c1e7"))),
        ),
        (
            "a path pin",
            &[("cs-uri-stem", "/_r/9f2c1e7/app.js")],
            Some(("9f2c1e7", Way::PathPin, None)),
        ),
        (
            "a query pin",
            &[SCRIPT, ("cs-uri-query", "a=1&dpl=9f2c1e7")],
            Some(("9f2c1e7", Way::QueryPin, None)),
        ),
        (
            "a query pin and a cookie",
            &[SCRIPT, ("cs-uri-query", "dpl=41ab03d"), COOKIE],
            Some(("41ab03d", Way::QueryPin, Some("9f2c1e7"))),
        ),
        ("the cookie of a script", &[SCRIPT, COOKIE], Some(("9f2c1e7", Way::Cookie, None))),
        (
            "the cookie without a stage",
            &[SCRIPT, ("cs(Cookie)", "release=9f2c1e7")],
            Some(("9f2c1e7", Way::Cookie, None)),
        ),
        ("the cookie of a page load", &[COOKIE], None),
        ("a cookie that is no id", &[SCRIPT, ("cs(Cookie)", "release=%3Cscript%3E")], None),
        ("a label that is no id", &[("sc-content-type", "text/html;%20release=a/b")], None),
        ("a pin that is no id", &[("cs-uri-stem", "/_r/A%20B/app.js")], None),
    ];
    let rules = Rules::default();
    for (name, values, expected) in table {
        with_row(values, |row| {
            let named = attribute(row, Content::of(row, &rules), &rules, None);
            assert_eq!(named.map(|one| (one.release, one.way, one.other)), expected, "{name}");
        });
    }
}

#[test]
fn pages_files_and_data_are_told_apart() {
    let table: [(&str, Values<'_>, Content); 10] = [
        ("the start page", &[], Content::Page),
        ("a page", &[("cs-uri-stem", "/cart"), LABEL], Content::Page),
        ("a pinned page", &[("cs-uri-stem", "/_r/41ab03d/cart")], Content::Page),
        (
            "a page that was not modified",
            &[("cs-uri-stem", "/cart"), ("sc-status", "304")],
            Content::Page,
        ),
        ("a name with a dot", &[("cs-uri-stem", "/users/john.doe")], Content::Page),
        ("a script", &[SCRIPT], Content::File),
        ("a script that was answered with a page", &[SCRIPT, LABEL], Content::File),
        (
            "an answer in JSON",
            &[("cs-uri-stem", "/api/cart"), ("sc-content-type", "application/json")],
            Content::Data,
        ),
        ("a form", &[("cs-uri-stem", "/cart"), ("cs-method", "POST")], Content::Data),
        ("a beacon", &[("cs-uri-stem", "/_b"), ("sc-status", "204")], Content::Data),
    ];
    for (name, values, expected) in table {
        with_row(values, |row| assert_eq!(Content::of(row, &Rules::default()), expected, "{name}"));
    }
}

#[test]
fn rows_that_say_nothing_of_a_release_are_apart() {
    let left = [("x-edge-result-type", "Error"), ("x-edge-response-result-type", "Miss")];
    let table: [(&str, Values<'_>, Option<Apart>); 9] = [
        ("a viewer", &[], None),
        (
            "a crawler",
            &[("cs(User-Agent)", "Mozilla/5.0%2520(compatible;%2520Googlebot/2.1)")],
            Some(Apart::Crawler),
        ),
        ("a preview link", &[("cs-uri-query", "a=1&__release=eyJ")], Some(Apart::Override)),
        ("a preview link without a value", &[("cs-uri-query", "__release")], Some(Apart::Override)),
        ("another parameter", &[("cs-uri-query", "x__release=1")], None),
        (
            "an override cookie",
            &[("cs(Cookie)", "a=1;%20release-override=eyJ")],
            Some(Apart::Override),
        ),
        ("no status", &[("sc-status", "000")], Some(Apart::Left)),
        ("an error after a sound answer", &left, Some(Apart::Left)),
        ("an error of the origin", &[("sc-status", "502"), left[0], left[1]], None),
    ];
    let rules = Rules::default();
    for (name, values, expected) in table {
        with_row(values, |row| {
            assert_eq!(Apart::of(row, &Agent::of(row, &rules), &rules), expected, "{name}");
        });
    }
}
