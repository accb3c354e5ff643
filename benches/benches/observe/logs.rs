use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::thread;

use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

/// Rows of a file. CloudFront writes many files an hour.
const ROWS_OF_A_FILE: usize = 250_000;
const COLUMNS: &str = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) \
                       cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header \
                       cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher \
                       x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port \
                       time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len \
                       sc-range-start sc-range-end";

/// Compressed access logs in a folder, which is deleted on drop.
pub(crate) struct Logs {
    pub(crate) folder: TempDir,
    pub(crate) rows: usize,
}

impl Logs {
    /// Logs of so many million rows. The same number gives the same logs.
    pub(crate) fn write(millions: usize) -> Result<Self> {
        let rows = millions * 1_000_000;
        let folder = TempDir::new()?;
        let files: Vec<usize> = (0..rows.div_ceil(ROWS_OF_A_FILE)).collect();
        let cores = thread::available_parallelism()?.get();
        thread::scope(|scope| {
            let path = folder.path();
            let write = |files: Vec<usize>| files.into_iter().try_for_each(|at| file(path, at));
            let parts: Vec<_> = (0..cores)
                .map(|core| files.iter().copied().skip(core).step_by(cores).collect())
                .map(|files| scope.spawn(move || write(files)))
                .collect();
            parts.into_iter().try_for_each(|part| part.join().expect("a thread has panicked"))
        })?;
        Ok(Self { folder, rows })
    }
}

fn file(folder: &Path, at: usize) -> Result<()> {
    let name = format!("EDFDVBD6EXAMPLE.2026-11-22-{:02}.{at:08x}.gz", at % 24);
    let file = BufWriter::new(File::create(folder.join(name))?);
    let mut log = GzEncoder::new(file, Compression::fast());
    let columns: Vec<&str> = COLUMNS.split(' ').collect();
    write!(log, "#Version: 1.0\n#Fields: {}\n", columns.join(" "))?;
    let mut line = String::new();
    for number in at * ROWS_OF_A_FILE..(at + 1) * ROWS_OF_A_FILE {
        line.clear();
        row(number, &mut line)?;
        log.write_all(line.as_bytes())?;
    }
    log.finish()?.flush()?;
    Ok(())
}

/// Numbers that look like chance (splitmix64).
fn mix(number: usize) -> u64 {
    let mut value = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A request of one of many viewers: a page, a file or a call, of one of two releases.
fn row(number: usize, line: &mut String) -> std::fmt::Result {
    use std::fmt::Write;
    let chance = mix(number);
    let viewer = chance % 200_000;
    let release = if viewer.is_multiple_of(10) { "9f2c1e7" } else { "41ab03d" };
    let (path, kind) = match (chance >> 20) % 8 {
        0 => ("/", "text/html;%20charset=utf-8"),
        1 => ("/cart", "text/html;%20charset=utf-8"),
        2..=4 => ("/assets/app.3f9a.js", "text/javascript"),
        5 => ("/assets/app.77aa.css", "text/css"),
        6 => ("/img/hero.webp", "image/webp"),
        _ => ("/assets/late.js", "text/javascript"),
    };
    let status = match (chance >> 32) % 1000 {
        0..=4 => 503,
        5..=9 if path.contains('.') => 404,
        _ => 200,
    };
    let result = match (status, (chance >> 44) % 10) {
        (503 | 404, _) => "Error",
        (_, 0..=7) => "Hit",
        _ => "Miss",
    };
    let (second, a, b) = (number % 86_400, viewer / 250, viewer % 250);
    writeln!(
        line,
        "2026-11-22\t{:02}:{:02}:{:02}\tFRA56-P4\t{}\t198.51.{}.{b}\tGET\td111111abcdef8.cloudfront.net\t{path}\t\
         {status}\thttps://shop.example.com/\tMozilla/5.0%20(X11;%20Linux%20x86_64)%20AppleWebKit/537.36%20\
         Chrome/{}.0.0.0\t-\t-\t{result}\t{chance:016x}{number:038x}==\tshop.example.com\thttps\t{}\t0.0{:02}\t-\t\
         TLSv1.3\tTLS_AES_128_GCM_SHA256\t{result}\tHTTP/2.0\t-\t-\t{}\t0.0{:02}\t{result}\t{kind};%20release={release}\
         \t{}\t-\t-",
        second / 3600,
        second / 60 % 60,
        second % 60,
        300 + chance % 40_000,
        a % 250,
        120 + a / 250 % 20,
        200 + chance % 300,
        (chance >> 8) % 100,
        1024 + chance % 60_000,
        (chance >> 12) % 100,
        chance % 40_000,
    )
}
