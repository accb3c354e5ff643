//! Any bytes.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{LOGS, bytes, read, read_by};

/// Bytes that mean something to the reader, more often than others.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"#Fields: date time sc-status\n".to_vec()),
        Just(b"#Fields: x-edge-request-id cs(Cookie)".to_vec()),
        Just(b"#Version: 1.0\n".to_vec()),
        Just(b"2026-11-22\t10:10:00\t200".to_vec()),
        Just(b"{\"date\":\"2026-11-22\",\"sc-status\":\"2\\u0030\"}".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\t".to_vec()),
        vec(any::<u8>(), 0..20),
    ];
    vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_in_any_portions(log in input(), size in 1_usize..50) {
        prop_assume!(log.first() != Some(&0x1f));
        let (whole, by) = (read(&log), read_by(size, &log));
        prop_assert_eq!(whole.rows, by.rows);
        prop_assert_eq!(whole.skipped, by.skipped);
    }

    #[test]
    fn a_changed_byte_changes_at_most_two_rows(at in 0..LOGS.len(), position: prop::sample::Index, byte: u8) {
        let mut log = bytes(LOGS[at]);
        let before = read(&log).values();
        let header = log.iter().position(|byte| *byte == b'\n').unwrap_or(0) + 1;
        let header = if log[0] == b'#' { log[header..].iter().position(|b| *b == b'\n').unwrap() + header + 1 } else { 0 };
        prop_assume!(LOGS[at] != "v2-w3c.log" && LOGS[at] != "v2-joined-objects.json");
        let position = header + position.index(log.len() - header);
        log[position] = byte;
        let after = read(&log).values();
        let lost = before.iter().filter(|row| !after.contains(row)).count();
        prop_assert!(lost <= 2, "{} {position} {byte}", LOGS[at]);
    }
}
