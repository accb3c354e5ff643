//! Each generation and format.

use access_log::{Field, Fields, Reader};

use crate::support::{bytes, read, read_by, read_raw};

#[test]
fn every_file_has_its_rows() {
    let table = [
        ("legacy-12-fields.log", 2, 12),
        ("legacy-24-fields.log", 3, 24),
        ("legacy-26-fields.log", 3, 26),
        ("legacy-33-fields.log", 4, 33),
        ("header-with-tabs.log", 2, 33),
        ("v2-w3c.log", 2, 12),
        ("v2-plain-commas.log", 2, 7),
        ("v2.json", 3, 13),
        ("v2-joined-objects.json", 3, 13),
        ("v2-table-names.json", 1, 13),
        ("two-members.log.gz", 7, 26),
    ];
    for (name, rows, columns) in table {
        let whole = read(&bytes(name));
        assert!(whole.error.is_none(), "{name}: {:?}", whole.error);
        assert_eq!(whole.rows.len(), rows, "{name}: {:?}", whole.skipped);
        assert_eq!(whole.rows[0].values.len(), columns, "{name}");
    }
}

#[test]
fn raw_rows_need_to_be_told_their_columns() {
    let log = bytes("v2-raw.log");
    assert_eq!(read(&log).rows.len(), 0);
    assert_eq!(read(&log).skipped.lines, 2);
    let whole = read_raw(&log, Fields::legacy());
    assert_eq!((whole.rows.len(), whole.skipped.lines), (2, 0));
    let status = |at: usize| whole.rows[at].values.iter().find(|(name, _)| name == "sc-status");
    assert_eq!(status(1).unwrap().1, "503");
}

#[test]
fn the_size_of_the_buffer_does_not_matter() {
    for name in ["legacy-33-fields.log", "v2.json", "header-with-tabs.log"] {
        let log = bytes(name);
        let whole = read(&log);
        for size in 1..100 {
            let by = read_by(size, &log);
            assert_eq!(by.rows, whole.rows, "{name} {size}");
            assert_eq!(by.skipped, whole.skipped, "{name} {size}");
        }
    }
}

#[test]
fn fields_are_found_by_each_of_their_names() {
    for field in Field::ALL {
        assert_eq!(Field::from_name(field.name()), Some(*field));
        assert_eq!(Field::from_name(&field.name().to_uppercase()), Some(*field));
    }
    let table = [
        ("cs_user_agent", Some(Field::UserAgent)),
        ("cs_host", Some(Field::Host)),
        ("x_edge_request_id", Some(Field::RequestId)),
        ("timestamp_ms", Some(Field::TimestampMs)),
        ("sc_content_type", Some(Field::ContentType)),
        ("cs(X-New)", None),
        ("", None),
    ];
    for (name, field) in table {
        assert_eq!(Field::from_name(name), field, "{name}");
    }
}

#[test]
fn the_documented_legacy_fields_are_those_of_a_legacy_log() {
    let log = bytes("legacy-33-fields.log");
    let mut reader = Reader::open(&log[..]).unwrap();
    let row = reader.next_row().unwrap().unwrap();
    assert_eq!(*row.fields(), Fields::legacy());
    assert_eq!(row.fields().len(), 33);
}

#[test]
fn an_unknown_field_and_its_value_are_kept() {
    let log = bytes("v2-w3c.log");
    let mut reader = Reader::open(&log[..]).unwrap();
    let row = reader.next_row().unwrap().unwrap();
    assert_eq!(row.by_name("x-edge-teleport"), Some("1"));
    assert_eq!(row.get(Field::ViewerRequestLogData), Some(r#"{"release":"41ab03d"}"#));
    assert_eq!(row.by_name("x-edge-absent"), None);
    assert!(!row.fields().contains(Field::Cookie));
}

#[test]
fn a_log_with_a_byte_order_mark_is_read() {
    let log = [b"\xef\xbb\xbf".as_slice(), &bytes("legacy-26-fields.log")].concat();
    assert_eq!(read(&log).values(), read(&bytes("legacy-26-fields.log")).values());
}
