//! How a line becomes values.

use access_log::Field;
use thiserror::Error;

use crate::text::quoted;

/// Tabs, or another delimiter of v2.
const DELIMITERS: [char; 5] = ['\t', ',', '|', ';', ' '];

/// The form of logs: how the values of a row are found in its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    names: Vec<String>,
    shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A JSON object in each line.
    Objects,
    /// Values that this character separates, in the order of `#Fields`.
    Columns(char),
}

/// The logs have no form that a query can cut.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormError {
    /// There is neither a `#Fields` line nor a JSON object.
    #[error("it begins with neither a `#Fields` line nor a JSON object")]
    Unknown,
    /// The fields are those of another kind of log.
    #[error("its fields are not those of an access log")]
    NotAnAccessLog,
    /// Without a time, no row is one.
    #[error("it has neither the fields `date` and `time` nor `timestamp(ms)`")]
    NoTime,
}

impl Form {
    /// The form of the log with these first lines: headers, and at least one row if there is one.
    ///
    /// # Errors
    ///
    /// [`FormError`] for logs in another format.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Form, FormError> {
        let mut names: Option<Vec<String>> = None;
        let mut delimiter = None;
        for line in lines {
            let line = line.trim_end_matches(['\n', '\r']);
            if let Some(list) = line.strip_prefix("#Fields:") {
                names = Some(list.split_ascii_whitespace().map(ToOwned::to_owned).collect());
            } else if line.starts_with('{') && names.is_none() {
                return Form { names: keys(line), shape: Shape::Objects }.checked();
            } else if !line.starts_with('#') && !line.trim().is_empty() {
                let count = names.as_ref().map_or(0, Vec::len);
                let fits = |by: &&char| {
                    line.strip_suffix(**by).unwrap_or(line).split(**by).count() == count
                };
                delimiter = delimiter.or(DELIMITERS.iter().find(fits).copied());
            }
        }
        let names = names.ok_or(FormError::Unknown)?;
        Form { names, shape: Shape::Columns(delimiter.unwrap_or('\t')) }.checked()
    }

    fn checked(self) -> Result<Form, FormError> {
        if !self.names.iter().any(|name| Field::from_name(name).is_some()) || is_rtmp(&self.names) {
            return Err(FormError::NotAnAccessLog);
        }
        let has = |field| self.position(field).is_some();
        let has_time = has(Field::TimestampMs) || (has(Field::Date) && has(Field::Time));
        if has_time { Ok(self) } else { Err(FormError::NoTime) }
    }

    /// Whether the logs have a field.
    #[must_use]
    pub fn has(&self, field: Field) -> bool {
        self.position(field).is_some()
    }

    fn position(&self, field: Field) -> Option<usize> {
        self.names.iter().position(|name| Field::from_name(name) == Some(field))
    }

    /// The value of a field. `NULL`: there is none, or it is `-`.
    pub(crate) fn value(&self, field: Field) -> String {
        let Some(at) = self.position(field) else { return "CAST(NULL AS varchar)".into() };
        match self.shape {
            Shape::Objects => {
                let name = self.names.get(at).map_or("", String::as_str);
                let path = quoted(&format!("$[\"{name}\"]"));
                format!("nullif(json_extract_scalar(line, {path}), '-')")
            }
            Shape::Columns(by) => {
                format!("nullif(split_part(line, {}, {}), '-')", character(by), at + 1)
            }
        }
    }

    /// Whether the line has the shape of a row.
    pub(crate) fn is_row(&self) -> String {
        let Shape::Columns(by) = self.shape else { return "line LIKE '{%'".into() };
        let (count, by) = (self.names.len(), character(by));
        let delimiters = format!("length(line) - length(replace(line, {by}, ''))");
        let last = count.saturating_sub(1);
        // Some programs write a delimiter after the last value.
        format!("({delimiters} = {last} OR ({delimiters} = {count} AND line LIKE '%' || {by}))")
    }

    /// Whether a `#Fields` line lists other fields: then its rows cannot be cut.
    pub(crate) fn has_other_fields(&self) -> String {
        let Shape::Columns(_) = self.shape else { return "FALSE".into() };
        let listed = "trim(replace(replace(substr(line, 9), chr(9), ' '), '  ', ' '))";
        format!("line LIKE '#Fields:%' AND {listed} <> {}", quoted(&self.names.join(" ")))
    }
}

fn character(by: char) -> String {
    if by == '\t' { "chr(9)".into() } else { quoted(&by.to_string()) }
}

/// The keys of the object in a line. Values are texts, so that a key is a text before a colon.
fn keys(line: &str) -> Vec<String> {
    let known = Field::ALL.iter().map(|field| field.name().to_owned());
    let plain = Field::ALL.iter().map(|field| plain(field.name()));
    known.chain(plain).filter(|name| line.contains(&format!("\"{name}\":"))).collect()
}

/// The name of a field as the columns of Parquet files have it.
fn plain(name: &str) -> String {
    name.replace(['(', '-'], "_").replace(')', "").to_ascii_lowercase()
}

fn is_rtmp(names: &[String]) -> bool {
    names.iter().any(|name| matches!(name.as_str(), "x-event" | "x-cf-status" | "x-cf-client-id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: &str = "#Fields: date time sc-status cs(User-Agent)";

    #[test]
    fn the_first_row_shows_the_delimiter() {
        for by in DELIMITERS {
            let row = ["2026-11-22", "10:00:00", "200", "Mozilla/5.0"].join(&by.to_string());
            let form = Form::of(["#Version: 1.0", FIELDS, &row]).unwrap();
            assert_eq!(form.shape, Shape::Columns(by));
        }
        assert_eq!(Form::of([FIELDS]).unwrap().shape, Shape::Columns('\t'));
    }

    #[test]
    fn a_value_is_found_by_its_column_or_key() {
        let form = Form::of([FIELDS, "2026-11-22\t10:00:00\t200\tMozilla"]).unwrap();
        assert_eq!(form.value(Field::Status), "nullif(split_part(line, chr(9), 3), '-')");
        assert_eq!(form.value(Field::Cookie), "CAST(NULL AS varchar)");
        let form = Form::of([r#"{"timestamp(ms)":"1","cs(User-Agent)":"-"}"#]).unwrap();
        let expected = r#"nullif(json_extract_scalar(line, '$["cs(User-Agent)"]'), '-')"#;
        assert_eq!(form.value(Field::UserAgent), expected);
        assert!(!form.has(Field::Status));
    }

    #[test]
    fn other_logs_are_refused() {
        let table = [
            ("2026-11-22\t10:00:00", FormError::Unknown),
            ("#Fields: date time x-event", FormError::NotAnAccessLog),
            ("#Fields: a b", FormError::NotAnAccessLog),
            (r#"{"a":1}"#, FormError::NotAnAccessLog),
            ("#Fields: date sc-status", FormError::NoTime),
        ];
        for (line, expected) in table {
            assert_eq!(Form::of([line]), Err(expected), "{line}");
        }
    }
}
