use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::PackageError;

const PYTHON_ENTRY: &str = include_str!("../../../../../handlers/entry/lambda_function.py");
const NODE_ENTRY: &str = include_str!("../../../../../handlers/entry/index.mjs");

/// Zips a function with its configuration and both entry modules.
///
/// Order, times and modes are fixed, so that the same inputs give the same bytes.
pub(super) fn archive(bootstrap: &[u8], config: &str) -> Result<Vec<u8>, PackageError> {
    let entries = [
        ("bootstrap", 0o755, bootstrap),
        ("edgeswitch.json", 0o644, config.as_bytes()),
        ("index.mjs", 0o644, NODE_ENTRY.as_bytes()),
        ("lambda_function.py", 0o644, PYTHON_ENTRY.as_bytes()),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, mode, content) in entries {
        zip.start_file(name, options(mode))?;
        zip.write_all(content)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn options(mode: u32) -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default()) // 1980-01-01, the first that a zip can name
        .unix_permissions(mode)
}
