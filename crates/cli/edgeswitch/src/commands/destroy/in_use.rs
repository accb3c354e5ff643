use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use distribution_edit::policy_name;

use super::replicas::is_of;
use crate::aws::{Association, Part};
use crate::commands::deploy::{Names, without_hash};

/// The outputs of the stack that name its policies. Resources have a hash behind these names.
const POLICIES: [&str; 4] = [
    "PagesCachePolicy",
    "PagesOriginRequestPolicy",
    "RoutesCachePolicy",
    "RoutesOriginRequestPolicy",
];

/// The functions and policies of a stack that distributions have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InUse(Vec<Association>);

impl InUse {
    /// Finds them among the associations of an account; `None` if no distribution has one. `parts` are the outputs of the
    /// stack and the ids of its resources.
    pub(crate) fn among(
        associations: Vec<Association>,
        names: &Names,
        parts: &BTreeMap<String, String>,
    ) -> Option<Self> {
        let functions = names.functions();
        let policies = parts.iter().filter(|(name, _)| POLICIES.contains(&without_hash(name).0));
        let policies = policies.map(|(_, id)| id);
        // The stack may name a policy that AWS manages: others use it too, and nobody can delete it.
        let policies: BTreeSet<&String> = policies.filter(|id| policy_name(id).is_none()).collect();
        let is_own = |one: &Association| match &one.part {
            Part::Function { version, .. } => functions.iter().any(|name| is_of(version, name)),
            Part::CachePolicy(id) | Part::OriginRequestPolicy(id) => policies.contains(id),
        };
        let own: Vec<Association> = associations.into_iter().filter(is_own).collect();
        (!own.is_empty()).then_some(Self(own))
    }

    /// A line for each of them.
    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |Association { distribution, behavior, part }: &Association| {
            format!("distribution `{distribution}` has {part} of behaviour `{behavior}`")
        };
        self.0.iter().map(line).collect()
    }

    /// The first distribution that has a function.
    pub(crate) fn with_function(&self) -> Option<&str> {
        let functions = self.0.iter().filter(|one| matches!(one.part, Part::Function { .. }));
        functions.map(|one| one.distribution.as_str()).min()
    }

    /// The distributions, each once.
    fn distributions(&self) -> BTreeSet<&str> {
        self.0.iter().map(|one| one.distribution.as_str()).collect()
    }

    fn has_policies(&self) -> bool {
        self.0.iter().any(|one| !matches!(one.part, Part::Function { .. }))
    }
}

/// `the functions and policies are still attached to distribution `E1``
impl fmt::Display for InUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = match (self.with_function().is_some(), self.has_policies()) {
            (true, true) => "the functions and policies are",
            (true, false) => "the functions are",
            (false, _) => "the policies are",
        };
        let distributions = self.distributions();
        let several = if distributions.len() == 1 { "" } else { "s" };
        let distributions: Vec<&str> = distributions.into_iter().collect();
        write!(
            f,
            "{parts} still attached to distribution{several} `{}`",
            distributions.join("`, `")
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use edge_config::Config;

    use super::InUse;
    use crate::aws::{Association, Part};
    use crate::commands::deploy::Names;

    fn names() -> Names {
        let config =
            "name = \"shop\"\n[parameter]\nname = \"/shop/plan\"\nhome_region = \"eu-central-1\"";
        Names::of(&Config::from_toml(config).unwrap()).unwrap()
    }

    fn outputs() -> BTreeMap<String, String> {
        [
            ("PagesCachePolicy", "11111111"),
            ("PagesOriginRequestPolicy", "22222222"),
            ("RoutesCachePolicy", "33333333"),
            ("RoutesOriginRequestPolicy", "b689b0a8-53d0-40ab-baf2-68738e2966ac"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into()
    }

    fn association(distribution: &str, part: Part) -> Association {
        Association { distribution: distribution.into(), behavior: "*".into(), part }
    }

    fn function(name: &str) -> Part {
        let version = format!("arn:aws:lambda:us-east-1:123456789012:function:{name}:1");
        Part::Function { event: "viewer-request".into(), version }
    }

    #[test]
    fn every_distribution_is_named_once() {
        let all = vec![
            association("E2", Part::CachePolicy("11111111".into())),
            association("E1", function("shop-viewer-request")),
            association("E1", Part::OriginRequestPolicy("22222222".into())),
        ];
        let used = InUse::among(all, &names(), &outputs()).unwrap();
        let words = "the functions and policies are still attached to distributions `E1`, `E2`";
        assert_eq!(used.to_string(), words);
        assert_eq!(used.with_function(), Some("E1"));
        assert_eq!(
            used.lines()[2],
            "distribution `E1` has the origin request policy `22222222` of behaviour `*`"
        );
        let rows = [
            (function("shop-viewer-request"), "the functions are"),
            (Part::CachePolicy("33333333".into()), "the policies are"),
        ];
        for (part, parts) in rows {
            let used = InUse::among(vec![association("E1", part)], &names(), &outputs()).unwrap();
            assert_eq!(used.to_string(), format!("{parts} still attached to distribution `E1`"));
        }
    }

    /// `detach` helps only there.
    #[test]
    fn the_distribution_with_a_function_is_found_among_others() {
        let policy = || Part::CachePolicy("11111111".into());
        let all = vec![
            association("E1", policy()),
            association("E3", function("shop-viewer-request")),
            association("E2", function("shop-viewer-request")),
        ];
        let used = InUse::among(all, &names(), &outputs()).unwrap();
        assert_eq!(used.with_function(), Some("E2"));
        let used = InUse::among(vec![association("E1", policy())], &names(), &outputs()).unwrap();
        assert_eq!(used.with_function(), None);
    }

    #[test]
    fn the_parts_of_others_and_of_aws_do_not_count() {
        let managed = "b689b0a8-53d0-40ab-baf2-68738e2966ac";
        let all = vec![
            association("E1", function("eu-shop-viewer-request")),
            association("E1", Part::CachePolicy("44444444".into())),
            association("E1", Part::OriginRequestPolicy(managed.into())),
        ];
        assert_eq!(InUse::among(all, &names(), &outputs()), None);
    }
}
