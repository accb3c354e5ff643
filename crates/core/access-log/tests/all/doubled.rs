//! Rows that are in the logs twice.

use access_log::{Once, Reader, Seen};

use crate::support::{LOGS, bytes};

fn count(once: &mut Once, log: &[u8]) -> (usize, usize) {
    let mut reader = Reader::open(log).unwrap();
    let (mut first, mut again) = (0, 0);
    while let Some(row) = reader.next_row().unwrap() {
        match once.see(&row) {
            Seen::First => first += 1,
            Seen::Again => again += 1,
            other @ (Seen::Unsure | Seen::WithoutId) => panic!("{other:?}"),
        }
    }
    (first, again)
}

#[test]
fn a_doubled_file_has_each_row_once() {
    let with_ids = LOGS.into_iter().filter(|name| *name != "legacy-12-fields.log");
    for name in with_ids {
        let mut once = Once::of_the_last(100);
        let log = bytes(name);
        let (rows, none) = count(&mut once, &log);
        assert!(rows > 0 && none == 0, "{name}");
        assert_eq!(count(&mut once, &log), (0, rows), "{name}");
    }
}

#[test]
fn the_order_of_doubled_files_does_not_matter() {
    let logs = ["v2.json", "legacy-33-fields.log", "two-members.log.gz", "legacy-26-fields.log"];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let mut once = Once::of_the_last(100);
        let rows: usize = order.iter().map(|at| count(&mut once, &bytes(logs[*at])).0).sum();
        assert_eq!(rows, 3 + 4 + 3, "{order:?}");
    }
}

#[test]
fn a_row_without_an_id_is_said_to_have_none() {
    let log = bytes("legacy-12-fields.log");
    let mut reader = Reader::open(&log[..]).unwrap();
    let row = reader.next_row().unwrap().unwrap();
    assert_eq!(Once::of_the_last(10).see(&row), Seen::WithoutId);
}

#[test]
fn every_double_among_the_remembered_rows_is_found() {
    let mut once = Once::of_the_last(1000);
    let (bytes, remembers) = (once.bytes(), once.remembers());
    assert!(remembers >= 1000, "{remembers}");
    for number in 0..100_000 {
        assert_eq!(once.see_id(&number.to_string(), Some(number)), Seen::First, "{number}");
        if let Some(before) = number.checked_sub(remembers as i64 - 1).filter(|n| *n >= 0) {
            assert_eq!(once.see_id(&before.to_string(), Some(before)), Seen::Again, "{before}");
        }
    }
    assert_eq!(once.bytes(), bytes);
}

#[test]
fn a_row_from_before_what_was_forgotten_is_unsure() {
    let mut once = Once::of_the_last(10);
    for number in 0..100 {
        once.see_id(&number.to_string(), Some(number));
    }
    assert_eq!(once.see_id("0", Some(0)), Seen::Unsure, "it is a double, and was forgotten");
    assert_eq!(once.see_id("late", Some(1)), Seen::Unsure);
    assert_eq!(once.see_id("new", Some(100)), Seen::First);
    assert_eq!(once.see_id("timeless", None), Seen::Unsure);
}

/// A row that is wrongly taken for a double is lost. The number is fixed, because the hash is.
#[test]
fn hardly_any_new_row_is_taken_for_a_double() {
    let mut once = Once::of_the_last(1_000_000);
    let wrong = (0..2_000_000)
        .filter(|number: &u32| once.see_id(&format!("made {number}"), None) == Seen::Again)
        .count();
    assert_eq!(wrong, 0);
}
