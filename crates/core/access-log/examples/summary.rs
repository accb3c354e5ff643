//! Counts requests, errors of the origin and slow misses by the release that the Content-Type names.
//!
//! `cargo run --release --example summary -- FILE...`, or without files from standard input.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead};

use access_log::{Error, Field, Input, Once, Reader, Row, Seen};

#[derive(Debug, Default)]
struct Totals {
    requests: u64,
    errors: u64,
    slow: u64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut summary = Summary::default();
    let files: Vec<_> = std::env::args_os().skip(1).collect();
    if files.is_empty() {
        summary.add("standard input", Reader::open(io::stdin())?)?;
    }
    for file in files {
        summary.add(&file.to_string_lossy(), Reader::open(File::open(&file)?)?)?;
    }
    for (release, totals) in &summary.releases {
        let Totals { requests, errors, slow } = totals;
        println!("{release:<12} {requests:>10} requests {errors:>8} errors {slow:>8} slow");
    }
    println!("{} rows were in the logs twice", summary.doubles);
    Ok(())
}

struct Summary {
    releases: BTreeMap<String, Totals>,
    once: Once,
    doubles: u64,
}

impl Default for Summary {
    fn default() -> Summary {
        Summary { releases: BTreeMap::new(), once: Once::of_the_last(4_000_000), doubles: 0 }
    }
}

impl Summary {
    fn add<R: io::Read>(&mut self, name: &str, mut reader: Reader<Input<R>>) -> Result<(), Error>
    where
        Input<R>: BufRead,
    {
        while let Some(row) = reader.next_row()? {
            match self.once.see(&row) {
                Seen::First | Seen::Unsure | Seen::WithoutId => self.count(&row),
                Seen::Again => self.doubles += 1,
            }
        }
        if let Some((line, why)) = &reader.skipped().first {
            let lines = reader.skipped().lines;
            eprintln!("{name}: {lines} lines are no rows; the first is line {line}: {why}");
        }
        Ok(())
    }

    fn count(&mut self, row: &Row<'_>) {
        let release = row.content_type_parameter("release").unwrap_or("-");
        if !self.releases.contains_key(release) {
            self.releases.insert(release.to_owned(), Totals::default());
        }
        let Some(totals) = self.releases.get_mut(release) else { return };
        totals.requests += 1;
        totals.errors += u64::from(row.status().is_some_and(|status| status >= 500));
        let seconds = row.seconds(Field::TimeToFirstByte);
        totals.slow += u64::from(seconds.is_some_and(|seconds| seconds > 1.0));
    }
}
