use plan_change::{Document, Summary};
use serde::Serialize;
use serde_json::Value;

use crate::control::{Project, Session};
use crate::hooks::HookPoint;

/// What a hook is told: a program in its environment, a function as JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct HookFacts {
    pub(crate) hook: HookPoint,
    /// The command of edgeswitch: `ramp`.
    pub(crate) command: &'static str,
    pub(crate) release: String,
    pub(crate) slot: Option<String>,
    /// The share of the release, in percent of the viewers.
    pub(crate) percent: f64,
    /// The other release: the active one, or the one to which a rollback goes.
    pub(crate) previous: Option<String>,
    pub(crate) parameter: String,
    pub(crate) region: String,
    pub(crate) revision: u64,
    pub(crate) rollout: String,
    /// Why traffic was taken back.
    pub(crate) reason: Option<String>,
}

impl HookFacts {
    pub(crate) fn of(
        hook: HookPoint,
        command: &'static str,
        release: &str,
        document: &Document,
        session: &Session<'_>,
        project: &Project,
    ) -> Self {
        let summary = Summary::of(document, &project.context_now(session));
        let plan = document.plan();
        let found = plan.releases().iter().find(|known| known.id.as_str() == release);
        let active = summary.traffic.first().map(|share| share.release.clone());
        let previous = active.filter(|active| active != release).or(summary.rollback_to.clone());
        Self {
            hook,
            command,
            release: release.into(),
            slot: found.and_then(|release| release.slot.clone()),
            percent: summary.percent(release),
            previous,
            parameter: project.parameter.name.clone(),
            region: project.parameter.home_region.clone(),
            revision: plan.revision(),
            rollout: plan.rollout().into(),
            reason: None,
        }
    }

    /// The environment of a program: `EDGESWITCH_RELEASE` and so on. A value that is not known is empty.
    pub(super) fn environment(&self) -> Vec<(String, String)> {
        let Ok(Value::Object(facts)) = serde_json::to_value(self) else { return Vec::new() };
        let text = |value: Value| match value {
            Value::String(text) => text,
            Value::Null => String::new(),
            other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                other.to_string()
            }
        };
        let name = |name: String| format!("EDGESWITCH_{}", name.to_ascii_uppercase());
        facts.into_iter().map(|(key, value)| (name(key), text(value))).collect()
    }
}
