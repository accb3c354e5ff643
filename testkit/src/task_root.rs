use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;
use zip::ZipArchive;

use crate::tools::folder;

/// A package unpacked as Lambda does, in a folder that is deleted on drop.
#[derive(Debug)]
pub struct TaskRoot {
    folder: TempDir,
}

impl TaskRoot {
    /// Unpacks the package of one trigger, from where [`packages`] says.
    ///
    /// # Errors
    /// When the package was not built.
    pub fn unpack(trigger: &str) -> Result<Self> {
        let path = packages().join(format!("{trigger}.zip"));
        let hint = || format!("no package `{}`: run `make package`", path.display());
        let zip = File::open(&path).with_context(hint)?;
        let root = Self::empty()?;
        ZipArchive::new(zip)?.extract(root.path())?;
        Ok(root)
    }

    /// A folder with nothing in it.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn empty() -> Result<Self> {
        Ok(Self { folder: TempDir::new()? })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where its binary is.
    pub fn bootstrap(&self) -> PathBuf {
        self.path().join("bootstrap")
    }

    /// The names and modes of its files, sorted.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn files(&self) -> Result<Vec<(String, u32)>> {
        let mut files = Vec::new();
        for file in fs::read_dir(self.path())? {
            let file = file?;
            let name = file.file_name().to_string_lossy().into_owned();
            files.push((name, file.metadata()?.permissions().mode() & 0o777));
        }
        files.sort();
        Ok(files)
    }

    /// Puts another binary in.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn replace_bootstrap(&self, binary: &Path) -> Result<()> {
        fs::copy(binary, self.bootstrap()).with_context(|| format!("`{}`", binary.display()))?;
        Ok(())
    }

    /// Makes the binary one for another machine.
    ///
    /// # Errors
    /// When it is not there.
    pub fn set_machine(&self, machine: u16) -> Result<()> {
        let mut binary = fs::read(self.bootstrap())?;
        // Where the ELF header has `e_machine`.
        let field = binary.get_mut(18..20).context("not an ELF file")?;
        field.copy_from_slice(&machine.to_le_bytes());
        Ok(fs::write(self.bootstrap(), binary)?)
    }

    /// Sets the binary's mode.
    ///
    /// # Errors
    /// When it is not there.
    pub fn set_mode(&self, mode: u32) -> Result<()> {
        Ok(fs::set_permissions(self.bootstrap(), Permissions::from_mode(mode))?)
    }

    /// Makes the folder read-only, as it is in Lambda (root can write to it all the same).
    ///
    /// # Errors
    /// When the operating system refuses.
    pub fn seal(&self) -> Result<()> {
        Ok(fs::set_permissions(self.path(), Permissions::from_mode(0o555))?)
    }
}

impl Drop for TaskRoot {
    fn drop(&mut self) {
        // Without the permission to write it could not be deleted; where that fails, the folder stays.
        let _ = fs::set_permissions(self.path(), Permissions::from_mode(0o755));
    }
}

/// Where the packages are: in the folder that `EDGESWITCH_DIST` names, by default `dist`.
pub fn packages() -> PathBuf {
    folder("EDGESWITCH_DIST", "dist")
}

/// A binary that was built for the packages: in the folder that `EDGESWITCH_BIN` names, by default
/// where the release build of the musl target is.
pub fn built(name: &str) -> PathBuf {
    folder("EDGESWITCH_BIN", "target/x86_64-unknown-linux-musl/release").join(name)
}
