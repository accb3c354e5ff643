//! Lines of bounded length.

use std::io::{self, BufRead, ErrorKind};

use memchr::memchr;

/// The longest line that is read, in bytes.
///
/// A request has at most 20 KB of headers and 8192 bytes of URL (page `standard-logs-reference`). A byte that is encoded
/// twice becomes five.
pub const LONGEST_LINE: usize = 256 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// The input is at its end.
    End,
    /// The line ended with a line break, which is not in the buffer.
    Terminated,
    /// The input ended without a line break.
    Unterminated,
    /// The line is longer than allowed. It was read to its end, and is not in the buffer.
    TooLong,
}

/// Reads one line into the empty `buffer`.
pub(crate) fn read(input: &mut impl BufRead, buffer: &mut Vec<u8>) -> io::Result<Line> {
    let (mut is_empty, mut is_too_long) = (true, false);
    loop {
        let available = match input.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = memchr(b'\n', available);
        let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
        is_empty = is_empty && available.is_empty();
        if buffer.len() + part.len() > LONGEST_LINE {
            is_too_long = true;
            buffer.clear();
        }
        if !is_too_long {
            buffer.extend_from_slice(part);
        }
        let is_at_end = available.is_empty();
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() || is_at_end {
            return Ok(match (is_too_long, end) {
                (true, _) => Line::TooLong,
                (false, Some(_)) => Line::Terminated,
                (false, None) if is_empty => Line::End,
                (false, None) => Line::Unterminated,
            });
        }
    }
}
