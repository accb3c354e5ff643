//! Rows a second: as text, compressed, as JSON, and with each row once.

#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::io::Write as _;

use access_log::{Field, Fields, Once, Reader, Seen};
use divan::counter::{BytesCount, ItemsCount};
use divan::{AllocProfiler, Bencher};
use flate2::Compression;
use flate2::write::GzEncoder;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const ROWS: usize = 20_000;

fn main() {
    divan::main();
}

/// A row of an asset, with ids that differ.
fn values(number: usize) -> Vec<String> {
    let id = format!("{:0>54}==", number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let columns = format!(
        "2026-11-22 10:10:{:02} FRA56-P4 {} 192.0.2.{} GET d111111abcdef8.cloudfront.net /assets/app.{number}.js 200 \
         https://shop.example.com/ Mozilla/5.0%20(X11;%20Linux%20x86_64)%20AppleWebKit/537.36%20Chrome/141.0.0.0 - \
         release=41ab03d.r12-1 Hit {id} shop.example.com https 337 0.001 - TLSv1.3 TLS_AES_128_GCM_SHA256 Hit HTTP/2.0 \
         - - 11040 0.001 Hit application/javascript;%20release=41ab03d 121630 - -",
        number % 60,
        number % 5000,
        number % 250,
    );
    columns.split(' ').map(str::to_owned).collect()
}

fn text() -> Vec<u8> {
    let names: Vec<_> = Fields::legacy().names().map(str::to_owned).collect();
    let mut log = format!("#Version: 1.0\n#Fields: {}\n", names.join(" "));
    for number in 0..ROWS {
        writeln!(log, "{}", values(number).join("\t")).unwrap();
    }
    log.into_bytes()
}

fn json() -> Vec<u8> {
    let fields = Fields::legacy();
    let mut log = Vec::new();
    for number in 0..ROWS {
        let values = values(number);
        let object: serde_json::Map<String, serde_json::Value> =
            fields.names().zip(values).map(|(name, value)| (name.into(), value.into())).collect();
        serde_json::to_writer(&mut log, &object).unwrap();
        log.push(b'\n');
    }
    log
}

fn gzip(log: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(log).unwrap();
    encoder.finish().unwrap()
}

/// Looks at the fields that a comparison of releases needs.
fn read(log: &[u8], mut each: impl FnMut(&access_log::Row<'_>)) -> u64 {
    let mut reader = Reader::open(log).unwrap();
    let mut bad = 0;
    while let Some(row) = reader.next_row().unwrap() {
        let release = row.content_type_parameter("release");
        let seconds = row.seconds(Field::TimeToFirstByte);
        let is_bad = row.status().is_none_or(|status| status >= 500);
        bad +=
            u64::from(is_bad || release.is_none() || seconds.is_none() || row.unix_ms().is_none());
        each(&row);
    }
    bad
}

fn bench(bencher: Bencher<'_, '_>, log: &[u8], uncompressed: usize) {
    bencher
        .counter(ItemsCount::new(ROWS))
        .counter(BytesCount::new(uncompressed))
        .bench(|| assert_eq!(read(log, |_| ()), 0));
}

#[divan::bench(sample_count = 20)]
fn as_text(bencher: Bencher<'_, '_>) {
    let log = text();
    bench(bencher, &log, log.len());
}

#[divan::bench(sample_count = 20)]
fn compressed(bencher: Bencher<'_, '_>) {
    let log = text();
    bench(bencher, &gzip(&log), log.len());
}

#[divan::bench(sample_count = 20)]
fn as_json(bencher: Bencher<'_, '_>) {
    let log = json();
    bench(bencher, &log, log.len());
}

#[divan::bench(sample_count = 20)]
fn each_row_once(bencher: Bencher<'_, '_>) {
    let log = text();
    let once = Once::of_the_last(4_000_000);
    bencher.counter(ItemsCount::new(ROWS)).with_inputs(|| once.clone()).bench_values(|mut once| {
        read(&log, |row| assert_eq!(once.see(row), Seen::First));
        once
    });
}
