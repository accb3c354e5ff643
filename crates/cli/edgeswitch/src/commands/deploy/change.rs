use std::collections::BTreeSet;

use indicatif::ProgressBar;

use super::DeployError;
use super::effects::policy_name;
use super::names::Names;
use super::parameters::{Parameters, after};
use super::policies::Rendered;
use super::template::parse;
use crate::aws::{AwsError, Deployer, Part, Stack, StackState};
use crate::control::{Session, persist};

/// A change of the stack: its template and its parameters.
pub(crate) struct Change {
    pub(crate) parameters: Parameters,
    pub(crate) rendered: Rendered,
    /// The policies of earlier settings that stay, because a distribution uses them, in words.
    pub(crate) kept: Vec<String>,
}

/// Where the stack is.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) stack: &'a Stack,
    pub(crate) deployer: &'a Deployer,
    pub(crate) names: &'a Names,
}

impl Change {
    /// The change of a stack, or a new one. A policy that a distribution uses stays as it is.
    ///
    /// # Errors
    /// When AWS refuses, or if nobody can read the template that the stack has.
    pub(crate) async fn of(
        template: &str,
        parameters: Parameters,
        state: Option<&StackState>,
        known: Known<'_>,
        session: &mut Session<'_>,
    ) -> Result<Self, DeployError> {
        let Known { stack, names, .. } = known;
        let unreadable = |source| DeployError::Template { stack: stack.name().into(), source };
        let before = state.map(|state| state.parameters.clone()).unwrap_or_default();
        let values = after(&parameters, &before);
        let mut rendered = Rendered::new(parse(template).map_err(unreadable)?, &values);
        let mut kept = Vec::new();
        if state.is_some() {
            let bar = ProgressBar::hidden();
            let text = persist(session, &bar, async || stack.template().await).await?;
            let template = parse(&text).map_err(unreadable)?;
            for logical in known.used(rendered.lacks(&template)).await? {
                rendered.keep(&logical, &template, &before);
                kept.extend(policy_name(&logical, names));
            }
        }
        Ok(Self { parameters, rendered, kept })
    }
}

impl Known<'_> {
    /// Those of the stack's policies that a distribution uses.
    async fn used(self, mut policies: Vec<String>) -> Result<Vec<String>, AwsError> {
        if policies.is_empty() {
            return Ok(policies);
        }
        let ids = self.stack.resources().await?;
        let associations = self.deployer.associations().read().await?.into_iter();
        let used: BTreeSet<String> = associations.filter_map(|one| policy(one.part)).collect();
        policies.retain(|logical| ids.get(logical).is_some_and(|id| used.contains(id)));
        Ok(policies)
    }
}

/// The id of a policy.
fn policy(part: Part) -> Option<String> {
    match part {
        Part::CachePolicy(id) | Part::OriginRequestPolicy(id) => Some(id),
        Part::Function { .. } => None,
    }
}
