use thiserror::Error;

/// Why a text is not a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// Not TOML, or not JSON: the parser's message, with the place.
    #[error("{0}")]
    Syntax(String),
    /// A key that nothing reads.
    #[error("unknown key `{key}` {place}: {advice}")]
    UnknownKey {
        /// The key.
        key: String,
        /// Its table: `in [refresh]`.
        place: String,
        /// The nearest known key, or the place where this one belongs.
        advice: String,
    },
    /// A setting of CloudFront in `[dev]` that the local CloudFront does not model.
    #[error("`{0}` is not modelled by the local CloudFront: see DIFFERENCES.md of cloudfront-sim")]
    NotModelled(String),
    /// A value that is not allowed.
    #[error("{key}: {problem}")]
    Value {
        /// The key, with the tables it is in: `refresh.soft_ttl_seconds`.
        key: String,
        /// What is wrong and what is allowed, with the value in backquotes.
        problem: String,
    },
}

impl ConfigError {
    pub(crate) fn value(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Value { key: key.into(), problem: problem.into() }
    }
}
