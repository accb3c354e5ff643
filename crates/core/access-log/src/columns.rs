//! The columns of a delimited row.

use memchr::memchr_iter;

use crate::Fields;
use crate::skipped::Skip;
use crate::time;

/// Tabs, unless the delivery of v2 has another delimiter (`fieldDelimiter`, page `standard-logging`).
const DELIMITERS: [u8; 5] = [b'\t', b',', b'|', b';', b' '];

/// The form of the rows after a `#Fields` line.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) fields: Fields,
    /// Whether `{"` in a row is the start of an object, because the file before ended without a line break.
    pub(crate) objects_may_follow: bool,
    /// Found in the first row that fits.
    delimiter: Option<u8>,
}

impl Columns {
    pub(crate) fn new(fields: Fields) -> Columns {
        let objects_may_follow = !fields.may_have_braces();
        Columns { fields, objects_may_follow, delimiter: None }
    }

    /// Splits a row: `ends` has the end of each column.
    pub(crate) fn split(&mut self, text: &str, ends: &mut Vec<u32>) -> Result<(), Skip> {
        if let Some(delimiter) = self.delimiter {
            return self.split_by(delimiter, text, ends);
        }
        let mut by_tab = Ok(());
        for delimiter in DELIMITERS {
            let split = self.split_by(delimiter, text, ends);
            if split.is_ok() {
                self.delimiter = Some(delimiter);
                return split;
            }
            by_tab = by_tab.and(split);
        }
        by_tab
    }

    fn split_by(&self, delimiter: u8, text: &str, ends: &mut Vec<u32>) -> Result<(), Skip> {
        ends.clear();
        // A line is shorter than 4 GB: `LONGEST_LINE`.
        ends.extend(memchr_iter(delimiter, text.as_bytes()).map(|at| at as u32));
        ends.push(text.len() as u32);
        if ends.len() == self.fields.len() + 1 && text.as_bytes().last() == Some(&delimiter) {
            // Some programs write a delimiter after the last value.
            ends.pop();
        }
        if ends.len() != self.fields.len() {
            return Err(Skip::Columns { found: ends.len(), expected: self.fields.len() });
        }
        time::check(&self.fields, text, ends)
    }
}

/// The text of a column.
pub(crate) fn column<'a>(text: &'a str, ends: &[u32], column: usize) -> Option<&'a str> {
    let end = *ends.get(column)? as usize;
    let start = match column.checked_sub(1) {
        Some(before) => *ends.get(before)? as usize + 1,
        None => 0,
    };
    text.get(start..end)
}
