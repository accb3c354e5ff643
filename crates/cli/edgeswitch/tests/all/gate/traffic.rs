//! Logs of viewers who come once and load a page and a file.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use edge_time::Timestamp;

const FIELDS: &str = "date time x-edge-request-id c-ip cs-method cs-uri-stem sc-status cs(User-Agent) sc-content-type \
                      x-edge-result-type";

/// The viewers of a minute, of both releases.
pub(crate) const VIEWERS: u64 = 100;

/// What becomes of the viewers of the candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// The same as of the others: each fiftieth gets a 503.
    Sound,
    /// Each third page is a 503.
    Broken,
    /// Each third viewer misses a file.
    Incomplete,
}

/// Writes the log of a minute, in which this percentage of the viewers have `9f2c1e7`.
pub(crate) fn write_minute(folder: &Path, minute: Timestamp, percent: f64, site: Site) {
    let mut log = format!("#Version: 1.0\n#Fields: {FIELDS}\n");
    let number = minute.0 / 60_000;
    let candidates = (VIEWERS as f64 * percent / 100.0) as u64;
    for viewer in 0..VIEWERS {
        let has_candidate = viewer < candidates;
        let release = if has_candidate { "9f2c1e7" } else { "41ab03d" };
        let turn = viewer + number.unsigned_abs() * 7;
        let is_third = has_candidate && turn.is_multiple_of(3);
        let is_bad = turn.is_multiple_of(50) || (is_third && site == Site::Broken);
        let (status, result) = if is_bad { ("503", "Error") } else { ("200", "Miss") };
        let is_missing = is_third && site == Site::Incomplete;
        let (found, chunk) = if is_missing { ("404", "Error") } else { ("200", "Hit") };
        let (date, time) = (&minute.to_string()[..10], &minute.to_string()[11..16]);
        let second = viewer % 60;
        let mut row = |what: &str, rest: &str| {
            writeln!(
                log,
                "{date}\t{time}:{second:02}\t{what}-{number}-{viewer}\t10.{}.{}.{viewer}\tGET\t{rest}",
                number / 256 % 256,
                number % 256,
            )
            .unwrap();
        };
        let kind = format!("text/html;%20release={release}");
        row("page", &format!("/cart\t{status}\tMozilla/5.0\t{kind}\t{result}"));
        let path = format!("/_r/{release}/chunk.js");
        row("file", &format!("{path}\t{found}\tMozilla/5.0\tapplication/javascript\t{chunk}"));
    }
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join(format!("{number}.log")), log).unwrap();
}
