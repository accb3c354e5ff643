//! Logs that were cut anywhere, and then joined with others.

use access_log::Fields;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{ErrorKind, Write};

use crate::other_parser::{self, Values};
use crate::support::{LOGS, Read1, bytes, read, read_raw, text};

/// Whether `row` is `whole`, or `whole` cut in its last value by the end of the input.
fn is_cut_of(row: &Read1, whole: &Values) -> bool {
    let (Some((last, before)), Some((whole_last, whole_before))) =
        (row.values.split_last(), whole.split_last())
    else {
        return false;
    };
    let is_same = row.values == *whole;
    let is_cut = before == whole_before
        && last.0 == whole_last.0
        && whole_last.1.starts_with(&last.1)
        && row.is_unterminated;
    is_same || is_cut
}

#[test]
fn the_start_of_a_log_has_its_first_rows() {
    for name in LOGS {
        let log = text(&bytes(name));
        let rows = other_parser::rows(&log);
        for end in 0..log.len() {
            let cut = read(&log.as_bytes()[..end]);
            assert!(cut.error.is_none(), "{name} {end}: {:?}", cut.error);
            assert!(cut.rows.len() <= rows.len(), "{name} {end}");
            for (row, whole) in cut.rows.iter().zip(&rows) {
                assert!(is_cut_of(row, whole), "{name} {end}: {row:?}");
            }
        }
        assert_eq!(read(log.as_bytes()).rows.len(), rows.len());
    }
}

#[test]
fn the_end_of_a_log_has_no_wrong_row() {
    for name in LOGS {
        let log = text(&bytes(name));
        let rows = other_parser::rows(&log);
        for start in 0..log.len() {
            let cut = read(&log.as_bytes()[start..]);
            assert!(cut.error.is_none(), "{name} {start}: {:?}", cut.error);
            for row in &cut.rows {
                assert!(rows.contains(&row.values), "{name} {start}: {row:?}");
            }
        }
    }
}

#[test]
fn the_end_of_a_log_whose_columns_are_known_has_its_last_rows() {
    for name in ["legacy-33-fields.log", "header-with-tabs.log", "v2-raw.log"] {
        let log = text(&bytes(name));
        let with_header = format!("#Fields: {}\n{log}", legacy_names());
        let rows = other_parser::rows(&with_header);
        let mut found = 0;
        for start in 0..log.len() {
            let cut = read_raw(&log.as_bytes()[start..], Fields::legacy());
            let last = &rows[rows.len() - cut.rows.len()..];
            let values: Vec<Values> = cut.values();
            assert_eq!(values, last, "{name} {start}");
            found = found.max(values.len());
        }
        assert_eq!(found, rows.len(), "{name}");
    }
}

fn legacy_names() -> String {
    Fields::legacy().names().collect::<Vec<_>>().join(" ")
}

/// Each row of the result is one of the first log or one of the second, in their order. Only around the cut may rows be
/// missing: the one that was cut, and the first of the second log.
///
/// One case is left out. The last field of `v2-w3c.log` can be JSON itself, so that nobody can tell where it ends.
#[test]
fn a_cut_log_before_another_one_makes_no_wrong_row() {
    for first in LOGS {
        let first_log = text(&bytes(first));
        let first_rows = other_parser::rows(&first_log);
        for second in LOGS {
            let second_log = text(&bytes(second));
            let second_rows = other_parser::rows(&second_log);
            if first == "v2-w3c.log" && second_log.starts_with('{') {
                continue;
            }
            for end in (0..=first_log.len()).step_by(7) {
                let joined = [&first_log.as_bytes()[..end], second_log.as_bytes()].concat();
                let whole = read(&joined);
                let complete = read(&first_log.as_bytes()[..end]).rows;
                let case = format!("{first} {end} {second}: {:?}", whole.skipped);
                assert!(whole.error.is_none(), "{case}");
                let of_second = whole
                    .rows
                    .iter()
                    .rev()
                    .zip(second_rows.iter().rev())
                    .take_while(|(row, expected)| row.values == **expected)
                    .count();
                assert!(of_second + 1 >= second_rows.len(), "{case}");
                let of_first = &whole.rows[..whole.rows.len() - of_second];
                assert!(of_first.len() <= complete.len(), "{case}");
                assert!(of_first.len() + 1 >= complete.len(), "{case}");
                for (row, expected) in of_first.iter().zip(&first_rows) {
                    assert!(is_cut_of(row, expected), "{case}: {row:?}");
                }
            }
        }
    }
}

#[test]
fn a_gzip_file_that_was_cut_has_its_first_rows_and_an_error() {
    let log = text(&bytes("legacy-26-fields.log"));
    let rows = other_parser::rows(&log);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(log.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    let mut most = 0;
    for end in 1..packed.len() {
        let cut = read(&packed[..end]);
        let Some(access_log::Error::Read { source, .. }) = &cut.error else {
            panic!("{end}: {:?}", cut.error)
        };
        assert_eq!(source.kind(), ErrorKind::UnexpectedEof, "{end}");
        assert_eq!(cut.values(), rows[..cut.rows.len()], "{end}");
        most = most.max(cut.rows.len());
    }
    assert_eq!(most, rows.len());
    assert!(read(&packed).error.is_none());
}
