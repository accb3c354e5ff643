use std::fmt;

use routing_core::MAX_WEIGHT;
use serde::de::{self, Deserialize, Deserializer, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

/// A weight as written: a whole number that may be too large.
pub(crate) struct Weight(pub(crate) u32);

impl Serialize for Weight {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.0)
    }
}

impl<'de> Deserialize<'de> for Weight {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u32(WholeNumber)
    }
}

struct WholeNumber;

impl Visitor<'_> for WholeNumber {
    type Value = Weight;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from 0 to {MAX_WEIGHT}")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Weight, E> {
        let weight = u32::try_from(number);
        weight.map(Weight).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Weight, E> {
        Err(E::invalid_value(Unexpected::Signed(number), &self))
    }
}
