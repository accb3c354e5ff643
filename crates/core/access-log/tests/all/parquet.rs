//! Parquet files, which other programs wrote.

use std::io::ErrorKind;

use access_log::{Error, Field, Once, Reader, Seen, Skip};

use crate::other_parser;
use crate::support::{bytes, read, text};

/// The rows of `v2.json`, as the Parquet files have them.
fn expected() -> Vec<other_parser::Values> {
    let plain = |name: &str| name.replace(['(', '-'], "_").replace(')', "").to_lowercase();
    let mut rows = other_parser::rows(&text(&bytes("v2.json")));
    for row in &mut rows {
        row.iter_mut().for_each(|(name, _)| *name = plain(name));
        if row.iter().all(|(name, _)| name != "c_country") {
            row.push(("c_country".into(), "-".into()));
        }
    }
    rows
}

#[test]
fn every_row_and_value_is_read() {
    for name in ["v2.parquet", "v2-gzip.parquet"] {
        let whole = read(&bytes(name));
        assert!(whole.error.is_none(), "{name}: {:?}", whole.error);
        assert_eq!(whole.values(), expected(), "{name}");
        assert_eq!(whole.skipped.lines, 0, "{name}");
    }
}

#[test]
fn fields_are_found_by_the_names_of_tables() {
    let file = bytes("v2.parquet");
    let mut reader = Reader::open(&file[..]).unwrap();
    let row = reader.next_row().unwrap().unwrap();
    assert_eq!((row.status(), row.unix_ms(), row.line()), (Some(200), Some(1_795_342_200_814), 1));
    assert_eq!(row.user_agent().unwrap(), "Mozilla/5.0 (X11; Linux x86_64) Firefox/144.0");
    assert_eq!(row.seconds(Field::OriginFirstByte), Some(0.254));
    assert_eq!((row.get(Field::Country), row.is_unterminated()), (None, false));
    let mut once = Once::of_the_last(10);
    assert_eq!((once.see(&row), once.see(&row)), (Seen::First, Seen::Again));
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let table = [
        ("v2-zstd.parquet", "zstd"),
        ("nested.parquet", "the column `sc_status` has more than one value in a row"),
    ];
    for (name, problem) in table {
        let whole = read(&bytes(name));
        let error = whole.error.unwrap().to_string();
        assert!(whole.rows.is_empty() && error.contains(problem), "{name}: {error}");
    }
}

#[test]
fn a_file_that_was_cut_is_an_error() {
    let file = bytes("v2.parquet");
    for end in 4..file.len() {
        let whole = read(&file[..end]);
        let Some(Error::Read { line: 0, source }) = whole.error else {
            panic!("{end}: {:?}", whole.error)
        };
        assert_eq!((source.kind(), whole.rows.len()), (ErrorKind::Other, 0), "{end}");
    }
}

/// There are no checksums, so that a value can be wrong; but a reader never panics, and never runs without an end.
#[test]
fn a_file_that_was_damaged_is_read_or_refused() {
    let file = bytes("v2.parquet");
    let mut refused = 0;
    for at in 4..file.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut damaged = file.clone();
            damaged[at] ^= change;
            let whole = read(&damaged);
            assert!(whole.rows.len() <= 3, "{at}: {}", whole.rows.len());
            refused += u64::from(whole.error.is_some());
        }
    }
    assert!(refused > 100, "{refused}");
}

#[test]
fn rows_of_another_table_are_skipped() {
    let whole = read(&bytes("other.parquet"));
    assert!(whole.error.is_none() && whole.rows.is_empty());
    let first = Some((1, Skip::NotAnAccessLog));
    assert_eq!((whole.skipped.lines, whole.skipped.first), (1, first));
}
