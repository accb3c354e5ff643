//! What a request was for.

use access_log::{Field, Row};
use routing_core::{Kind, Request, Rules, classify, strip_pin};

/// A log has no headers of requests but some, which the decision does not read.
pub(crate) static NO_HEADERS: &[(&str, &str)] = &[];

/// What a request was for. Releases are compared only within one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Content {
    /// A page load, as far as a log can tell: it does not have the headers of the request.
    Page,
    /// A file: a script, a style, an image.
    File,
    /// All else: calls of an API.
    Data,
}

impl Content {
    /// All of them, in the order of reports.
    pub const ALL: [Content; 3] = [Content::Page, Content::File, Content::Data];

    /// `page`, `file` or `data`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Content::Page => "page",
            Content::File => "file",
            Content::Data => "data",
        }
    }

    /// What the row was for.
    #[must_use]
    pub fn of(row: &Row<'_>, rules: &Rules) -> Content {
        let uri = row.get(Field::UriStem).unwrap_or("/");
        let request = Request {
            method: row.get(Field::Method).unwrap_or("GET"),
            uri,
            querystring: "",
            client_ip: "",
            headers: &NO_HEADERS,
        };
        let is_page = match classify(&request, None, rules) {
            Kind::Document => has_content(row) && row.content_type().is_none_or(is_html),
            Kind::Subresource => false,
        };
        let (path, _) = strip_pin(uri);
        match (is_page, rules.is_file(path)) {
            (true, _) => Content::Page,
            (false, true) => Content::File,
            (false, false) => Content::Data,
        }
    }
}

/// A browser stays on its page if the answer is a 204, such as that to a beacon.
fn has_content(row: &Row<'_>) -> bool {
    row.status() != Some(204)
}

fn is_html(kind: &str) -> bool {
    ["text/html", "application/xhtml+xml"].iter().any(|html| kind.eq_ignore_ascii_case(html))
}
