//! Other logs, and lines that are no rows.

use access_log::{Error, Skip};

use crate::support::{bytes, read};

#[test]
fn other_logs_of_cloudfront_are_refused_by_name() {
    let rtmp = read(&bytes("rtmp.log"));
    assert!(matches!(rtmp.error, Some(Error::Rtmp { line: 2 })), "{:?}", rtmp.error);
    let real_time = read(&bytes("real-time.log"));
    assert!(matches!(real_time.error, Some(Error::RealTime { line: 1 })), "{:?}", real_time.error);
    for whole in [rtmp, real_time] {
        assert!(whole.rows.is_empty());
    }
}

#[test]
#[cfg(not(feature = "parquet"))]
fn a_parquet_file_is_refused_by_name() {
    let parquet = read(&bytes("v2.parquet"));
    assert!(matches!(parquet.error, Some(Error::Parquet)), "{:?}", parquet.error);
    assert!(parquet.rows.is_empty());
}

#[test]
fn messages_say_what_is_expected() {
    let table = [
        (
            Error::Rtmp { line: 2 },
            "line 2: this is a log of an RTMP distribution: expected a standard log of a web distribution",
        ),
        (
            Error::RealTime { line: 1 },
            "line 1: this is a real-time log record: expected a standard log, which has a `#Fields` line",
        ),
        (
            Error::Parquet,
            "this is a Parquet file, which needs the feature `parquet`: expected a log in the format w3c, plain, json or raw",
        ),
    ];
    for (error, message) in table {
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn a_line_that_is_no_row_is_counted_with_its_reason() {
    let fields = "#Fields: date time sc-status\n";
    let row = "2026-11-22\t10:10:00\t200\n";
    let table = [
        (
            "columns are missing",
            format!("{fields}2026-11-22\t10:1\n{row}"),
            1,
            "it has 2 columns: `#Fields` has 3",
        ),
        (
            "columns are too many",
            format!("{fields}2026-11-22\t10:10:00\t2\t1\n{row}"),
            1,
            "it has 4 columns: `#Fields` has 3",
        ),
        (
            "the date is none",
            format!("{fields}2026-11-2x\t10:10:00\t200\n{row}"),
            1,
            "its time is invalid",
        ),
        (
            "the time is none",
            format!("{fields}2026-11-22\t10:10\t200\n{row}"),
            1,
            "its time is invalid",
        ),
        ("no header", row.repeat(2), 2, "there is no `#Fields` line before"),
        (
            "no header of an access log",
            format!("#Fields: a b c\n{fields}{row}"),
            1,
            "it has no field of an access log",
        ),
        (
            "an object that was cut",
            format!("{{\"sc-status\":\"20\n{fields}{row}"),
            1,
            "it is not a JSON object",
        ),
        (
            "an object of another kind",
            format!("{{\"a\":\"b\"}}\n{fields}{row}"),
            1,
            "it has no field of an access log",
        ),
        ("an array", format!("{{\"sc-status\":[1,2\n{fields}{row}"), 1, "it is not a JSON object"),
    ];
    for (name, log, lines, why) in table {
        let whole = read(log.as_bytes());
        assert!(whole.error.is_none(), "{name}");
        assert_eq!(whole.skipped.lines, lines, "{name}");
        assert_eq!(whole.skipped.first.unwrap().1.to_string(), why, "{name}");
        assert_eq!(whole.rows.len(), usize::from(name != "no header"), "{name}");
    }
}

#[test]
fn headers_and_empty_lines_are_not_counted() {
    let log = "#Version: 1.0\n#Software: x\n\n#Fields: sc-status\n\n200\n\n";
    let whole = read(log.as_bytes());
    assert_eq!((whole.rows.len(), whole.skipped.lines), (1, 0));
}

#[test]
fn lines_of_functions_and_other_programs_are_no_rows() {
    for (name, why) in [("functions.json", Skip::NotAnAccessLog), ("other.txt", Skip::NoFields)] {
        let whole = read(&bytes(name));
        assert!(whole.error.is_none() && whole.rows.is_empty(), "{name}");
        assert_eq!(whole.skipped.lines, 2, "{name}");
        assert_eq!(whole.skipped.first, Some((1, why)), "{name}");
    }
}

#[test]
fn the_rows_after_a_refused_log_are_not_read_with_other_columns() {
    let log = [bytes("legacy-26-fields.log"), bytes("rtmp.log")].concat();
    let whole = read(&log);
    assert_eq!(whole.rows.len(), 3);
    assert!(matches!(whole.error, Some(Error::Rtmp { line: 7 })), "{:?}", whole.error);
}
