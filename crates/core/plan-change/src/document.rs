use plan_format::{PlanProblem, PrefixTemplate, parse, to_json};
use routing_core::Plan;

use crate::draft::Body;
use crate::fields::compact;

/// What the parameter holds: the text, and the plan that it means.
///
/// Unlike [`Plan`] it loses nothing: unknown fields stay, and what no change touches keeps its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    text: String,
    plan: Plan,
    form: Form,
}

/// How the text that was read is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Bare release ids; the first change turns them into a whole plan.
    Bare,
    /// A plan as JSON.
    Whole,
}

impl Document {
    /// Reads the parameter's text, at most [`plan_format::MAX_PLAN_BYTES`] of it. `template` gives the
    /// prefixes of bare release ids.
    ///
    /// # Errors
    /// Those of [`plan_format::parse`]: the field, the value and what is allowed.
    pub fn parse(text: &str, template: &PrefixTemplate) -> Result<Self, PlanProblem> {
        let plan = parse(text, template)?;
        if text.trim_start().starts_with(|first: char| first.is_ascii_alphanumeric()) {
            return Ok(Self { text: to_json(&plan), plan, form: Form::Bare });
        }
        let text = compact(text);
        Body::read(&text).ok_or_else(not_objects)?;
        Ok(Self { text, plan, form: Form::Whole })
    }

    /// The text as JSON, without white space between its parts: what is written to the parameter. After
    /// a change it has at most [`plan_format::MAX_PLAN_BYTES`]; bare release ids may have more.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The plan that it means.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How the text that was read is written.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// The text in its parts.
    pub(crate) fn body(&self) -> Body {
        Body::read(&self.text).expect("parse read the same text")
    }
}

/// A plan's structures may be written as lists of their values too; nobody does, and fields have no names
/// there.
fn not_objects() -> PlanProblem {
    let message =
        "releases, stages and the plan itself are written as objects to be changed".into();
    PlanProblem::Unreadable { path: "plan".into(), message }
}
