use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::error::ConfigError;

/// A whole number as written, of any size. The checks name the numbers that are allowed.
#[derive(Clone, Copy)]
pub(crate) struct Whole(pub(crate) i64);

impl Serialize for Whole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(WholeNumber)
    }
}

struct WholeNumber;

impl Visitor<'_> for WholeNumber {
    type Value = Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Whole, E> {
        Ok(Whole(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Whole, E> {
        Ok(Whole(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

/// Checks that the number of `key` is in a range.
pub(crate) fn within(
    key: &str,
    Whole(number): Whole,
    least: u32,
    most: u32,
) -> Result<u32, ConfigError> {
    let found = u32::try_from(number).ok().filter(|found| (least..=most).contains(found));
    found.ok_or_else(|| {
        ConfigError::value(key, format!("{number} is out of range: allowed are {least} to {most}"))
    })
}
