use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

/// A JSON document that is neither an event nor a function's result: the place and the reason.
///
/// For example ``event: `Records[0].cf.request.uri`: invalid type: integer `3`, expected a string``.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{document}: {}{reason}", Place(path))]
pub struct EventError {
    document: &'static str,
    path: String,
    reason: String,
}

impl EventError {
    /// The JSON path of the wrong value, such as `Records[0].cf.request.uri`.
    ///
    /// It is empty if the text is not JSON, or if the whole document is wrong.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The reason without the path, such as ``missing field `value` ``.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Reads the document once more to find the path at which `error` occurred.
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

/// Reads a document as fast as possible.
///
/// One UTF-8 check of the whole document is faster than one for each string. Reading without a record
/// of the path is faster than with one, so only a document that fails is read a second time.
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

/// Prints a path in backquotes and a colon; prints nothing for an empty path.
struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => Ok(()),
            path => write!(f, "`{path}`: "),
        }
    }
}
