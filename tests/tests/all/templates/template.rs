//! The templates and policies as JSON.

use std::fs;

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Value, json};
use testkit::repository;

pub(crate) const FUNCTIONS: &str = "functions.yaml";
pub(crate) const SITE: &str = "site.yaml";
pub(crate) const GUARD: &str = "guard.yaml";
pub(crate) const NOTIFY: &str = "notify.yaml";

/// The text of a template.
pub(crate) fn text(name: &str) -> String {
    fs::read_to_string(repository().join("deploy/cloudformation").join(name)).unwrap()
}

/// A template. `!Ref Name` is `{"!Ref": "Name"}`.
pub(crate) fn template(name: &str) -> Value {
    as_json(&Yaml::load_from_str(&text(name)).unwrap()[0])
}

/// A policy of `deploy/iam`.
pub(crate) fn policy(name: &str) -> Value {
    let path = repository().join("deploy/iam").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The texts of a list, or the one text that stands for a list.
pub(crate) fn list(value: &Value) -> Vec<&str> {
    let one = std::slice::from_ref(value);
    let items = value.as_array().map_or(one, Vec::as_slice);
    items.iter().map(|item| item.as_str().unwrap()).collect()
}

fn as_json(node: &Yaml) -> Value {
    match node {
        Yaml::Tagged(tag, node) => json!({ format!("!{}", tag.suffix): as_json(node) }),
        Yaml::Mapping(entries) => {
            let entry =
                |(key, value): (&Yaml, &Yaml)| (key.as_str().unwrap().into(), as_json(value));
            Value::Object(entries.iter().map(entry).collect())
        }
        Yaml::Sequence(items) => items.iter().map(as_json).collect(),
        Yaml::Value(Scalar::String(text)) => json!(text),
        Yaml::Value(Scalar::Integer(number)) => json!(number),
        Yaml::Value(Scalar::Boolean(value)) => json!(value),
        Yaml::Value(Scalar::Null | Scalar::FloatingPoint(_))
        | Yaml::Representation(..)
        | Yaml::Alias(_)
        | Yaml::BadValue => panic!("{node:?}"),
    }
}
