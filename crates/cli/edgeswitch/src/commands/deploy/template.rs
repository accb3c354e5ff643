//! CloudFormation's templates as JSON.

use saphyr::{LoadableYamlNode, Scalar, ScanError, Yaml};
use serde_json::{Map, Value, json};
use thiserror::Error;

/// The text is not a template.
#[derive(Debug, Error)]
pub(crate) enum TemplateError {
    #[error(transparent)]
    Yaml(#[from] ScanError),
    #[error("expected a mapping with `Resources`")]
    Shape,
}

/// Reads a template that is YAML or JSON. Short tags become the long form: `!Ref Name` is `{"Ref": "Name"}`.
pub(crate) fn parse(text: &str) -> Result<Value, TemplateError> {
    let template = match serde_json::from_str(text) {
        Ok(template) => template,
        Err(_) => {
            let documents = Yaml::load_from_str(text)?;
            as_json(documents.first().ok_or(TemplateError::Shape)?)?
        }
    };
    let has_resources = template.get("Resources").is_some_and(Value::is_object);
    if has_resources { Ok(template) } else { Err(TemplateError::Shape) }
}

fn as_json(node: &Yaml<'_>) -> Result<Value, TemplateError> {
    Ok(match node {
        Yaml::Tagged(tag, node) => function(&tag.suffix, as_json(node)?),
        Yaml::Mapping(entries) => {
            let mut fields = Map::new();
            for (key, value) in entries {
                let key = key.as_str().ok_or(TemplateError::Shape)?;
                fields.insert(key.to_owned(), as_json(value)?);
            }
            Value::Object(fields)
        }
        Yaml::Sequence(items) => items.iter().map(as_json).collect::<Result<_, _>>()?,
        Yaml::Value(Scalar::String(text)) => json!(text),
        Yaml::Value(Scalar::Integer(number)) => json!(number),
        Yaml::Value(Scalar::FloatingPoint(number)) => json!(number.into_inner()),
        Yaml::Value(Scalar::Boolean(value)) => json!(value),
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => {
            return Err(TemplateError::Shape);
        }
    })
}

fn function(tag: &str, argument: Value) -> Value {
    match (tag, argument) {
        ("Ref" | "Condition", argument) => json!({ tag: argument }),
        ("GetAtt", Value::String(path)) => {
            let (resource, attribute) = path.split_once('.').unwrap_or((&path, ""));
            json!({ "Fn::GetAtt": [resource, attribute] })
        }
        (name, argument) => json!({ format!("Fn::{name}"): argument }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

    #[test]
    fn yaml_and_json_are_the_same_template() {
        let yaml = "Resources:\n  A:\n    Role: !GetAtt Role.Arn\n    Name: !Sub ${Name}-a\n    \
                    TTL: 86400\n    On: !If [Is, !Ref Name, \"true\"]\n";
        let expected = json!({ "Resources": { "A": {
            "Role": { "Fn::GetAtt": ["Role", "Arn"] },
            "Name": { "Fn::Sub": "${Name}-a" },
            "TTL": 86400,
            "On": { "Fn::If": ["Is", { "Ref": "Name" }, "true"] },
        } } });
        assert_eq!(parse(yaml).unwrap(), expected);
        assert_eq!(parse(&expected.to_string()).unwrap(), expected);
    }

    #[test]
    fn another_text_is_no_template() {
        for text in ["", "a", "[1]", "Outputs: {}", "{", "Resources: {1: a}"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
