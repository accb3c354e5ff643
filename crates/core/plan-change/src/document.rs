use plan_format::{PlanProblem, ReleaseDefaults, Versions, parse, to_json};
use routing_core::Plan;

use crate::contracts;
use crate::draft::Body;
use crate::fields::compact;

/// The content of the parameter: the text, and the plan that was parsed from it.
///
/// Unlike [`Plan`], it keeps unknown fields and the order of all fields that a change does not touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    text: String,
    plan: Plan,
    form: Form,
}

/// The form of the text that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Bare release ids. The first change turns them into a complete plan.
    Bare,
    /// A plan as JSON.
    Whole,
}

impl Document {
    /// Parses the text of the parameter, at most [`plan_format::MAX_PLAN_BYTES`] long. `defaults` gives each
    /// release the values that the plan leaves out.
    ///
    /// # Errors
    /// The errors of [`plan_format::parse`]: the field, the value and the allowed values.
    pub fn parse(text: &str, defaults: &ReleaseDefaults) -> Result<Self, PlanProblem> {
        let plan = parse(text, defaults)?;
        if text.trim_start().starts_with(|first: char| first.is_ascii_alphanumeric()) {
            return Ok(Self { text: to_json(&plan), plan, form: Form::Bare });
        }
        let text = compact(text);
        Body::read(&text).ok_or_else(not_objects)?;
        Ok(Self { text, plan, form: Form::Whole })
    }

    /// The text to write to the parameter: JSON without white space between its parts.
    ///
    /// After a change it has at most [`plan_format::MAX_PLAN_BYTES`]. The JSON for bare release ids may be longer.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The parsed plan.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The form of the text that was read.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// The version of each state, in the order of the plan.
    #[must_use]
    pub fn state(&self) -> Vec<(String, u64)> {
        contracts::state(&self.body().top)
    }

    /// The versions of each state that a release can run on, in the order of the plan; `None` for a need that cannot
    /// be read.
    #[must_use]
    pub fn needs(&self, release: &str) -> Vec<(String, Option<Versions>)> {
        let body = self.body();
        let found = body.releases.iter().find(|(id, _)| id == release);
        found.map(|(_, fields)| contracts::needs(fields)).unwrap_or_default()
    }

    /// The text, split into its parts.
    pub(crate) fn body(&self) -> Body {
        Body::read(&self.text).expect("parse read the same text")
    }
}

/// serde also accepts a list of values in place of an object. Such a plan cannot be changed, because its fields
/// have no names.
fn not_objects() -> PlanProblem {
    let message =
        "releases, stages and the plan itself are written as objects to be changed".into();
    PlanProblem::Unreadable { path: "plan".into(), message }
}
