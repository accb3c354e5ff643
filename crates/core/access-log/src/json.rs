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
    /// Whether a key differs from that of the object before.
    has_new_keys: bool,
}

impl Object {
    pub(crate) fn new() -> Object {
        let fields = Fields::new::<&str>([]);
        let (text, ends, keys) = (String::new(), Vec::new(), Vec::new());
        Object { fields, text, ends, keys, has_new_keys: false }
    }

    /// Reads the object at the start of `text`, and returns where it ends.
    pub(crate) fn read(&mut self, text: &str) -> Result<usize, Skip> {
        self.begin();
        let mut input = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        let object = input.next().and_then(Result::ok).ok_or(Skip::Json)?;
        let length = input.byte_offset();
        serde_json::Deserializer::from_str(object.get())
            .deserialize_map(Entries { object: self })
            .map_err(|_| Skip::Json)?;
        self.end()?;
        Ok(length)
    }

    /// Forgets the values of the object before.
    pub(crate) fn begin(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Looks at the object after its last value.
    pub(crate) fn end(&mut self) -> Result<(), Skip> {
        if self.keys.len() > self.ends.len() {
            self.keys.truncate(self.ends.len());
            self.has_new_keys = true;
        }
        if self.has_new_keys {
            self.fields = Fields::new(self.keys.iter().cloned());
            self.has_new_keys = false;
        }
        if !self.fields.has_known() {
            return Err(Skip::NotAnAccessLog);
        }
        time::check(&self.fields, &self.text, &self.ends)
    }

    /// Notes the key of the next value.
    pub(crate) fn key(&mut self, key: &str) {
        let column = self.ends.len();
        if self.keys.get(column).is_none_or(|known| **known != *key) {
            self.keys.truncate(column);
            self.keys.push(key.into());
            self.has_new_keys = true;
        }
    }

    /// Adds the value after its key.
    pub(crate) fn value(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        self.text.push('\n');
    }

    /// AWS writes strings. Numbers keep their text, and `null` is a field without a value.
    fn json(&mut self, value: &RawValue) -> Result<(), serde_json::Error> {
        let json = value.get();
        let quoted = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match quoted {
            Some(text) if memchr::memchr(b'\\', text.as_bytes()).is_none() => self.value(text),
            Some(_) => self.value(&serde_json::from_str::<String>(json)?),
            None if json == "null" => self.value("-"),
            None => self.value(json),
        }
        Ok(())
    }
}

struct Entries<'o> {
    object: &'o mut Object,
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while map.next_key_seed(Key { object: self.object })?.is_some() {
            let value: &RawValue = map.next_value()?;
            self.object.json(value).map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }
}

struct Key<'o> {
    object: &'o mut Object,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<(), E> {
        self.object.key(key);
        Ok(())
    }
}
