use std::fmt;

use crate::rules::{self, Rule};
use crate::{Event, Outcome, Trigger};

mod headers;
mod origin;
mod request;
mod response;
mod text;

/// A rule that a result breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: &'static Rule,
    /// What was found, in backquotes. Never a viewer's address, cookie or query string, so that it may
    /// be logged.
    pub found: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (page `{}`)", self.rule.text, self.found, self.rule.page)
    }
}

/// Finds every rule that a function's result breaks; CloudFront answers such a result with a 502.
///
/// The result is compared with the event, and only what differs is judged: what CloudFront has sent may
/// go back as it is, whatever it holds.
///
/// ```
/// use edge_event::{Event, Request, Response, check, rules};
///
/// let event = Event::viewer_request(Request::get("/"));
/// let broken = check(&event, &Response::status(204).body("none").into());
/// assert_eq!(broken[0].rule, &rules::NO_CONTENT_BODY);
/// ```
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

/// What has been found so far, for the trigger of the event.
struct Findings {
    trigger: Trigger,
    violations: Vec<Violation>,
}

impl Findings {
    fn add(&mut self, rule: &'static Rule, found: impl Into<String>) {
        self.violations.push(Violation { rule, found: found.into() });
    }

    /// Adds what is above a limit, unless it is no larger than what came with the event.
    fn at_most(&mut self, rule: &'static Rule, limit: usize, before: usize, after: usize) {
        if after > limit && after > before {
            self.add(rule, format!("`{after}`, allowed are `{limit}`"));
        }
    }
}
