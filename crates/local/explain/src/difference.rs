use std::fmt;

use edge_event::{Event, Headers, Origin, Outcome, Request, Response};
use serde::Serialize;

use crate::explanation::Sent;

/// A part of a request or response that a function added, changed or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// A header's name in lower case, `uri`, `querystring`, `origin domain`, `origin path` or
    /// `status`.
    pub part: String,
    /// The values before. Empty if the part was added.
    pub before: Vec<String>,
    /// The values after. Empty if the part was removed.
    pub after: Vec<String>,
}

impl Difference {
    fn of(part: &str, before: Vec<String>, after: Vec<String>) -> Option<Self> {
        (before != after).then(|| Self { part: part.to_owned(), before, after })
    }
}

/// `+ name: value`, `- name: value` or `~ name: value -> value`.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { part, before, after } = self;
        let (before, after) = (before.join(" | "), after.join(" | "));
        match (self.before.is_empty(), self.after.is_empty()) {
            (true, _) => write!(f, "+ {part}: {after}"),
            (false, true) => write!(f, "- {part}: {before}"),
            (false, false) => write!(f, "~ {part}: {before} -> {after}"),
        }
    }
}

/// What kind of result a function returned for `event`, and how it differs from the event.
pub fn changes(event: &Event, outcome: &Outcome) -> (Sent, Vec<Difference>) {
    match (outcome, &event.response) {
        (Outcome::Request(request), _) => {
            (Sent::Request, request_differences(&event.request, request))
        }
        (Outcome::Response(response), Some(before)) => {
            (Sent::Response, response_differences(before, response))
        }
        (Outcome::Response(response), None) => {
            (Sent::Answer, response_differences(&Response::default(), response))
        }
    }
}

fn request_differences(before: &Request, after: &Request) -> Vec<Difference> {
    let query = |request: &Request| request.querystring.iter().cloned().collect();
    let origin = |request: &Request, part: fn(&Origin) -> &str| {
        let text = request.origin.as_ref().map(part).filter(|text| !text.is_empty());
        text.map(str::to_owned).into_iter().collect()
    };
    let part = |name, part: fn(&Origin) -> &str| {
        Difference::of(name, origin(before, part), origin(after, part))
    };
    let parts = [
        Difference::of("uri", vec![before.uri.clone()], vec![after.uri.clone()]),
        Difference::of("querystring", query(before), query(after)),
        part("origin domain", Origin::domain_name),
        part("origin path", Origin::path),
    ];
    parts.into_iter().flatten().chain(header_differences(&before.headers, &after.headers)).collect()
}

fn response_differences(before: &Response, after: &Response) -> Vec<Difference> {
    let status = |response: &Response| {
        Some(response.status.clone()).filter(|status| !status.is_empty()).into_iter().collect()
    };
    let parts = [
        Difference::of("status", status(before), status(after)),
        Difference::of("body", json_body(before), json_body(after)),
    ];
    parts.into_iter().flatten().chain(header_differences(&before.headers, &after.headers)).collect()
}

/// The body of an answer to a script.
fn json_body(response: &Response) -> Vec<String> {
    let is_json = response.headers.get("content-type") == Some("application/json");
    response.body.clone().filter(|_| is_json).into_iter().collect()
}

/// In the order of the headers before; new headers come last.
fn header_differences(before: &Headers, after: &Headers) -> Vec<Difference> {
    let values = |headers: &Headers, name: &str| headers.values(name).map(str::to_owned).collect();
    let names = before.iter().map(|(name, _)| name);
    let new = after.iter().map(|(name, _)| name).filter(|name| !before.contains(name));
    names
        .chain(new)
        .filter_map(|name| {
            Difference::of(&name.to_lowercase(), values(before, name), values(after, name))
        })
        .collect()
}
