use edge_time::Timestamp;
use routing_core::{Plan, PlanParts, Release, ReleaseId, StageParts};
use thiserror::Error;

use crate::error::PlanProblem;

const PLACEHOLDER: &str = "{release}";
/// git abbreviates the hash of a commit to 7 digits. A shorter number was not meant as a release.
const FEWEST_DIGITS: usize = 7;

/// Gives the S3 prefix of a release that a plan names by its id alone: `/{release}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrefixTemplate {
    before: String,
    after: String,
}

impl PrefixTemplate {
    /// Reads a template such as `/releases/{release}`.
    ///
    /// # Errors
    /// [`PrefixTemplateError`] if the text does not contain `{release}` exactly once, or if it makes an
    /// invalid prefix of the longest release id.
    pub fn parse(text: &str) -> Result<Self, PrefixTemplateError> {
        let fail = |problem: &str| PrefixTemplateError(text.into(), problem.into());
        let (before, after) =
            text.split_once(PLACEHOLDER).ok_or_else(|| fail("does not name `{release}`"))?;
        if after.contains(PLACEHOLDER) {
            return Err(fail("names `{release}` twice"));
        }
        let template = Self { before: before.into(), after: after.into() };
        let longest = "r".repeat(routing_core::MAX_ID_LEN);
        parse(&longest, &template).map_err(|problem| fail(&problem.to_string()))?;
        Ok(template)
    }

    /// The prefix of one release.
    #[must_use]
    pub fn prefix(&self, release: &ReleaseId) -> String {
        format!("{}{release}{}", self.before, self.after)
    }
}

impl Default for PrefixTemplate {
    fn default() -> Self {
        Self { before: "/".into(), after: String::new() }
    }
}

impl std::fmt::Display for PrefixTemplate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{PLACEHOLDER}{}", self.before, self.after)
    }
}

/// The text is not a prefix template. Holds the text and the problem.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` {1}: allowed is a path such as `/releases/{{release}}`, with `{{release}}` once")]
pub struct PrefixTemplateError(String, String);

/// Reads bare release ids: the first is active, the others stay servable.
///
/// A plan lists its releases oldest first, so the order is reversed.
pub(crate) fn parse(text: &str, template: &PrefixTemplate) -> Result<Plan, PlanProblem> {
    let mut releases =
        text.split_whitespace().map(|id| release(id, template)).collect::<Result<Vec<_>, _>>()?;
    let active = releases.first().ok_or(PlanProblem::Empty)?.id.to_string();
    releases.reverse();
    let always = StageParts { from: Timestamp(0), weights: vec![(active, 100)] };
    Ok(Plan::try_new(PlanParts {
        revision: 0,
        releases,
        rollout: "0".into(),
        stages: vec![always],
        lease: None,
        withdrawn: Vec::new(),
    })?)
}

fn release(id: &str, template: &PrefixTemplate) -> Result<Release, PlanProblem> {
    let unreadable = |message| PlanProblem::Unreadable { path: "plan".into(), message };
    if is_json_value(id) {
        return Err(unreadable(format!(
            "`{id}` is a JSON value, not a release: allowed are a JSON object, or release ids, those that \
             are numbers with {FEWEST_DIGITS} digits or more"
        )));
    }
    let id = ReleaseId::parse(id).map_err(|problem| unreadable(problem.to_string()))?;
    let prefix = template.prefix(&id);
    Ok(Release { id, prefix, origins: Vec::new(), slot: None, served_until: None })
}

/// Whether `id` looks like the output of a program that failed: an empty result, a status, a count.
fn is_json_value(id: &str) -> bool {
    let short_number = id.len() < FEWEST_DIGITS && id.bytes().all(|byte| byte.is_ascii_digit());
    short_number || matches!(id, "null" | "true" | "false")
}
