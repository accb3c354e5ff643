//! How a field that may be absent is read, so that what was absent, and only that, comes back absent.

use serde::{Deserialize, Deserializer, de};

/// Reads an optional field that is there: a value, never `null`.
///
/// `Option`'s own reading takes `null` for absent, and the field would not come back. CloudFront
/// sends none; a document that has one is refused with its path instead of being changed.
pub(crate) fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads a string for which empty means absent: an empty one in a document would not come back.
pub(crate) fn not_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Err(de::Error::invalid_value(de::Unexpected::Str(&text), &"a string with text"));
    }
    Ok(text)
}
