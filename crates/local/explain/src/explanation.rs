use serde::Serialize;

use crate::difference::Difference;
use crate::rules::Account;

/// What becomes of a request, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What the request counts as: `document` or `subresource`.
    pub kind: &'static str,
    /// The release that it gets; `None` if no function chose one.
    pub release: Option<String>,
    /// One word: the rule that won.
    pub reason: String,
    /// Every rule that was tried, in order.
    pub rules: Vec<Tried>,
    /// The weights that the stage rule looked at, if it was tried.
    pub draw: Option<Draw>,
    /// What each function made of it, in order.
    pub triggers: Vec<Ran>,
}

/// A rule, and what it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// The rule: `cookie`.
    pub rule: String,
    /// What it came to: `41ab03d from stage 0 of r12`.
    pub outcome: String,
}

/// A release taken from the weights of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draw {
    /// The rollout's id.
    pub rollout: String,
    /// The stage's index.
    pub stage: usize,
    /// The releases of the stage, in its order.
    pub weights: Vec<Weight>,
    /// The number in [0, 1) that was drawn with; `None` if there was nothing to draw.
    pub roll: Option<String>,
    /// The release that came out.
    pub release: String,
}

/// A release's weight in a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Weight {
    /// The release.
    pub release: String,
    /// Its weight.
    pub weight: u16,
}

/// What a function made of its event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ran {
    /// The trigger: `viewer-request`.
    pub trigger: &'static str,
    /// What it returned.
    pub sent: Sent,
    /// The release in its log line; empty for none.
    pub release: String,
    /// The reason in its log line.
    pub reason: &'static str,
    /// The warning in its log line.
    pub warning: Option<&'static str>,
    /// What differs from its event.
    pub changes: Vec<Difference>,
}

/// What a function returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sent {
    /// The request, which goes on.
    Request,
    /// The origin's response, which goes to the cache.
    Response,
    /// A response of its own, which goes to the viewer at once.
    Answer,
}

impl Explanation {
    pub(crate) fn new(account: Account, triggers: Vec<Ran>) -> Self {
        let Account { kind, rules, draw } = account;
        // origin-response repeats what the functions before it chose.
        let chose = triggers.iter().find(|ran| !ran.release.is_empty());
        let release = chose.map(|ran| ran.release.clone());
        let reason = chose.or(triggers.first()).map_or("pass-through", |ran| ran.reason);
        Self { kind, release, reason: reason.to_owned(), rules, draw, triggers }
    }
}
