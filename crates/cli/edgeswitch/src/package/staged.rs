use std::fs;
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::{Built, PackageError};
use crate::files::FileError;

/// A zip under a temporary name. It is deleted unless it is published.
pub(super) struct Staged {
    temporary: Temporary,
    built: Built,
}

impl Staged {
    /// Writes the zip under a temporary name next to `path`.
    pub(super) fn write(path: PathBuf, zip: &[u8]) -> Result<Self, PackageError> {
        let temporary = Temporary(path.with_extension("zip.part"));
        fs::write(&temporary.0, zip).map_err(FileError::writing(&path))?;
        let sha256 = Sha256::digest(zip).iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { temporary, built: Built { path, size: zip.len() as u64, sha256 } })
    }

    /// Renames the zip to its final name. Replaces an older zip.
    pub(super) fn publish(self) -> Result<Built, PackageError> {
        let Self { temporary, built } = self;
        fs::rename(&temporary.0, &built.path).map_err(FileError::writing(&built.path))?;
        Ok(built)
    }
}

/// A file that is deleted on drop, if it still exists.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // After a rename there is nothing to delete, and a file that cannot be deleted harms nobody.
        let _ = fs::remove_file(&self.0);
    }
}
