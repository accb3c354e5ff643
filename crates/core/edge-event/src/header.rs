use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Extra;

/// One value of a header: `{"key": "Accept", "value": "*/*"}`.
///
/// [`Headers`](crate::Headers) maps the lower-case name to a list of these.
// Most of an event is headers. Code by hand reads and writes them faster than derived code.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Header {
    /// The name in the sender's casing. If it is absent, CloudFront capitalizes the name in the map.
    pub key: Option<String>,
    /// The value, not parsed: one `Cookie` value can hold many cookies.
    pub value: String,
    /// Fields next to `key` and `value` that this crate does not know.
    pub extra: Extra,
}

impl Header {
    /// A value whose name goes over the wire as `key`.
    #[must_use]
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Header {
        Header { key: Some(key.into()), value: value.into(), extra: Extra::new() }
    }
}

impl Serialize for Header {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(key) = &self.key {
            map.serialize_entry("key", key)?;
        }
        map.serialize_entry("value", &self.value)?;
        for (name, value) in &self.extra {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Header, D::Error> {
        deserializer.deserialize_map(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `key` and `value`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
        let (mut key, mut value, mut extra) = (None, None, Extra::new());
        while let Some(name) = map.next_key()? {
            match name {
                Name::Key => key = Some(map.next_value()?),
                Name::Value => value = Some(map.next_value()?),
                Name::Other(name) => {
                    extra.insert(name, map.next_value()?);
                }
            }
        }
        let value = value.ok_or_else(|| A::Error::missing_field("value"))?;
        Ok(Header { key, value, extra })
    }
}

/// The name of a field of a [`Header`].
enum Name {
    Key,
    Value,
    Other(String),
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Name, E> {
        Ok(match name {
            "key" => Name::Key,
            "value" => Name::Value,
            other => Name::Other(other.into()),
        })
    }
}

/// The values of one header. There is almost always one, so the list starts with room for one.
pub(crate) struct Values(pub(crate) Vec<Header>);

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Values, D::Error> {
        deserializer.deserialize_seq(ValuesVisitor)
    }
}

struct ValuesVisitor;

impl<'de> Visitor<'de> for ValuesVisitor {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Values, A::Error> {
        let mut values = Vec::with_capacity(1);
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Values(values))
    }
}
