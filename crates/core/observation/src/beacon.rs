//! What a page said of itself: one request of `deploy/beacon`.

use access_log::{Field, Row};
use routing_core::{Rules, is_id};

use crate::attribution::release_of_cookie;

/// The largest measurement that can be true: ten minutes in milliseconds.
const LARGEST: u32 = 600_000;

/// One beacon. Anybody can send one, so each value is checked, and the text of an error is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beacon<'a> {
    /// The release that the page names if it knows it, or else the one of the request's cookie.
    pub release: Option<&'a str>,
    /// The percentage of pages that send beacons, 1 to 100.
    pub sample: u8,
    /// What the page says.
    pub said: Said,
}

/// What a page says in a beacon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A script failed.
    Error,
    /// Nobody handled a rejected promise.
    Rejection,
    /// A file of the site did not load: a script, a style or a chunk.
    MissingFile,
    /// How fast the page was, once it is hidden for the first time.
    Vitals(Vitals),
}

/// The measurements of a page. `None`: none was sent, or it cannot be true.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Vitals {
    /// Largest Contentful Paint, in milliseconds. `None` also for a browser that does not measure it.
    pub lcp: Option<u32>,
    /// The slowest interaction, in milliseconds. 0 if none took 104 ms, and for a browser that does not measure it.
    pub inp: Option<u32>,
    /// Cumulative Layout Shift, in thousandths. 0 also for a browser that does not measure it.
    pub cls: Option<u32>,
}

impl<'a> Beacon<'a> {
    /// The beacon of a row, if the row is a `GET` of the beacon's path.
    #[must_use]
    pub fn of(row: &Row<'a>, path: &str, rules: &Rules) -> Option<Beacon<'a>> {
        let is_beacon =
            row.get(Field::UriStem) == Some(path) && row.get(Field::Method) == Some("GET");
        let beacon = Beacon::parse(row.get(Field::UriQuery).filter(|_| is_beacon)?)?;
        let release = beacon.release.or_else(|| release_of_cookie(row, rules));
        Some(Beacon { release: release.filter(|release| is_id(release)), ..beacon })
    }

    /// Reads a query, in which names can be missing, unknown or repeated. Of a repeated one, the first counts.
    ///
    /// ```
    /// use observation::{Beacon, Said};
    ///
    /// let beacon = Beacon::parse("k=chunk&r=41ab03d&s=100&t=").unwrap();
    /// assert_eq!((beacon.release, beacon.said), (Some("41ab03d"), Said::MissingFile));
    /// ```
    #[must_use]
    pub fn parse(query: &'a str) -> Option<Beacon<'a>> {
        let said = match value(query, "k")? {
            "error" => Said::Error,
            "unhandledrejection" => Said::Rejection,
            "chunk" => Said::MissingFile,
            "vitals" => Said::Vitals(Vitals::parse(query)),
            _ => return None,
        };
        let sample = match value(query, "s") {
            Some(percent) => number(percent).and_then(|percent| u8::try_from(percent).ok())?,
            None => 100,
        };
        let release = value(query, "r").filter(|release| is_id(release));
        (1..=100).contains(&sample).then_some(Beacon { release, sample, said })
    }
}

impl Said {
    /// Whether something went wrong in the page.
    #[must_use]
    pub fn is_error(self) -> bool {
        match self {
            Said::Error | Said::Rejection | Said::MissingFile => true,
            Said::Vitals(_) => false,
        }
    }
}

impl Vitals {
    fn parse(query: &str) -> Vitals {
        let measured =
            |name| value(query, name).and_then(number).filter(|number| *number <= LARGEST);
        let lcp = measured("lcp").filter(|number| *number > 0);
        Vitals { lcp, inp: measured("inp"), cls: measured("cls") }
    }
}

fn value<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(one, _)| *one == name).map(|(_, value)| value)
}

/// Digits alone: `+5` is not a number that the script sends.
fn number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}
