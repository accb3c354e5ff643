use http::request::Parts;
use http::{HeaderName, header};

use crate::error::ElbError;
use crate::glob;

/// The longest value of a condition, in characters (`RuleCondition`).
const MAX_VALUE: usize = 128;

/// A condition of a rule. It holds if one of its values matches; `*` and `?` are wildcards (`RuleCondition`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The path without the query. Case matters.
    PathPattern(Vec<String>),
    /// The host without the port. Case does not matter.
    HostHeader(Vec<String>),
    /// Any of the header's values. Case does not matter.
    HttpHeader { name: HeaderName, values: Vec<String> },
}

impl Condition {
    /// The name of the field in ELB's API.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::PathPattern(_) => "path-pattern",
            Self::HostHeader(_) => "host-header",
            Self::HttpHeader { .. } => "http-header",
        }
    }

    /// The values, of which one must match.
    #[must_use]
    pub fn values(&self) -> &[String] {
        match self {
            Self::PathPattern(values)
            | Self::HostHeader(values)
            | Self::HttpHeader { values, .. } => values,
        }
    }

    pub(crate) fn check(&self) -> Result<(), ElbError> {
        if self.values().is_empty() {
            return Err(ElbError::invalid(format!(
                "A condition on '{}' must have at least one value",
                self.field()
            )));
        }
        match self.values().iter().find(|value| !(1..=MAX_VALUE).contains(&value.chars().count())) {
            None => Ok(()),
            Some(value) => Err(ElbError::invalid(format!(
                "The value '{value}' of a condition on '{}' must have 1 to {MAX_VALUE} characters",
                self.field()
            ))),
        }
    }

    pub(crate) fn holds(&self, request: &Parts) -> bool {
        match self {
            Self::PathPattern(values) => {
                let path = request.uri.path().as_bytes();
                values.iter().any(|value| glob::matches(value.as_bytes(), path))
            }
            Self::HostHeader(values) => host(request).is_some_and(|host| any(values, &host)),
            Self::HttpHeader { name, values } => {
                request.headers.get_all(name).iter().any(|found| {
                    found.to_str().is_ok_and(|found| any(values, &found.to_ascii_lowercase()))
                })
            }
        }
    }
}

/// Whether a value matches the text, which is in lower case.
fn any(values: &[String], text: &str) -> bool {
    let text = text.as_bytes();
    values.iter().any(|value| glob::matches(value.to_ascii_lowercase().as_bytes(), text))
}

/// The host of HTTP/2, or the one of the header, in lower case and without a port.
fn host(request: &Parts) -> Option<String> {
    let host = request.uri.host().map(ToOwned::to_owned).or_else(|| {
        let value = request.headers.get(header::HOST)?.to_str().ok()?;
        Some(value.parse::<http::uri::Authority>().ok()?.host().to_owned())
    })?;
    Some(host.to_ascii_lowercase())
}
