//! Which release served a row.

use access_log::{Field, Row};
use routing_core::{Pins, Reason, Request, Rules, Stamp, is_id, pins};

use crate::content::NO_HEADERS;
use crate::{Content, Decided, Doubt, Replayed};

/// The parameter that the functions add to the Content-Type of a release's objects.
pub const LABEL: &str = "release";

/// How a row names its release, the surest way first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// The label in the Content-Type. It is cached with the object, so that it is the release that was served.
    Label,
    /// The pin in the path.
    PathPin,
    /// The pin in the query.
    QueryPin,
    /// The release cookie of a request that is no page load. A page load can give the viewer another release.
    Cookie,
    /// The decision, made again with the plan of that time.
    Replay,
}

/// The release of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribution<'a> {
    /// Its id.
    pub release: &'a str,
    /// What named it.
    pub way: Way,
    /// What the next way says, if there is one.
    pub other: Option<&'a str>,
    /// Whether the release is right only if the request was the page load, or the other request, that it looks like.
    pub is_assumed: bool,
}

/// The release of a row: the one that it names, or else the one of the decision that was made again.
///
/// If it was made again, then pins and cookies count only as the decision counted them: a cookie of a withdrawn release
/// names nothing.
#[must_use]
pub fn attribute<'a>(
    row: &Row<'a>,
    content: Content,
    rules: &Rules,
    replayed: Option<Replayed<'a>>,
) -> Option<Attribution<'a>> {
    let label = row.content_type_parameter(LABEL).filter(|release| is_id(release));
    let pins = its_pins(row);
    let rest = match replayed {
        None | Some(Replayed::Doubtful(Doubt::NoPlan | Doubt::NoCookies)) => {
            named(row, pins, content, rules)
        }
        Some(Replayed::Doubtful(Doubt::NearChange)) => None,
        Some(Replayed::Certain(decided)) => of_decision(decided, pins),
        Some(Replayed::Assumed(decided)) => {
            of_decision(decided, pins).map(|one| Attribution { is_assumed: true, ..one })
        }
    };
    let of_label = |release| {
        let other = rest.map(|rest| rest.release);
        Attribution { release, way: Way::Label, other, is_assumed: false }
    };
    label.map(of_label).or(rest)
}

/// The release that pins and cookie name, whether they counted or not.
fn named<'a>(
    row: &Row<'a>,
    pins: Pins<'a>,
    content: Content,
    rules: &Rules,
) -> Option<Attribution<'a>> {
    let ways = [
        (Way::PathPin, pins.path),
        (Way::QueryPin, pins.query),
        (Way::Cookie, of_cookie(row, content, rules)),
    ];
    let named = ways.into_iter().filter_map(|(way, release)| Some((way, release?)));
    let mut named = named.filter(|(_, release)| is_id(release));
    let (way, release) = named.next()?;
    let other = named.next().map(|(_, release)| release);
    Some(Attribution { release, way, other, is_assumed: false })
}

fn of_decision<'a>(
    Decided { release, reason }: Decided<'a>,
    pins: Pins<'a>,
) -> Option<Attribution<'a>> {
    let way = match reason {
        Reason::Pin if pins.path == Some(release) => Way::PathPin,
        Reason::Pin => Way::QueryPin,
        Reason::Sticky => Way::Cookie,
        Reason::Stage => Way::Replay,
        Reason::Override | Reason::Crawler | Reason::PassThrough => return None,
    };
    Some(Attribution { release, way, other: None, is_assumed: false })
}

fn its_pins<'a>(row: &Row<'a>) -> Pins<'a> {
    pins(&Request {
        method: row.get(Field::Method).unwrap_or("GET"),
        uri: row.get(Field::UriStem).unwrap_or("/"),
        querystring: row.get(Field::UriQuery).unwrap_or_default(),
        client_ip: "",
        headers: &NO_HEADERS,
    })
}

fn of_cookie<'a>(row: &Row<'a>, content: Content, rules: &Rules) -> Option<&'a str> {
    if content == Content::Page { None } else { release_of_cookie(row, rules) }
}

/// The release that the row's cookie names. A page load can have given the viewer another one.
pub(crate) fn release_of_cookie<'a>(row: &Row<'a>, rules: &Rules) -> Option<&'a str> {
    Some(Stamp::parse(row.cookie(rules.release_cookie.as_str())?)?.release())
}
