//! Memory does not grow with the log.

use access_log::{Field, Once, Reader, Seen};
use allocation_counter::measure;

use crate::support::{bytes, text};

/// Reads a log whose rows are repeated, and returns the rows.
fn read(log: &str) -> u64 {
    let mut reader = Reader::new(log.as_bytes());
    let (mut rows, mut found) = (0, 0);
    while let Some(row) = reader.next_row().unwrap() {
        rows += 1;
        found += u64::from(row.unix_ms().is_some() && row.status().is_some());
        found += u64::from(row.content_type_parameter("release") == Some("41ab03d"));
        found += u64::from(row.get(Field::UriStem).is_some() && row.cookie("release").is_none());
    }
    assert!(found >= rows);
    rows
}

#[test]
fn no_row_allocates() {
    for name in ["legacy-33-fields.log", "v2.json"] {
        let log = text(&bytes(name));
        let header = log.lines().take_while(|line| line.starts_with('#'));
        let header: String = header.map(|line| format!("{line}\n")).collect();
        let row = log.lines().find(|line| !line.starts_with('#')).unwrap();
        let repeated = |times: usize| format!("{header}{}", format!("{row}\n").repeat(times));
        let (short, long) = (repeated(10), repeated(10_000));
        let few = measure(|| assert_eq!(read(&short), 10));
        let many = measure(|| assert_eq!(read(&long), 10_000));
        assert_eq!(few.count_total, many.count_total, "{name}");
        assert_eq!(few.bytes_max, many.bytes_max, "{name}");
    }
}

#[test]
fn what_is_remembered_has_a_fixed_size() {
    let mut once = Once::of_the_last(1000);
    let ids: Vec<String> = (0..10_000).map(|number: u32| number.to_string()).collect();
    let counted = measure(|| {
        for (id, time) in ids.iter().zip(0..) {
            assert_eq!(once.see_id(id, Some(time)), Seen::First);
            assert_eq!(once.see_id(id, Some(time)), Seen::Again);
        }
    });
    assert_eq!(counted.count_total, 0);
}
