//! What a change set does, in words.

use std::collections::BTreeMap;

use serde::Serialize;

use super::names::Names;
use super::policies::without_hash;
use super::template_name;
use crate::aws::{Action, ChangedResource};
use crate::package::Function;

/// The resources of the template, in the order in which people think of them.
pub(crate) const RESOURCES: [&str; 11] = [
    "Role",
    "LogGroup",
    "ViewerRequest",
    "OriginRequest",
    "OriginResponse",
    "ViewerRequestVersion",
    "OriginRequestVersion",
    "OriginResponseVersion",
    "PagesCachePolicy",
    "RoutesCachePolicy",
    "PagesOriginRequestPolicy",
];

/// One thing that a change set does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Effect {
    /// The name of the resource in the template.
    pub(crate) resource: String,
    pub(crate) action: Action,
    pub(crate) text: String,
}

/// The values of the stack's parameters before and after the change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Difference<'a> {
    pub(crate) before: &'a BTreeMap<String, String>,
    pub(crate) after: &'a BTreeMap<String, String>,
}

impl Difference<'_> {
    fn changed(&self, key: &str) -> Option<&str> {
        let after = self.after.get(key)?;
        (self.before.get(key) != Some(after)).then_some(after)
    }
}

/// What a new stack makes, whose template has these resources.
pub(crate) fn all_new(resources: Vec<String>, names: &Names) -> Vec<Effect> {
    let none = BTreeMap::new();
    let add = |logical| ChangedResource { logical, action: Action::Add };
    let add: Vec<ChangedResource> = resources.into_iter().map(add).collect();
    effects(&add, names, Difference { before: &none, after: &none })
}

/// Says what each change does, in the order of [`RESOURCES`].
///
/// The change of a function whose version is published too is not said twice.
pub(crate) fn effects(
    changes: &[ChangedResource],
    names: &Names,
    difference: Difference<'_>,
) -> Vec<Effect> {
    let place = |one: &ChangedResource| {
        let (logical, _) = without_hash(&one.logical);
        RESOURCES.iter().position(|name| *name == logical)
    };
    let mut sorted: Vec<&ChangedResource> = changes.iter().collect();
    sorted.sort_by_key(|one| place(one).unwrap_or(RESOURCES.len()));
    let is_told = |one: &&&ChangedResource| {
        let version = format!("{}Version", one.logical);
        one.action == Action::Change && changes.iter().any(|other| other.logical == version)
    };
    let told = sorted.iter().filter(|one| !is_told(one));
    told.map(|one| Effect {
        resource: one.logical.clone(),
        action: one.action,
        text: words(one, names, difference),
    })
    .collect()
}

fn words(change: &ChangedResource, names: &Names, difference: Difference<'_>) -> String {
    let ChangedResource { logical, action } = change;
    for function in Function::ALL {
        let (resource, _, _) = template_name(function);
        if let Some(version) = logical.strip_prefix(resource) {
            let name = names.function(function);
            return match version {
                "Version" => version_words(*action, &name, &why(function, difference)),
                _ => plain(*action, "function", &name),
            };
        }
    }
    if let Some(policy) = policy_name(logical, names) {
        return policy_words(*action, &policy);
    }
    match &**logical {
        "Role" => match action {
            Action::Add => format!(
                "makes the role `{}`, with which the functions read the plan and write the log",
                names.role()
            ),
            Action::Change => {
                let role = plain(*action, "role", &names.role());
                format!("{role}{}", new_rights(difference))
            }
            Action::Replace | Action::Remove => plain(*action, "role", &names.role()),
        },
        "LogGroup" => plain(*action, "log group", &names.log_group()),
        other => plain(*action, "resource", other),
    }
}

/// The role has no versions: the functions of a distribution get its new rights before the new versions.
fn new_rights(difference: Difference<'_>) -> String {
    let plan = difference.changed("PlanParameter").or(difference.changed("PlanRegions"));
    let after = |key| difference.after.get(key).filter(|_| plan.is_some());
    match (after("PlanParameter"), after("PlanRegions")) {
        (Some(plan), Some(regions)) => format!(
            ": from then on all versions, also those that distributions have, may read only `{plan}` in {regions}"
        ),
        _ => String::new(),
    }
}

fn version_words(action: Action, function: &str, why: &str) -> String {
    match action {
        Action::Add => format!("publishes a version of `{function}`"),
        Action::Change | Action::Replace => {
            format!("publishes a new version of `{function}`, because {why}; the old one stays")
        }
        Action::Remove => format!("forgets a version of `{function}`, which stays"),
    }
}

/// The reason for a new version.
fn why(function: Function, difference: Difference<'_>) -> String {
    let (_, _, sha256) = template_name(function);
    let package = difference.changed(sha256).map(|_| "its package has changed".to_owned());
    let runtime =
        difference.changed("Runtime").map(|runtime| format!("its runtime becomes {runtime}"));
    let reasons: Vec<String> = package.into_iter().chain(runtime).collect();
    if reasons.is_empty() { "its settings have changed".into() } else { reasons.join(" and ") }
}

/// The kind and the name of a policy, by its name in the template.
pub(crate) fn policy_name(logical: &str, names: &Names) -> Option<String> {
    let (base, hash) = without_hash(logical);
    let (kind, name) = match base {
        "PagesCachePolicy" => ("cache policy", names.pages()),
        "RoutesCachePolicy" => ("cache policy", names.routes()),
        "PagesOriginRequestPolicy" => ("origin request policy", names.pages()),
        _ => return None,
    };
    let hash = hash.map(|hash| format!("-{hash}")).unwrap_or_default();
    Some(format!("{kind} `{name}{hash}`"))
}

fn policy_words(action: Action, policy: &str) -> String {
    let verb = verb(action);
    match action {
        Action::Add => format!("{verb} the {policy}"),
        Action::Remove => format!("{verb} the {policy}, which no distribution uses"),
        Action::Change | Action::Replace => {
            format!("{verb} the {policy}: distributions that have it change within minutes")
        }
    }
}

fn plain(action: Action, kind: &str, name: &str) -> String {
    format!("{} the {kind} `{name}`", verb(action))
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Add => "makes",
        Action::Change => "changes",
        Action::Replace => "replaces",
        Action::Remove => "deletes",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::{Difference, RESOURCES, effects};
    use crate::aws::{Action, ChangedResource};
    use crate::commands::deploy::names::Names;

    fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
    }

    #[test]
    fn every_resource_of_the_template_has_its_place() {
        let template = include_str!("../../../../../../deploy/cloudformation/functions.yaml");
        let lines: Vec<&str> = template.lines().collect();
        let made = lines.windows(2).filter(|pair| pair[1].starts_with("    Type: AWS::"));
        let made: BTreeSet<&str> =
            made.filter_map(|pair| pair[0].strip_prefix("  ")?.strip_suffix(':')).collect();
        assert_eq!(made, BTreeSet::from(RESOURCES));
    }

    #[test]
    fn changes_are_said_in_words() {
        let before = values(&[("Runtime", "python3.13"), ("ViewerRequestSha256", "a")]);
        let package = values(&[("Runtime", "python3.13"), ("ViewerRequestSha256", "b")]);
        let runtime = values(&[("Runtime", "nodejs24.x"), ("ViewerRequestSha256", "a")]);
        let mut plan = before.clone();
        plan.extend(values(&[
            ("PlanParameter", "/eu/plan"),
            ("PlanRegions", "eu-west-1,us-east-1"),
        ]));
        let (change, replace) = (Action::Change, Action::Replace);
        let viewer_request = [("ViewerRequestVersion", replace), ("ViewerRequest", change)];
        let published = "publishes a new version of `shop-viewer-request`, because";
        let rows = [
            (&viewer_request[..], &package, vec![format!("{published} its package has changed; the old one stays")]),
            (&viewer_request[..], &runtime, vec![format!("{published} its runtime becomes nodejs24.x; the old one stays")]),
            (&viewer_request[..], &before, vec![format!("{published} its settings have changed; the old one stays")]),
            (&[("ViewerRequest", change)], &before, vec!["changes the function `shop-viewer-request`".into()]),
            (
                &[("PagesCachePolicy", change), ("LogGroup", Action::Add), ("Other", Action::Remove)],
                &before,
                vec![
                    "makes the log group `/edgeswitch/shop`".into(),
                    "changes the cache policy `shop-pages`: distributions that have it change within minutes".into(),
                    "deletes the resource `Other`".into(),
                ],
            ),
            (&[("Role", change)], &before, vec!["changes the role `shop-edge-functions`".into()]),
            (
                &[("Role", change)],
                &plan,
                vec!["changes the role `shop-edge-functions`: from then on all versions, also those that distributions have, may read only `/eu/plan` in eu-west-1,us-east-1".into()],
            ),
            (
                &[("PagesCachePolicy1a2b3c4d", Action::Remove), ("RoutesCachePolicy5e6f7a8b", Action::Add)],
                &before,
                vec![
                    "deletes the cache policy `shop-pages-1a2b3c4d`, which no distribution uses".into(),
                    "makes the cache policy `shop-routes-5e6f7a8b`".into(),
                ],
            ),
        ];
        let names = Names::new("shop").unwrap();
        for (changes, after, expected) in rows {
            let changes: Vec<ChangedResource> = changes
                .iter()
                .map(|(logical, action)| ChangedResource {
                    logical: (*logical).into(),
                    action: *action,
                })
                .collect();
            let said = effects(&changes, &names, Difference { before: &before, after });
            let said: Vec<String> = said.into_iter().map(|effect| effect.text).collect();
            assert_eq!(said, expected);
        }
    }
}
