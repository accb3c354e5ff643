//! What is read of a beacon's query, and what is not.

use observation::{Beacon, Said, Vitals};

use crate::support::with_row;

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
            vitals(None, None, Some(0)),
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
        with_row(values, |row| assert_eq!(Beacon::of(row, "/_b"), expected, "{name}"));
    }
}
