//! Files with what people see. `UPDATE_EXPECT=1` rewrites them: read the difference before you commit it.

use std::fs;
use std::path::{Path, PathBuf};

/// Whether the files are rewritten.
pub(crate) fn is_update() -> bool {
    std::env::var_os("UPDATE_EXPECT").is_some()
}

/// A file below `tests/all`; what does not exist is empty.
pub(crate) fn expected(path: &str) -> String {
    fs::read_to_string(below_tests(path)).unwrap_or_default()
}

/// Compares with a file below `tests/all`.
pub(crate) fn check(path: &str, text: &str) {
    if is_update() {
        fs::write(below_tests(path), text).unwrap();
    }
    assert_eq!(text, expected(path), "{path}");
}

fn below_tests(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all").join(path)
}
