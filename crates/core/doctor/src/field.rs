use serde_json::Value;

use crate::report::Evidence;
use crate::source::Source;

/// A value of an answer, with the path to it. A field that is absent is `null`.
#[derive(Debug, Clone)]
pub(crate) struct Field<'a> {
    source: &'a Source,
    path: String,
    value: &'a Value,
}

/// The value of a field that is absent.
static ABSENT: Value = Value::Null;

impl<'a> Field<'a> {
    /// An answer that is not there.
    pub(crate) fn absent(source: &'a Source) -> Self {
        Self::root(source, &ABSENT)
    }

    pub(crate) fn root(source: &'a Source, value: &'a Value) -> Self {
        Self { source, path: String::new(), value }
    }

    pub(crate) fn get(&self, key: &str) -> Self {
        let path = format!("{}.{key}", self.path);
        let value = self.value.get(key).unwrap_or(&Value::Null);
        Self { source: self.source, path, value }
    }

    /// Follows several keys: `CachePolicy.CachePolicyConfig`.
    pub(crate) fn at(&self, keys: &str) -> Self {
        keys.split('.').fold(self.clone(), |field, key| field.get(key))
    }

    /// The elements of a list. A single value counts as a list of one, as in policy documents.
    pub(crate) fn list(&self) -> Vec<Self> {
        let Value::Array(all) = self.value else {
            return if self.value.is_null() { Vec::new() } else { vec![self.clone()] };
        };
        let element = |(index, value)| {
            let path = format!("{}[{index}]", self.path);
            Self { source: self.source, path, value }
        };
        all.iter().enumerate().map(element).collect()
    }

    /// The elements of CloudFront's lists, `{"Quantity": 1, "Items": [...]}`.
    pub(crate) fn items(&self) -> Vec<Self> {
        self.get("Items").list()
    }

    pub(crate) fn text(&self) -> &'a str {
        self.value.as_str().unwrap_or_default()
    }

    pub(crate) fn texts(&self) -> Vec<&'a str> {
        self.list().iter().map(Field::text).collect()
    }

    pub(crate) fn number(&self) -> Option<i64> {
        self.value.as_i64()
    }

    pub(crate) fn is_true(&self) -> bool {
        self.value.as_bool() == Some(true)
    }

    pub(crate) fn is_false(&self) -> bool {
        self.value.as_bool() == Some(false)
    }

    pub(crate) fn is_object(&self) -> bool {
        self.value.is_object()
    }

    /// Whether the field has a value that says something.
    pub(crate) fn is_set(&self) -> bool {
        match self.value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(all) => !all.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            Value::Bool(_) | Value::Number(_) => true,
        }
    }

    pub(crate) fn value(&self) -> &'a Value {
        self.value
    }

    /// The path below `key`, for `jq`: `.Origins.Items[0]` of `.DistributionConfig.Origins.Items[0]`.
    pub(crate) fn path_below(&self, key: &str) -> &str {
        let below = self.path.split_once(key).map(|(_, below)| below);
        below.filter(|below| !below.is_empty()).unwrap_or(".")
    }

    pub(crate) fn evidence(&self) -> Evidence {
        Evidence {
            source: self.source.to_string(),
            path: if self.path.is_empty() { ".".into() } else { self.path.clone() },
            value: self.value.clone(),
        }
    }
}
