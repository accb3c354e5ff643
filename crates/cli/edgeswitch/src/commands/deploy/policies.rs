//! Policies whose name has a hash of their settings.
//!
//! A change of a cache policy reaches the viewers of every distribution that has it, while the distribution still runs
//! the versions of before. A changed setting therefore makes a policy beside the old one, and `edgeswitch attach` gives
//! both the versions and the policies to the distribution. The old policy stays in the stack until no distribution
//! uses it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The policies of the template, and the property that holds their settings.
const POLICIES: [(&str, &str); 3] = [
    ("PagesCachePolicy", "CachePolicyConfig"),
    ("RoutesCachePolicy", "CachePolicyConfig"),
    ("PagesOriginRequestPolicy", "OriginRequestPolicyConfig"),
];

/// The length of a hash in a name.
const HASH: usize = 8;

/// The template for some values of its parameters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rendered {
    template: Value,
    /// A hash of what the functions may do.
    role: String,
}

impl Rendered {
    /// Gives each policy a name with the hash of its settings.
    pub(crate) fn new(mut template: Value, parameters: &BTreeMap<String, String>) -> Self {
        let scope = Scope { parameters, conditions: at(&template, &["Conditions"]).clone() };
        // The plan's name is inside a longer text, which `resolve` leaves.
        let plan = parameters.get("PlanParameter");
        let role = scope.resolve(at(&template, &["Resources", "Role"]));
        let role = hash(&json!([role, plan]));
        for (logical, settings) in POLICIES {
            let Some(policy) = at(&template, &["Resources"]).get(logical) else { continue };
            let mut policy = scope.resolve(policy);
            let hash = hash(at(&policy, &["Properties"]));
            if let Some(name) = policy.pointer_mut(&format!("/Properties/{settings}/Name/Fn::Sub"))
            {
                *name = json!(format!("{}-{hash}", name.as_str().unwrap_or_default()));
            }
            let hashed = format!("{logical}{hash}");
            if let Some(resources) = resources(&mut template) {
                resources.remove(logical);
                resources.insert(hashed.clone(), policy);
            }
            rename(&mut template, logical, &hashed);
        }
        Self { template, role }
    }

    /// The policies of another template that this one lacks, by their names in the template.
    pub(crate) fn lacks(&self, other: &Value) -> Vec<String> {
        let ours = at(&self.template, &["Resources"]);
        let others = at(other, &["Resources"]).as_object().into_iter().flatten();
        let policies = others.filter(|(_, resource)| is_policy(resource));
        policies.map(|(logical, _)| logical.clone()).filter(|one| ours.get(one).is_none()).collect()
    }

    /// Keeps a policy of the template of before, with the settings that it has.
    pub(crate) fn keep(
        &mut self,
        logical: &str,
        before: &Value,
        parameters: &BTreeMap<String, String>,
    ) {
        let scope = Scope { parameters, conditions: at(before, &["Conditions"]).clone() };
        let policy = scope.resolve(at(before, &["Resources", logical]));
        if let Some(resources) = resources(&mut self.template) {
            resources.insert(logical.to_owned(), policy);
        }
    }

    /// The template as CloudFormation reads it.
    pub(crate) fn text(&self) -> String {
        self.template.to_string()
    }

    /// The names of the resources in the template.
    pub(crate) fn logical(&self) -> Vec<String> {
        let resources = at(&self.template, &["Resources"]).as_object().into_iter().flatten();
        resources.map(|(logical, _)| logical.clone()).collect()
    }

    /// The hash of the role's settings.
    pub(crate) fn role(&self) -> &str {
        &self.role
    }
}

/// The name of a policy's resource without its hash, and the hash.
pub(crate) fn without_hash(logical: &str) -> (&str, Option<&str>) {
    let split = logical.len().checked_sub(HASH).and_then(|at| logical.split_at_checked(at));
    match split {
        Some((base, hash))
            if POLICIES.iter().any(|(name, _)| *name == base)
                && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
        {
            (base, Some(hash))
        }
        Some(_) | None => (logical, None),
    }
}

fn is_policy(resource: &Value) -> bool {
    let kind = at(resource, &["Type"]).as_str().unwrap_or_default();
    ["AWS::CloudFront::CachePolicy", "AWS::CloudFront::OriginRequestPolicy"].contains(&kind)
}

/// The value under these keys, or null.
fn at<'v>(value: &'v Value, keys: &[&str]) -> &'v Value {
    keys.iter().fold(value, |value, key| value.get(key).unwrap_or(&Value::Null))
}

fn resources(template: &mut Value) -> Option<&mut Map<String, Value>> {
    template.get_mut("Resources")?.as_object_mut()
}

fn hash(value: &Value) -> String {
    let hash = Sha256::digest(value.to_string());
    let mut text: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(HASH);
    text
}

/// Renames a resource wherever the template refers to it.
fn rename(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::Object(fields) => {
            if fields.len() == 1 && fields.get("Ref").is_some_and(|name| name == from) {
                fields.insert("Ref".into(), json!(to));
            }
            fields.values_mut().for_each(|value| rename(value, from, to));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, from, to)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The values that parameters and conditions have.
struct Scope<'a> {
    parameters: &'a BTreeMap<String, String>,
    conditions: Value,
}

impl Scope<'_> {
    /// Puts values in place of parameters and conditions. What is not known stays.
    fn resolve(&self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => self.known(fields).unwrap_or_else(|| {
                fields.iter().map(|(key, value)| (key.clone(), self.resolve(value))).collect()
            }),
            Value::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }

    /// The value of a function of CloudFormation.
    fn known(&self, fields: &Map<String, Value>) -> Option<Value> {
        if let Some(name) = fields.get("Ref").and_then(Value::as_str) {
            return self.parameters.get(name).map(|value| json!(value));
        }
        let [condition, yes, no] = &fields.get("Fn::If")?.as_array()?[..] else { return None };
        let chosen = if self.holds(condition.as_str()?)? { yes } else { no };
        Some(self.resolve(chosen))
    }

    fn holds(&self, condition: &str) -> Option<bool> {
        let parts = self.conditions.get(condition)?.get("Fn::Equals")?.as_array()?;
        let [one, other] = &parts[..] else { return None };
        Some(self.resolve(one) == self.resolve(other))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::{Rendered, without_hash};
    use crate::commands::deploy::template::parse;

    const TEMPLATE: &str = include_str!("../../../../../../deploy/cloudformation/functions.yaml");

    fn parameters(decide_at: &str, cookie: &str, header: &str) -> BTreeMap<String, String> {
        let pairs = [("DecideAt", decide_at), ("ReleaseCookie", cookie), ("ReleaseHeader", header)];
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    }

    fn rendered(decide_at: &str, cookie: &str, header: &str) -> Rendered {
        Rendered::new(parse(TEMPLATE).unwrap(), &parameters(decide_at, cookie, header))
    }

    fn policies(rendered: &Rendered) -> Vec<String> {
        let mut all = rendered.logical();
        all.retain(|one| without_hash(one).1.is_some());
        all.sort();
        all
    }

    #[test]
    fn a_policy_is_another_one_only_if_its_own_settings_change() {
        let before = policies(&rendered("viewer-request", "release", "false"));
        assert_eq!(before.len(), 3);
        let rows = [
            ("the same", rendered("viewer-request", "release", "false"), vec![]),
            (
                "decided on a miss",
                rendered("origin-request", "release", "false"),
                vec!["PagesCachePolicy"],
            ),
            (
                "another cookie",
                rendered("viewer-request", "version", "false"),
                vec!["PagesOriginRequestPolicy"],
            ),
            (
                "another cookie, decided on a miss",
                rendered("origin-request", "version", "false"),
                vec!["PagesCachePolicy", "PagesOriginRequestPolicy"],
            ),
            (
                "a header",
                rendered("viewer-request", "release", "true"),
                vec!["PagesOriginRequestPolicy"],
            ),
        ];
        for (name, after, expected) in rows {
            let after = policies(&after);
            let gone = before.iter().filter(|one| !after.contains(one));
            let gone: Vec<&str> = gone.map(|one| without_hash(one).0).collect();
            assert_eq!(gone, expected, "{name}");
        }
    }

    #[test]
    fn a_policy_has_its_hash_in_its_name_and_its_values_as_text() {
        let rendered = rendered("origin-request", "version", "false");
        let template: Value = serde_json::from_str(&rendered.text()).unwrap();
        let logical = policies(&rendered).remove(0);
        let (base, hash) = without_hash(&logical);
        let config = &template["Resources"][&logical]["Properties"]["CachePolicyConfig"];
        let name = format!("${{Name}}-pages-{}", hash.unwrap());
        assert_eq!((base, &config["Name"]["Fn::Sub"]), ("PagesCachePolicy", &json!(name)));
        let key = &config["ParametersInCacheKeyAndForwardedToOrigin"];
        let cookies = json!({ "CookieBehavior": "whitelist", "Cookies": ["version"] });
        assert_eq!(key["CookiesConfig"], cookies);
        assert_eq!(template["Outputs"]["PagesCachePolicy"]["Value"], json!({ "Ref": logical }));
    }

    /// A template of before may have the names without a hash, and values that follow the parameters.
    #[test]
    fn a_policy_of_before_is_kept_with_its_own_values() {
        let before = parse(TEMPLATE).unwrap();
        let mut rendered = rendered("origin-request", "version", "false");
        let lacks = rendered.lacks(&before);
        assert_eq!(lacks, ["PagesCachePolicy", "PagesOriginRequestPolicy", "RoutesCachePolicy"]);
        rendered.keep(
            "PagesCachePolicy",
            &before,
            &parameters("viewer-request", "release", "false"),
        );
        let template: Value = serde_json::from_str(&rendered.text()).unwrap();
        let config = &template["Resources"]["PagesCachePolicy"]["Properties"]["CachePolicyConfig"];
        assert_eq!(config["Name"], json!({ "Fn::Sub": "${Name}-pages" }));
        let key = &config["ParametersInCacheKeyAndForwardedToOrigin"];
        assert_eq!(key["CookiesConfig"], json!({ "CookieBehavior": "none" }));
        assert_eq!(rendered.lacks(&before), lacks[1..]);
    }

    #[test]
    fn only_a_policy_of_the_template_has_a_hash_behind_its_name() {
        let rows = [
            ("PagesCachePolicy1a2b3c4d", ("PagesCachePolicy", Some("1a2b3c4d"))),
            ("PagesCachePolicy", ("PagesCachePolicy", None)),
            ("OtherCachePolicy1a2b3c4d", ("OtherCachePolicy1a2b3c4d", None)),
            ("PagesCachePolicyOfBefore", ("PagesCachePolicyOfBefore", None)),
            ("Role", ("Role", None)),
        ];
        for (logical, expected) in rows {
            assert_eq!(without_hash(logical), expected);
        }
    }
}
