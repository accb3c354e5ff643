//! Files, and what a reader makes of them.

use std::io::{BufReader, Read};
use std::path::PathBuf;

use access_log::{Error, Fields, Reader, Row, Skipped};
use flate2::read::MultiGzDecoder;

/// A row as names and values, and whether the input ended in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read1 {
    pub(crate) values: Vec<(String, String)>,
    pub(crate) is_unterminated: bool,
}

impl Read1 {
    fn of(row: &Row<'_>) -> Read1 {
        let values = row.iter().map(|(name, value)| (name.into(), value.into())).collect();
        Read1 { values, is_unterminated: row.is_unterminated() }
    }
}

/// All rows, then how the reading ended.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) rows: Vec<Read1>,
    pub(crate) skipped: Skipped,
    pub(crate) error: Option<Error>,
}

impl Whole {
    pub(crate) fn values(&self) -> Vec<Vec<(String, String)>> {
        self.rows.iter().map(|row| row.values.clone()).collect()
    }
}

pub(crate) fn bytes(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/logs").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The logs that are read, without those that need to be told their columns.
pub(crate) const LOGS: [&str; 10] = [
    "legacy-12-fields.log",
    "legacy-24-fields.log",
    "legacy-26-fields.log",
    "legacy-33-fields.log",
    "header-with-tabs.log",
    "v2-w3c.log",
    "v2-plain-commas.log",
    "v2.json",
    "v2-joined-objects.json",
    "v2-table-names.json",
];

pub(crate) fn read(log: &[u8]) -> Whole {
    match Reader::open(log) {
        Ok(reader) => drain(reader),
        Err(error) => Whole { rows: Vec::new(), skipped: Skipped::default(), error: Some(error) },
    }
}

pub(crate) fn read_raw(log: &[u8], fields: Fields) -> Whole {
    drain(Reader::open(log).unwrap().with_fields(fields))
}

/// Reads with a buffer of `size` bytes, so that lines lie across its borders.
pub(crate) fn read_by(size: usize, log: &[u8]) -> Whole {
    drain(Reader::new(BufReader::with_capacity(size, log)))
}

fn drain<R: std::io::BufRead>(mut reader: Reader<R>) -> Whole {
    let (mut rows, mut error) = (Vec::new(), None);
    loop {
        match reader.next_row() {
            Ok(Some(row)) => rows.push(Read1::of(&row)),
            Ok(None) => break,
            Err(found) => {
                error = Some(found);
                break;
            }
        }
    }
    Whole { rows, skipped: reader.skipped().clone(), error }
}

/// The text of a log that may be compressed.
pub(crate) fn text(log: &[u8]) -> String {
    if log.first() != Some(&0x1f) {
        return String::from_utf8(log.to_vec()).unwrap();
    }
    let mut text = String::new();
    MultiGzDecoder::new(log).read_to_string(&mut text).unwrap();
    text
}
