//! Where logs lie in a bucket, and how a query selects those of a span of time.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::Table;
use crate::table::LEVELS;
use crate::text::{list, quoted};

/// Folders with tables of their own, in one query.
const MOST_FOLDERS: usize = 20;
/// Names without an hour that a query can list.
const MOST_NAMES: usize = 200;

/// Logs that one table has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The table.
    pub table: Table,
    /// The condition that selects the logs.
    pub(crate) filter: String,
}

/// The logs lie so that no query can select them.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LayoutError {
    /// There are logs in too many folders.
    #[error("the logs are in {0} folders besides those of dates: expected at most {MOST_FOLDERS}")]
    Folders(usize),
    /// Too many names do not say which hour a log is of.
    #[error(
        "{0} names of logs do not begin like `ID.2026-11-22-10.`: expected at most {MOST_NAMES}"
    )]
    Names(usize),
    /// A name has a character that cannot stand in a table's definition.
    #[error("the name `{0}` has a quote, a backslash, `$` or a control character")]
    Name(String),
}

/// The tables with the objects of these keys, and the conditions that select them.
///
/// Folders of dates, `2026/11/22/10/` or `year=2026/month=11/`, are partitions. The span goes from the first hour that
/// was found to the last one, and has both. Other folders have no partitions: `"$path"` selects logs by the hour in their
/// names.
///
/// # Errors
///
/// [`LayoutError`]
pub fn sources<'a>(
    bucket: &str,
    keys: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<Source>, LayoutError> {
    let mut dated: BTreeMap<Table, BTreeSet<Vec<&str>>> = BTreeMap::new();
    let mut flat: BTreeMap<Table, Names<'_>> = BTreeMap::new();
    for key in keys {
        if key.contains(['\'', '"', '`', '\\', '$']) || key.contains(char::is_control) {
            return Err(LayoutError::Name(key.into()));
        }
        let (folder, name) = key.rfind('/').map_or(("", key), |at| key.split_at(at + 1));
        match date(folder) {
            Some(date) => {
                let location = format!("s3://{bucket}/{}", date.base);
                let levels = date.parts.iter().map(|(before, _)| (*before).to_owned()).collect();
                let values = date.parts.iter().map(|(_, value)| *value).collect();
                dated.entry(Table { location, levels }).or_default().insert(values);
            }
            None => {
                let location = format!("s3://{bucket}/{folder}");
                flat.entry(Table { location, levels: Vec::new() }).or_default().add(name);
            }
        }
    }
    let count = dated.len() + flat.len();
    if count > MOST_FOLDERS {
        return Err(LayoutError::Folders(count));
    }
    let names: usize = flat.values().map(|names| names.others.len() + names.stems.len()).sum();
    if names > MOST_NAMES {
        return Err(LayoutError::Names(names));
    }
    let of_dates = dated.into_iter().map(|(table, dates)| Source { filter: within(&dates), table });
    let of_names = flat
        .into_iter()
        .map(|(table, names)| Source { filter: names.filter(&table.location), table });
    Ok(of_dates.chain(of_names).collect())
}

/// The folder of a date.
struct Date<'a> {
    /// The folders before.
    base: &'a str,
    /// The year, and the month, the day and the hour if there are such folders, with what stands before each.
    parts: Vec<(&'a str, &'a str)>,
}

fn date(folder: &str) -> Option<Date<'_>> {
    let mut starts = vec![0];
    starts.extend(folder.match_indices('/').map(|(at, _)| at + 1));
    let part = |start: usize| {
        folder.get(start..).and_then(|rest| rest.split('/').next()).unwrap_or_default()
    };
    let split = |start| {
        let part = part(start);
        part.find('=').map_or(("", part), |at| part.split_at(at + 1))
    };
    let is_number =
        |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_year =
        |start: &usize| is_number(split(*start).1, 4) && split(*start).1.starts_with("20");
    let year = starts.iter().rposition(is_year)?;
    let base = folder.get(..*starts.get(year)?)?;
    let mut parts = vec![split(*starts.get(year)?)];
    let rest = starts.get(year + 1..).unwrap_or_default();
    let rest = rest.iter().map(|start| split(*start)).take_while(|(_, value)| is_number(value, 2));
    parts.extend(rest.take(LEVELS.len() - 1));
    Some(Date { base, parts })
}

/// The partitions from the first one to the last one. The lists come from what was found: Athena computes only these
/// folders.
fn within(dates: &BTreeSet<Vec<&str>>) -> String {
    let levels = dates.first().map_or(0, Vec::len);
    let mut conditions = Vec::new();
    for (at, name) in LEVELS.iter().take(levels).enumerate() {
        let values: BTreeSet<&str> =
            dates.iter().filter_map(|date| date.get(at).copied()).collect();
        conditions.push(format!("\"{name}\" IN {}", list(values)));
    }
    if let (Some(first), Some(last)) = (dates.first(), dates.last()) {
        let names: Vec<String> =
            LEVELS.iter().take(levels).map(|name| format!("\"{name}\"")).collect();
        let date = names.join(" || '-' || ");
        let (first, last) = (quoted(&first.join("-")), quoted(&last.join("-")));
        conditions.push(format!("{date} BETWEEN {first} AND {last}"));
    }
    conditions.join(" AND ")
}

/// The logs of a folder without dates.
#[derive(Default)]
struct Names<'a> {
    /// What stands before the hour, with the first hour and the last one.
    stems: BTreeMap<&'a str, (&'a str, &'a str)>,
    /// Names without an hour.
    others: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    fn add(&mut self, name: &'a str) {
        let Some((stem, hour)) = hour(name) else {
            self.others.insert(name);
            return;
        };
        let (first, last) = self.stems.entry(stem).or_insert((hour, hour));
        *first = (*first).min(hour);
        *last = (*last).max(hour);
    }

    /// Comparisons alone: Athena leaves files out by these, but not by functions of the path.
    fn filter(&self, location: &str) -> String {
        let mut conditions = Vec::new();
        for (stem, (first, last)) in &self.stems {
            let first = quoted(&format!("{location}{stem}{first}"));
            // `/` comes directly after the dot that ends the hour.
            let end = quoted(&format!("{location}{stem}{last}/"));
            conditions.push(format!("(\"$path\" >= {first} AND \"$path\" < {end})"));
        }
        if !self.others.is_empty() {
            let paths = self.others.iter().map(|name| format!("{location}{name}"));
            conditions.push(format!("\"$path\" IN {}", list(paths)));
        }
        format!("({})", conditions.join(" OR "))
    }
}

/// `E1.` and `2026-11-22-10` of `E1.2026-11-22-10.4f0a91c2.gz`.
fn hour(name: &str) -> Option<(&str, &str)> {
    let (stem, rest) = name.split_at(name.find('.')? + 1);
    let (hour, _) = rest.split_once('.')?;
    let shape = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    hour.bytes().map(shape).eq(*b"0000-00-00-00").then_some((stem, hour))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(keys: &[&str]) -> Vec<(String, Vec<String>, String)> {
        let found = sources("logs", keys.iter().copied()).unwrap();
        let parts = |Source { table, filter }| (table.location, table.levels, filter);
        found.into_iter().map(parts).collect()
    }

    #[test]
    fn folders_of_dates_are_partitions() {
        let plain =
            ["v2/E1/2026/11/22/23/a.gz", "v2/E1/2026/11/23/00/b.gz", "v2/E1/2026/11/23/00/c.gz"];
        let filter = "\"year\" IN ('2026') AND \"month\" IN ('11') AND \"day\" IN ('22', '23') AND \"hour\" IN ('00', '23') \
                      AND \"year\" || '-' || \"month\" || '-' || \"day\" || '-' || \"hour\" BETWEEN '2026-11-22-23' AND \
                      '2026-11-23-00'";
        let levels = ["", "", "", ""].map(ToOwned::to_owned).to_vec();
        assert_eq!(of(&plain), [("s3://logs/v2/E1/".into(), levels, filter.into())]);
        let named = ["AWSLogs/1/year=2026/month=01/a.gz"];
        let filter = "\"year\" IN ('2026') AND \"month\" IN ('01') AND \"year\" || '-' || \"month\" BETWEEN '2026-01' AND '2026-01'";
        let levels = ["year=", "month="].map(ToOwned::to_owned).to_vec();
        assert_eq!(of(&named), [("s3://logs/AWSLogs/1/".into(), levels, filter.into())]);
        let below = of(&["2026/11/22/E1/a.gz"]);
        assert_eq!((below[0].0.as_str(), below[0].1.len()), ("s3://logs/", 3));
    }

    #[test]
    fn other_folders_are_read_by_name() {
        let keys = [
            "cdn/E1.2026-11-22-10.a.gz",
            "cdn/E1.2026-11-22-09.b.gz",
            "cdn/E2.2026-11-22-09.c.gz",
            "cdn/log.txt",
        ];
        let filter = "((\"$path\" >= 's3://logs/cdn/E1.2026-11-22-09' AND \"$path\" < 's3://logs/cdn/E1.2026-11-22-10/') OR \
                      (\"$path\" >= 's3://logs/cdn/E2.2026-11-22-09' AND \"$path\" < 's3://logs/cdn/E2.2026-11-22-09/') OR \
                      \"$path\" IN ('s3://logs/cdn/log.txt'))";
        assert_eq!(of(&keys), [("s3://logs/cdn/".into(), Vec::new(), filter.into())]);
        assert_eq!(of(&["E1.2026-11-22-10.a.gz"])[0].0, "s3://logs/");
    }

    #[test]
    fn what_no_query_can_select_is_refused() {
        let folders: Vec<String> = (0..21).map(|at| format!("{at}/E1.2026-11-22-10.a")).collect();
        let names: Vec<String> = (0..201).map(|at| format!("{at}.log")).collect();
        let refused =
            |keys: &[String]| sources("logs", keys.iter().map(String::as_str)).unwrap_err();
        assert_eq!(refused(&folders), LayoutError::Folders(21));
        assert_eq!(refused(&names), LayoutError::Names(201));
        for name in ["it's", "a\\b", "${year}", "a\nb", "a`b", "a\"b"] {
            assert_eq!(refused(&[name.to_owned()]), LayoutError::Name(name.into()));
        }
    }

    #[test]
    fn the_name_of_a_table_follows_its_definition() {
        let name = |key| sources("logs", [key]).unwrap()[0].table.name();
        let names = [
            name("a/2026/11/22/10/x"),
            name("a/2026/11/22/x"),
            name("a/x"),
            name("b/x"),
            name("a/year=2026/month=11/day=22/hour=10/x"),
        ];
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
        assert_eq!(name("a/2026/11/22/10/x"), name("a/2027/01/01/00/y"));
        let all = names.concat();
        assert!(
            all.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        );
    }

    /// Every hour of every day: the documentation's example leaves the hours after 12 out.
    #[test]
    fn projection_loses_no_hour() {
        let statement =
            sources("logs", ["v2/2026/11/22/10/x"]).unwrap()[0].table.statement("default");
        for (name, range, digits) in [
            ("year", "2008,2099", 4),
            ("month", "1,12", 2),
            ("day", "1,31", 2),
            ("hour", "0,23", 2),
        ] {
            let lines = format!(
                "  'projection.{name}.type' = 'integer',\n  'projection.{name}.range' = '{range}',\n  \
                 'projection.{name}.digits' = '{digits}',\n"
            );
            assert!(statement.contains(&lines), "{statement}");
        }
        let template =
            "'storage.location.template' = 's3://logs/v2/${year}/${month}/${day}/${hour}/'\n)";
        assert!(statement.ends_with(template), "{statement}");
        assert!(statement.contains(
            "PARTITIONED BY (`year` string, `month` string, `day` string, `hour` string)\n"
        ));
    }
}
