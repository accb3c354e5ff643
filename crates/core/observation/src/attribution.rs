//! Which release served a row.

use access_log::{Field, Row};
use routing_core::{Rules, Stamp, is_id, pins};

use crate::Content;
use crate::content::NO_HEADERS;

/// The parameter that the functions add to the Content-Type of a release's objects.
const LABEL: &str = "release";

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
}

impl Way {
    /// All ways, the surest first.
    pub const ALL: [Way; 4] = [Way::Label, Way::PathPin, Way::QueryPin, Way::Cookie];
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
}

/// The release that a row names.
#[must_use]
pub fn attribute<'a>(row: &Row<'a>, content: Content, rules: &Rules) -> Option<Attribution<'a>> {
    let request = routing_core::Request {
        method: row.get(Field::Method).unwrap_or("GET"),
        uri: row.get(Field::UriStem).unwrap_or("/"),
        querystring: row.get(Field::UriQuery).unwrap_or_default(),
        client_ip: "",
        headers: &NO_HEADERS,
    };
    let pins = pins(&request);
    let mut named = Way::ALL.into_iter().filter_map(|way| {
        let release = match way {
            Way::Label => row.content_type_parameter(LABEL),
            Way::PathPin => pins.path,
            Way::QueryPin => pins.query,
            Way::Cookie => of_cookie(row, content, rules),
        };
        Some((way, release.filter(|release| is_id(release))?))
    });
    let (way, release) = named.next()?;
    Some(Attribution { release, way, other: named.next().map(|(_, release)| release) })
}

fn of_cookie<'a>(row: &Row<'a>, content: Content, rules: &Rules) -> Option<&'a str> {
    if content == Content::Page {
        return None;
    }
    let cookie = row.cookie(rules.release_cookie.as_str())?;
    Some(Stamp::parse(cookie)?.release())
}
