//! Rows of v2 in JSON: an object for each request.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::skipped::Skip;
use crate::{Fields, time};

/// The values of one object, in buffers that the next object uses again.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) fields: Fields,
    /// The values, with a line break after each.
    pub(crate) text: String,
    /// The end of each value.
    pub(crate) ends: Vec<u32>,
    keys: Vec<Box<str>>,
}

impl Object {
    pub(crate) fn new() -> Object {
        let fields = Fields::new::<&str>([]);
        Object { fields, text: String::new(), ends: Vec::new(), keys: Vec::new() }
    }

    /// Reads the object at the start of `text`, and returns where it ends.
    pub(crate) fn read(&mut self, text: &str) -> Result<usize, Skip> {
        self.text.clear();
        self.ends.clear();
        let mut input = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        let object = input.next().and_then(Result::ok).ok_or(Skip::Json)?;
        let end = input.byte_offset();
        let keys = serde_json::Deserializer::from_str(object.get())
            .deserialize_map(Entries { object: self })
            .map_err(|_| Skip::Json)?;
        if keys == Keys::Changed {
            self.fields = Fields::new(self.keys.iter().cloned());
        }
        if !self.fields.has_known() {
            return Err(Skip::NotAnAccessLog);
        }
        time::check(&self.fields, &self.text, &self.ends)?;
        Ok(end)
    }

    /// Notes the key of the next value.
    fn key(&mut self, key: &str) -> Keys {
        let column = self.ends.len();
        if self.keys.get(column).is_some_and(|known| **known == *key) {
            return Keys::Same;
        }
        self.keys.truncate(column);
        self.keys.push(key.into());
        Keys::Changed
    }

    /// AWS writes strings. Numbers keep their text, and `null` is a field without a value.
    fn value(&mut self, value: &RawValue) -> Result<(), serde_json::Error> {
        let json = value.get();
        let quoted = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match quoted {
            Some(text) if memchr::memchr(b'\\', text.as_bytes()).is_none() => {
                self.text.push_str(text);
            }
            Some(_) => self.text.push_str(&serde_json::from_str::<String>(json)?),
            None if json == "null" => self.text.push('-'),
            None => self.text.push_str(json),
        }
        self.ends.push(self.text.len() as u32);
        self.text.push('\n');
        Ok(())
    }
}

/// Whether an object has the keys of the object before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    Same,
    Changed,
}

struct Entries<'o> {
    object: &'o mut Object,
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = Keys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Keys, M::Error> {
        let mut keys = Keys::Same;
        while let Some(changed) = map.next_key_seed(Key { object: self.object })? {
            if changed == Keys::Changed {
                keys = changed;
            }
            let value: &RawValue = map.next_value()?;
            self.object.value(value).map_err(serde::de::Error::custom)?;
        }
        let length = self.object.ends.len();
        if self.object.keys.len() > length {
            self.object.keys.truncate(length);
            keys = Keys::Changed;
        }
        Ok(keys)
    }
}

struct Key<'o> {
    object: &'o mut Object,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Keys;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Keys, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Keys;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Keys, E> {
        Ok(self.object.key(key))
    }
}
