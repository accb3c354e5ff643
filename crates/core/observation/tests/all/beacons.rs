//! What is read of a beacon's query, and what is not.

use observation::{Agents, Apart, Beacon, By, Content, Entry, Observation, Said, Site, Vitals};
use routing_core::Rules;

use crate::support::{observe, observe_by, with_row};

fn said(said: Said) -> Option<Beacon<'static>> {
    Some(Beacon { release: Some("41ab03d"), sample: 100, said })
}

fn vitals(lcp: Option<u32>, inp: Option<u32>, cls: Option<u32>) -> Option<Beacon<'static>> {
    said(Said::Vitals(Vitals { lcp, inp, cls }))
}

#[test]
fn a_beacon_says_its_kind_its_release_and_its_measurements() {
    let unnamed = Some(Beacon { release: None, sample: 100, said: Said::Error });
    let sampled = Some(Beacon { release: Some("41ab03d"), sample: 5, said: Said::Error });
    let table = [
        ("an error", "k=error&r=41ab03d&s=100&t=Error%3A+no+cart", said(Said::Error)),
        ("a rejection", "k=unhandledrejection&r=41ab03d&s=100&t=x", said(Said::Rejection)),
        ("a chunk", "k=chunk&r=41ab03d&s=100&t=", said(Said::MissingFile)),
        (
            "measurements",
            "k=vitals&r=41ab03d&s=100&t=&lcp=812&inp=144&cls=103",
            vitals(Some(812), Some(144), Some(103)),
        ),
        (
            "measurements of a quiet page",
            "k=vitals&r=41ab03d&lcp=0&inp=0&cls=0",
            vitals(None, Some(0), Some(0)),
        ),
        (
            "the longest measurements",
            "k=vitals&r=41ab03d&lcp=600000&inp=600001&cls=600000",
            vitals(Some(600_000), None, Some(600_000)),
        ),
        (
            "measurements that cannot be true",
            "k=vitals&r=41ab03d&lcp=-1&inp=NaN&cls=99999999999999999999",
            vitals(None, None, None),
        ),
        (
            "an empty measurement",
            "k=vitals&r=41ab03d&lcp=&inp=+5&cls=1.5",
            vitals(None, None, None),
        ),
        ("a page that does not know its release", "k=error&r=&s=100&t=x", unnamed),
        ("no release", "k=error", unnamed),
        ("a release that is no id", "k=error&r=%3Cscript%3E&s=100", unnamed),
        ("a sample", "k=error&r=41ab03d&s=5", sampled),
        ("names in another order", "s=5&x=1&r=41ab03d&k=error", sampled),
        ("a repeated name", "k=error&k=chunk&r=41ab03d&r=9f2c1e7&s=5&s=50", sampled),
        ("a sample of none", "k=error&s=0", None),
        ("a sample of more than all", "k=error&s=101", None),
        ("a sample of far more", "k=error&s=300", None),
        ("a part of a percent", "k=error&s=0.5", None),
        ("an unknown kind", "k=load&r=41ab03d", None),
        ("a kind in capitals", "k=Error&r=41ab03d", None),
        ("no kind", "r=41ab03d&s=100", None),
        ("a name without a value", "k", None),
        ("nothing", "", None),
        ("separators", "&&=&=&", None),
    ];
    for (name, query, expected) in table {
        assert_eq!(Beacon::parse(query), expected, "{name}");
    }
}

/// Anybody can send a beacon: whatever it is cut to, it says nothing else.
#[test]
fn a_cut_beacon_says_less_and_nothing_else() {
    let query = "k=vitals&r=41ab03d&s=100&t=\u{20ac}&lcp=812&inp=144&cls=103";
    for end in (0..query.len()).filter(|end| query.is_char_boundary(*end)) {
        let Some(beacon) = Beacon::parse(&query[..end]) else { continue };
        assert!(beacon.release.is_none_or(|release| "41ab03d".starts_with(release)));
        let Said::Vitals(vitals) = beacon.said else { panic!("{beacon:?}") };
        assert!(vitals.lcp.is_none_or(|lcp| [8, 81, 812].contains(&lcp)), "{end}: {vitals:?}");
    }
}

#[test]
fn only_a_get_of_the_path_is_a_beacon() {
    let query = ("cs-uri-query", "k=error&r=41ab03d&s=100");
    let table: [(&str, &[(&str, &str)], _); 5] = [
        ("a beacon", &[("cs-uri-stem", "/_b"), query], said(Said::Error)),
        ("another path", &[("cs-uri-stem", "/_b/"), query], None),
        ("a form", &[("cs-uri-stem", "/_b"), ("cs-method", "POST"), query], None),
        ("no query", &[("cs-uri-stem", "/_b")], None),
        ("a page", &[query], None),
    ];
    for (name, values, expected) in table {
        with_row(values, |row| {
            assert_eq!(Beacon::of(row, "/_b", &Rules::default()), expected, "{name}");
        });
    }
}

/// A beacon from `/_b`, as viewer-request answers it.
fn beacon<'a>(query: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let answered = ("x-edge-response-result-type", "LambdaGeneratedResponse");
    let row = [("cs-uri-stem", "/_b"), ("cs-uri-query", query), ("sc-status", "204"), answered];
    row.iter().chain(more).copied().collect()
}

fn observed(rows: &[Vec<(&str, &str)>]) -> Observation {
    observe(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

#[test]
fn beacons_are_told_from_what_a_function_answered() {
    let cookie = ("cs(Cookie)", "release=9f2c1e7.r12-1");
    let of = |release| Entry::Beacon(Beacon { release, sample: 100, said: Said::Error });
    type Values = Vec<(&'static str, &'static str)>;
    let table: [(&str, Values, Entry<'_>); 8] = [
        ("a beacon", beacon("k=error&r=41ab03d", &[]), of(Some("41ab03d"))),
        ("the page knows better", beacon("k=error&r=41ab03d", &[cookie]), of(Some("41ab03d"))),
        ("the cookie", beacon("k=error&r=", &[cookie]), of(Some("9f2c1e7"))),
        ("neither", beacon("k=error&r=", &[]), of(None)),
        (
            "of a page that was closed",
            beacon("k=error&r=41ab03d", &[("sc-status", "000")]),
            of(Some("41ab03d")),
        ),
        ("no beacon", beacon("k=load", &[]), Entry::Apart(Apart::Answered)),
        (
            "of a crawler",
            beacon("k=error&r=41ab03d", &[("cs(User-Agent)", "Googlebot/2.1")]),
            Entry::Apart(Apart::Crawler),
        ),
        (
            "under an override",
            beacon("k=error&r=41ab03d", &[("cs(Cookie)", "release-override=eyJ")]),
            Entry::Apart(Apart::Override),
        ),
    ];
    let rules = Rules::default();
    let site = Site { beacon: Some("/_b"), ..Site::new(&rules) };
    for (name, values, expected) in table {
        with_row(&values, |row| {
            let mut agents = Agents::new(&rules);
            assert_eq!(Entry::of(row, agents.of(row), &site), expected, "{name}");
            let without = Entry::of(row, agents.of(row), &Site::new(&rules));
            assert!(matches!(without, Entry::Apart(_)), "{name}: there are no beacons");
        });
    }
}

#[test]
fn what_pages_say_is_counted_for_their_release() {
    let vitals = |lcp: u32| format!("k=vitals&r=41ab03d&lcp={lcp}&inp=0&cls=103");
    let (fast, slow) = (vitals(800), vitals(4000));
    let second = ("c-ip", "192.0.2.11");
    let seen = observed(&[
        vec![("sc-content-type", "text/html;%20release=41ab03d")],
        beacon("k=error&r=41ab03d&t=x", &[]),
        beacon("k=chunk&r=41ab03d&t=", &[]),
        beacon("k=unhandledrejection&r=41ab03d&t=x", &[second]),
        beacon(&fast, &[]),
        beacon(&fast, &[second]),
        beacon(&slow, &[("c-ip", "192.0.2.12")]),
        beacon("k=error&r=9f2c1e7&t=x", &[]),
        beacon("k=error&r=&t=x", &[]),
    ]);
    assert_eq!((seen.rows, seen.beacons, seen.unnamed_beacons), (9, 8, 1));
    assert_eq!(seen.apart.values().sum::<u64>(), 0);
    let page = &seen.releases["41ab03d"][&Content::Page];
    assert_eq!((page.requests, page.viewers.count()), (1, 3), "a beacon is no request");
    assert_eq!((page.page_errors, page.viewers_with_page_errors.count()), (3, 2));
    let lcp = |share| page.vitals.lcp.quantile(share).unwrap();
    assert!((0.8..0.84).contains(&lcp(0.5)) && (4.0..4.2).contains(&lcp(0.95)));
    assert_eq!(page.vitals.inp.quantile(0.95), Some(0.0));
    let cls = page.vitals.cls.quantile(0.5).unwrap();
    assert!((0.103..0.109).contains(&cls), "{cls}");
    let other = &seen.releases["9f2c1e7"][&Content::Page];
    assert_eq!((other.requests, other.page_errors, other.vitals.lcp.count()), (0, 1, 0));
}

#[test]
fn a_viewer_with_a_page_error_is_bad_in_its_minute() {
    let page = ("sc-content-type", "text/html;%20release=41ab03d");
    let bad = beacon("k=error&r=41ab03d", &[]);
    let fast = beacon("k=vitals&r=41ab03d&lcp=800", &[("time", "10:11:00")]);
    let late = beacon("k=error&r=41ab03d", &[("time", "10:12:00")]);
    let (first, second) = ([page], [page, ("c-ip", "192.0.2.11")]);
    let rows: [&[(&str, &str)]; 5] = [&first, &second, &bad, &fast, &late];
    let seen = observe_by(&rows, None, Some(By::Minute));
    let counts = seen.spans.values().map(|span| {
        let of = &span.releases["41ab03d"];
        (of.page_loads, of.viewers.count(), of.bad_viewers.count())
    });
    assert_eq!(counts.collect::<Vec<_>>(), [(2, 2, 1), (0, 1, 0), (0, 1, 1)]);
    let mut merged = observe_by(&rows[..2], None, Some(By::Minute));
    merged.merge(&observe_by(&rows[2..], None, Some(By::Minute)));
    assert_eq!(merged, seen);
}
