//! Long lines, and memory.

use std::io::{self, BufReader, Read};

use access_log::{LONGEST_LINE, Reader, Skip};

use crate::support::read;

#[test]
fn a_line_at_the_limit_is_read_and_a_longer_one_is_skipped() {
    for (over, rows) in [(0, 2), (1, 1)] {
        let long = "x".repeat(LONGEST_LINE - "200\t".len() + over);
        let log = format!("#Fields: sc-status cs-uri-stem\n200\t{long}\n404\t/\n");
        let whole = read(log.as_bytes());
        assert_eq!(whole.rows.len(), rows);
        assert_eq!(whole.rows.last().unwrap().values[0].1, "404");
        let first = (over > 0).then_some((2, Skip::TooLong));
        assert_eq!(whole.skipped.first, first);
    }
}

/// An input of this many bytes without a line break.
struct Endless(u64);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(usize::try_from(self.0).unwrap());
        buffer[..length].fill(b'x');
        self.0 -= length as u64;
        Ok(length)
    }
}

#[test]
fn an_endless_line_is_one_skipped_line() {
    let mut reader = Reader::new(BufReader::new(Endless(50_000_000)));
    assert!(reader.next_row().unwrap().is_none());
    assert_eq!(reader.skipped().first, Some((1, Skip::TooLong)));
}

/// A failing input is an error each time, never an end.
#[test]
fn an_input_that_fails_is_an_error_with_the_line() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let log = b"#Fields: sc-status\n200\n40".as_slice().chain(Broken);
    let mut reader = Reader::new(BufReader::new(log));
    assert_eq!(reader.next_row().unwrap().unwrap().status(), Some(200));
    for _ in 0..2 {
        let error = reader.next_row().unwrap_err();
        let expected = "cannot read the log after line 2: the disk is gone";
        assert_eq!(error.to_string(), expected);
    }
}
