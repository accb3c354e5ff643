use serde::ser::{Serialize, Serializer};
use toml::{Table, Value};

use crate::error::ConfigError;

/// The same document as JSON, in the same order; TOML's times become strings.
pub(crate) fn toml_as_json(text: &str) -> Result<String, ConfigError> {
    let table: Table = text.parse().map_err(|error| syntax(text, &error))?;
    serde_json::to_string(&AsJson(&Value::Table(table)))
        .map_err(|error| ConfigError::Syntax(error.to_string()))
}

/// The parser's message and the place, in one line: it may become part of another error.
fn syntax(text: &str, error: &toml::de::Error) -> ConfigError {
    let message = error.message().lines().collect::<Vec<_>>().join(", ");
    let before = error.span().and_then(|span| text.get(..span.start));
    ConfigError::Syntax(match before {
        Some(before) => {
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|one| *one != '\n').count() + 1;
            format!("line {line}, column {column}: {message}")
        }
        None => message,
    })
}

struct AsJson<'a>(&'a Value);

impl Serialize for AsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::String(text) => serializer.serialize_str(text),
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Float(number) => serializer.serialize_f64(*number),
            Value::Boolean(truth) => serializer.serialize_bool(*truth),
            Value::Datetime(time) => serializer.collect_str(time),
            Value::Array(values) => serializer.collect_seq(values.iter().map(AsJson)),
            Value::Table(table) => {
                serializer.collect_map(table.iter().map(|(key, value)| (key, AsJson(value))))
            }
        }
    }
}
