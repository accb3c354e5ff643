use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::TempDir;
use zip::ZipArchive;

use crate::tools::folder;

/// An unpacked package, as Lambda has it. The folder is deleted on drop.
#[derive(Debug)]
pub struct TaskRoot {
    folder: TempDir,
}

impl TaskRoot {
    /// Unpacks the package of one trigger from the folder [`packages`].
    ///
    /// # Errors
    /// If the package has not been built.
    pub fn unpack(trigger: &str) -> Result<Self> {
        let path = packages().join(format!("{trigger}.zip"));
        let hint = || format!("no package `{}`: run `make package`", path.display());
        let zip = File::open(&path).with_context(hint)?;
        let root = Self::empty()?;
        ZipArchive::new(zip)?.extract(root.path())?;
        Ok(root)
    }

    /// An empty folder.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn empty() -> Result<Self> {
        Ok(Self { folder: TempDir::new()? })
    }

    /// The path of the folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The path of its binary.
    pub fn bootstrap(&self) -> PathBuf {
        self.path().join("bootstrap")
    }

    /// The names and modes of its files, sorted.
    ///
    /// # Errors
    /// If the folder cannot be read.
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

    /// Replaces the binary.
    ///
    /// # Errors
    /// If `binary` cannot be read.
    pub fn replace_bootstrap(&self, binary: &Path) -> Result<()> {
        fs::copy(binary, self.bootstrap()).with_context(|| format!("`{}`", binary.display()))?;
        Ok(())
    }

    /// Changes the machine that the binary was built for.
    ///
    /// # Errors
    /// If there is no binary.
    pub fn set_machine(&self, machine: u16) -> Result<()> {
        let mut binary = fs::read(self.bootstrap())?;
        // The position of `e_machine` in the ELF header.
        let field = binary.get_mut(18..20).context("not an ELF file")?;
        field.copy_from_slice(&machine.to_le_bytes());
        Ok(fs::write(self.bootstrap(), binary)?)
    }

    /// Sets the binary's mode.
    ///
    /// # Errors
    /// If there is no binary.
    pub fn set_mode(&self, mode: u32) -> Result<()> {
        Ok(fs::set_permissions(self.bootstrap(), Permissions::from_mode(mode))?)
    }

    /// Makes the folder read-only, as it is in Lambda. Root can still write to it.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn seal(&self) -> Result<()> {
        Ok(fs::set_permissions(self.path(), Permissions::from_mode(0o555))?)
    }
}

impl Drop for TaskRoot {
    fn drop(&mut self) {
        // A read-only folder cannot be deleted. If this fails, the folder stays.
        let _ = fs::set_permissions(self.path(), Permissions::from_mode(0o755));
    }
}

/// The folder of the packages: `EDGESWITCH_DIST`, by default `dist`.
pub fn packages() -> PathBuf {
    folder("EDGESWITCH_DIST", "dist")
}

/// A binary that was built for the packages, in the folder `EDGESWITCH_BIN`. By default that is the folder
/// of the musl target's release build.
pub fn built(name: &str) -> PathBuf {
    folder("EDGESWITCH_BIN", "target/x86_64-unknown-linux-musl/release").join(name)
}
