use std::fmt;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

/// An object's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key(String);

impl Key {
    /// The key in a URL's path. Like S3, decodes percent-encoding once, and reads `+` as a space.
    pub(super) fn of(path: &str) -> Key {
        let spaced = path.strip_prefix('/').unwrap_or(path).replace('+', " ");
        Key(percent_decode_str(&spaced).decode_utf8_lossy().into_owned())
    }

    /// The path of the file below `folder`; `None` if no file can have this key.
    pub(super) fn below(&self, folder: &Path) -> Option<PathBuf> {
        let names_a_file = |name| !matches!(name, "" | "." | "..");
        let possible = self.0.split('/').all(names_a_file) && !self.0.contains('\0');
        possible.then(|| folder.join(&self.0))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
