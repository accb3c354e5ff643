use serde::Deserialize;
use serde_json::Value;

use crate::error::ConfigError;
use crate::toml_as_json::toml_as_json;
use crate::{known_keys, wire};

/// The keys of `[observe]` for `edgeswitch observe --engine athena`. The packages do not have them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Athena {
    /// The workgroup in which queries run.
    pub workgroup: Option<String>,
    /// Where Athena writes answers: `s3://BUCKET/PREFIX/`.
    pub output: Option<String>,
    /// The database with the tables.
    pub database: Option<String>,
}

impl Athena {
    /// Reads the keys from `edgeswitch.toml`.
    ///
    /// # Errors
    /// The first [`ConfigError`] found: it names the key, the value and what is allowed.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        let syntax = |error: serde_json::Error| ConfigError::Syntax(error.to_string());
        let document: Value = serde_json::from_str(&toml_as_json(text)?).map_err(syntax)?;
        known_keys::check(&document)?;
        wire::read::<WireFile>(document)?.observe.check()
    }

    /// Checks an address for answers.
    ///
    /// # Errors
    /// What is allowed.
    pub fn check_output(text: &str) -> Result<(), String> {
        let bucket = text.strip_prefix("s3://").and_then(|rest| rest.split('/').next());
        match bucket {
            Some(bucket) if !bucket.is_empty() => Ok(()),
            Some(_) | None => {
                Err(format!("`{text}` is not an address in S3: expected `s3://BUCKET/PREFIX/`"))
            }
        }
    }

    /// Checks the name of a database, which becomes a part of statements.
    ///
    /// # Errors
    /// What is allowed.
    pub fn check_database(text: &str) -> Result<(), String> {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if (1..=255).contains(&text.len()) && text.bytes().all(is_plain) {
            return Ok(());
        }
        Err(format!(
            "`{text}` is not the name of a database: allowed are 1 to 255 of a-z, 0-9 and _"
        ))
    }
}

/// The file as written.
#[derive(Deserialize)]
struct WireFile {
    #[serde(default)]
    observe: WireAthena,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct WireAthena {
    athena_workgroup: Option<String>,
    athena_output: Option<String>,
    athena_database: Option<String>,
}

impl WireAthena {
    fn check(self) -> Result<Athena, ConfigError> {
        let checked = |key: &str, text: &Option<String>, check: fn(&str) -> Result<(), String>| {
            let problem = text.as_deref().map(check).transpose();
            problem.map_err(|problem| ConfigError::value(key, problem))
        };
        checked("observe.athena_output", &self.athena_output, Athena::check_output)?;
        checked("observe.athena_database", &self.athena_database, Athena::check_database)?;
        Ok(Athena {
            workgroup: self.athena_workgroup,
            output: self.athena_output,
            database: self.athena_database,
        })
    }
}
