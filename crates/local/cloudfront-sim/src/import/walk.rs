use serde_json::Value;

use super::problem::ImportProblem;
use super::rules::{Field, Rule};

/// The longest value that a message shows, in characters.
const SHOWN: usize = 60;

/// Checks every field of a file by its rule. Returns the fields that cannot be imported.
pub(super) fn check(file: &str, value: &Value, fields: &[Field]) -> Vec<ImportProblem> {
    let mut walk = Walk { file, problems: Vec::new() };
    walk.object(value, fields, "");
    walk.problems
}

struct Walk<'a> {
    file: &'a str,
    problems: Vec<ImportProblem>,
}

impl Walk<'_> {
    fn object(&mut self, value: &Value, fields: &[Field], path: &str) {
        let Value::Object(object) = value else {
            return self.refuse(path, value, "expected an object");
        };
        for (key, value) in object {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match fields.iter().find(|(name, _)| name == key) {
                Some((_, rule)) => self.field(value, rule, &path),
                None => self.refuse(
                    &path,
                    value,
                    "unknown here: if your test does not need it, remove it from the file",
                ),
            }
        }
    }

    fn field(&mut self, value: &Value, rule: &Rule, path: &str) {
        match rule {
            Rule::Modelled | Rule::NoEffect(_) => {}
            Rule::Off(advice) => {
                if !is_off(value) {
                    self.refuse(path, value, advice);
                }
            }
            Rule::Only(allowed, advice) => {
                if !value.is_null() && value.as_str() != Some(allowed) {
                    self.refuse(path, value, advice);
                }
            }
            Rule::Object(fields) => self.object(value, fields, path),
            Rule::List(fields) => self.list(value, fields, path),
        }
    }

    /// CloudFront's lists: `{"Quantity": 1, "Items": [...]}`.
    fn list(&mut self, value: &Value, fields: &[Field], path: &str) {
        const QUANTITY: Field = ("Quantity", Rule::Modelled);
        self.object(value, &[QUANTITY, ("Items", Rule::Modelled)], path);
        let items = value.get("Items").and_then(Value::as_array);
        for (index, item) in items.into_iter().flatten().enumerate() {
            self.object(item, fields, &format!("{path}.Items[{index}]"));
        }
    }

    fn refuse(&mut self, path: &str, value: &Value, problem: &str) {
        let mut shown: String = value.to_string().chars().take(SHOWN + 1).collect();
        if shown.chars().count() > SHOWN {
            shown.pop();
            shown.push('…');
        }
        let problem = format!("`{shown}`: {problem}");
        self.problems.push(ImportProblem { file: self.file.into(), path: path.into(), problem });
    }
}

/// Whether a value switches its feature off, or says that there is none.
fn is_off(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_off),
    }
}
