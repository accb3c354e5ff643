//! How optional fields are read: an absent field stays absent, and any other value stays as it is.

use serde::{Deserialize, Deserializer, de};

/// Reads an optional field that is present. `null` is an error.
///
/// Serde's own `Option` reads `null` as absent, so that the field would be lost on the way back.
/// CloudFront never sends `null`.
pub(crate) fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads a string in which this crate uses "empty" for "absent", so that an empty one is an error.
pub(crate) fn not_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Err(de::Error::invalid_value(de::Unexpected::Str(&text), &"a non-empty string"));
    }
    Ok(text)
}
