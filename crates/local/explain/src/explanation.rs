use routing_core::Kind;
use serde::Serialize;

use crate::difference::Difference;
use crate::rules::RuleTrace;

/// The release of a request, the reason, and what each function does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// `document` or `subresource`.
    pub kind: &'static str,
    /// The release that serves the request; `None` if no function chose one.
    pub release: Option<String>,
    /// The rule that won, in one word.
    pub reason: String,
    /// Every rule that was tried, in order.
    pub rules: Vec<Tried>,
    /// The draw among the weights of the stage, if the stage rule was tried.
    pub draw: Option<Draw>,
    /// The run of each function, in order.
    pub triggers: Vec<FunctionRun>,
}

/// A rule that was tried, and its outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// Such as `cookie`.
    pub rule: String,
    /// Such as `41ab03d from stage 0 of r12`.
    pub outcome: String,
}

/// The choice of a release by the weights of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draw {
    /// The id of the rollout.
    pub rollout: String,
    /// The index of the stage.
    pub stage: usize,
    /// The weight of each release, in the order of the stage.
    pub weights: Vec<ReleaseWeight>,
    /// The roll, in [0, 1); `None` if there was only one release to choose.
    pub roll: Option<String>,
    /// The chosen release.
    pub release: String,
}

/// A release's weight in a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseWeight {
    /// The release's id.
    pub release: String,
    /// 0 to 999.
    pub weight: u16,
}

/// One run of a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FunctionRun {
    /// Such as `viewer-request`.
    pub trigger: &'static str,
    /// The kind of its result.
    pub sent: Sent,
    /// The release in its log line; empty if it has none.
    pub release: String,
    /// The reason in its log line.
    pub reason: &'static str,
    /// The warning in its log line.
    pub warning: Option<&'static str>,
    /// The differences between event and result.
    pub changes: Vec<Difference>,
}

/// The kind of a function's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sent {
    /// The request, which continues to the cache or the origin.
    Request,
    /// The origin's response, which continues to the cache.
    Response,
    /// A response that the function made. The viewer gets it at once.
    Answer,
}

impl Explanation {
    pub(crate) fn new(trace: RuleTrace, triggers: Vec<FunctionRun>) -> Self {
        let RuleTrace { kind, rules, draw } = trace;
        // The first function that chose a release counts; origin-response only repeats it.
        let chose = triggers.iter().find(|ran| !ran.release.is_empty());
        let release = chose.map(|ran| ran.release.clone());
        let reason = chose.or(triggers.first()).map_or("pass-through", |ran| ran.reason);
        let kind = match kind {
            Kind::Document => "document",
            Kind::Subresource => "subresource",
        };
        Self { kind, release, reason: reason.to_owned(), rules, draw, triggers }
    }
}
