//! Whatever a log holds: every row has the columns of its log, and the rows are the same however the input is cut into
//! portions.
#![no_main]

use std::io::{BufRead, BufReader};

use access_log::{Field, Fields, Once, Reader, Seen};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(reader) = Reader::open(data) else { return };
    let is_compressed = data.first() == Some(&0x1f);
    let whole = rows(reader);
    if !is_compressed {
        assert_eq!(rows(Reader::new(BufReader::with_capacity(7, data))), whole);
        rows(Reader::new(data).with_fields(Fields::legacy()));
    }
});

/// The text of each row. All accessors are called.
fn rows<R: BufRead>(mut reader: Reader<R>) -> Vec<Vec<String>> {
    let mut once = Once::of_the_last(100);
    let mut rows = Vec::new();
    while let Ok(Some(row)) = reader.next_row() {
        let values: Vec<String> = row.iter().map(|(_, value)| value.to_owned()).collect();
        assert_eq!(values.len(), row.fields().len());
        for field in Field::ALL {
            let value = row.get(*field);
            assert!(value.is_none() || row.fields().contains(*field));
            assert_eq!(row.decoded(*field).is_some(), value.is_some());
        }
        let _ = (row.unix_ms(), row.status(), row.user_agent(), row.seconds(Field::TimeTaken));
        let _ = (row.result(), row.cookie("release"), row.content_type_parameter("release"));
        once.see(&row);
        assert!(matches!(once.see(&row), Seen::Again | Seen::WithoutId));
        rows.push(values);
    }
    rows
}
