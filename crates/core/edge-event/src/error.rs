use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// A document that is not an event, or not a function's result: where it is wrong, and how.
///
/// Reads like ``event: `Records[0].cf.request.uri`: invalid type: integer `3`, expected a string``.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{document}: {}{reason}", Place(path))]
pub struct EventError {
    document: &'static str,
    path: String,
    reason: String,
}

impl EventError {
    /// The JSON path of the value that is wrong, such as `Records[0].cf.request.uri`; empty for the
    /// whole document, and where the text is not JSON.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Looks for the place of `error`.
    fn locate<T: DeserializeOwned>(
        document: &'static str,
        json: &[u8],
        error: &serde_json::Error,
    ) -> EventError {
        let located = serde_json::from_slice::<Value>(json)
            .ok()
            .and_then(|value| serde_path_to_error::deserialize::<_, T>(value).err());
        match located {
            Some(located) => EventError::at(document, &located),
            None => EventError { document, path: String::new(), reason: error.to_string() },
        }
    }

    fn at(document: &'static str, error: &serde_path_to_error::Error<serde_json::Error>) -> Self {
        let path = match error.path().iter().next() {
            Some(_) => error.path().to_string(),
            None => String::new(),
        };
        EventError { document, path, reason: error.inner().to_string() }
    }
}

/// Reads a document.
///
/// One look at the whole is faster than one at each string for whether it is UTF-8, and reading without
/// keeping the path is faster than with it: only a document that could not be read is read again.
pub(crate) fn read<T: DeserializeOwned>(
    document: &'static str,
    json: &[u8],
) -> Result<T, EventError> {
    let text = str::from_utf8(json).map_err(|error| EventError {
        document,
        path: String::new(),
        reason: error.to_string(),
    })?;
    serde_json::from_str(text).map_err(|error| EventError::locate::<T>(document, json, &error))
}

/// A path in backquotes with a colon, or nothing.
struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => Ok(()),
            path => write!(f, "`{path}`: "),
        }
    }
}
