use std::fmt;

use crate::rules::{self, Rule};
use crate::{Event, Outcome, Trigger};

mod headers;
mod origin;
mod request;
mod response;
mod text;

/// A rule that a result breaks, and the part of the result that breaks it.
///
/// For example: "the path must begin with `/`: `index.html` (page `lambda-event-structure`)".
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The rule, one of [`rules::ALL`].
    pub rule: &'static Rule,
    /// The value that breaks the rule, in backquotes.
    ///
    /// It never holds the viewer's address, a cookie or the query string, so it is safe to log.
    pub found: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (page `{}`)", self.rule.text, self.found, self.rule.page)
    }
}

/// Finds every rule of CloudFront that the result of a function breaks.
///
/// CloudFront answers a result that breaks a rule with status 502. Use this function in tests, or before
/// you return a result.
///
/// Only the differences between the event and the result are checked. Parts that come from CloudFront
/// may go back unchanged, even if they break a rule.
///
/// ```
/// use edge_event::{Event, Request, Response, check, rules};
///
/// let event = Event::viewer_request(Request::get("/"));
/// let broken = check(&event, &Response::status(204).body("none").into());
/// assert_eq!(broken[0].rule, &rules::NO_CONTENT_BODY);
/// ```
#[must_use]
pub fn check(event: &Event, outcome: &Outcome) -> Vec<Violation> {
    let mut findings = Findings { trigger: event.trigger(), violations: Vec::new() };
    match outcome {
        Outcome::Response(response) => {
            response::check(event.response.as_ref(), response, &mut findings);
        }
        Outcome::Request(request) if findings.trigger.is_request() => {
            request::check(&event.request, request, &mut findings);
        }
        Outcome::Request(_) => {
            findings.add(&rules::RESULT_KIND, format!("a request from `{}`", findings.trigger));
        }
    }
    findings.violations
}

/// The violations found so far, and the trigger of the event.
struct Findings {
    trigger: Trigger,
    violations: Vec<Violation>,
}

impl Findings {
    fn add(&mut self, rule: &'static Rule, found: impl Into<String>) {
        self.violations.push(Violation { rule, found: found.into() });
    }

    /// Reports a size above `limit`, unless the event already had a size as large.
    fn at_most(&mut self, rule: &'static Rule, limit: usize, before: usize, after: usize) {
        if after > limit && after > before {
            self.add(rule, format!("`{after}`, at most `{limit}` allowed"));
        }
    }
}
