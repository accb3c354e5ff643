use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// A JSON object as it was written: the order of its fields, and the text of each value.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    /// The value of `name`; `None` if it is missing or not a `T`.
    pub(crate) fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name)?;
        serde_json::from_str(value.get()).ok()
    }

    /// Replaces the value of a field in its place, or appends the field.
    pub(crate) fn set(&mut self, name: &str, value: &impl Serialize) {
        let value = to_raw_value(value).expect("texts, numbers, lists and fields are always JSON");
        match self.0.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Removes a field and returns its value; `None` if it is missing or not a `T`.
    pub(crate) fn take<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let value = self.get(name);
        self.remove(name);
        value
    }

    /// The names of its fields, in their order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Whether it has the field.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// Whether it has no other fields than these.
    pub(crate) fn has_only(&self, names: &[&str]) -> bool {
        self.0.iter().all(|(key, _)| names.contains(&key.as_str()))
    }

    /// Whether it has the same fields, in any order, each with the same text.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        let same = |(key, value): &(String, Box<RawValue>)| {
            other.0.iter().any(|(name, text)| name == key && text.get() == value.get())
        };
        self.0.len() == other.0.len() && self.0.iter().all(same)
    }

    /// Removes a field.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }

    /// The values of all fields as objects; `None` if one of them is not an object.
    pub(crate) fn objects(&self) -> Option<Vec<(String, Fields)>> {
        let object = |(key, value): &(String, Box<RawValue>)| {
            Some((key.clone(), serde_json::from_str(value.get()).ok()?))
        };
        self.0.iter().map(object).collect()
    }
}

impl FromIterator<(String, Fields)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, Fields)>>(objects: I) -> Self {
        let mut fields = Self::default();
        for (name, object) in objects {
            fields.set(&name, &object);
        }
        fields
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Object)
    }
}

struct Object;

impl<'de> Visitor<'de> for Object {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

/// The text of a JSON value without the white space between its parts.
pub(crate) fn compact(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let keep = |character: &char| {
        if in_string {
            in_string = escaped || *character != '"';
            escaped = !escaped && *character == '\\';
            return true;
        }
        in_string = *character == '"';
        !matches!(character, ' ' | '\t' | '\n' | '\r')
    };
    json.chars().filter(keep).collect()
}
