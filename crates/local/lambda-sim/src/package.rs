use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use object::Endianness;
use object::elf::{EM_X86_64, FileHeader64};
use object::read::elf::FileHeader;
use tempfile::TempDir;
use thiserror::Error;
use zip::ZipArchive;
use zip::result::ZipError;

const BOOTSTRAP: &str = "bootstrap";
/// The file mode that lets every user run the file.
const EXECUTABLE: u32 = 0o755;
/// The length of an ELF header, in bytes.
const ELF_HEADER: u64 = size_of::<FileHeader64<Endianness>>() as u64;

/// Why a package cannot be run.
#[derive(Debug, Error)]
#[error("package `{}` {problem}: run `make package`", path.display())]
pub struct PackageError {
    /// The zip file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: PackageProblem,
}

/// What is wrong with a package.
#[derive(Debug, Error)]
pub enum PackageProblem {
    /// The file does not exist.
    #[error("is missing")]
    Missing,
    /// The file cannot be read.
    #[error("cannot be read ({0})")]
    Unreadable(io::Error),
    /// The file is not a complete zip.
    #[error("cannot be unpacked ({0})")]
    Zip(#[from] ZipError),
    /// The zip has no `bootstrap`.
    #[error("has no `bootstrap`")]
    NoBootstrap,
    /// Lambda could not start a `bootstrap` with this mode.
    #[error("has a `bootstrap` of mode {0:o}, not {EXECUTABLE:o}")]
    Mode(u32),
    /// For example a script, a Mach-O file or a 32-bit binary.
    #[error("has a `bootstrap` that is not a 64-bit ELF file")]
    NotElf,
    /// Built for another processor. Lambda@Edge has only x86_64 (page
    /// `lambda-at-edge-function-restrictions`).
    #[error("has a `bootstrap` for ELF machine {0}, not {EM_X86_64} (x86_64)")]
    Machine(u16),
}

/// The files of a function. Dropping it deletes the folder of an unpacked package.
#[derive(Debug)]
pub(crate) enum Package {
    /// A checked and unpacked zip.
    Unpacked(TempDir),
    /// A folder of somebody else.
    Folder(PathBuf),
}

impl Package {
    pub(crate) fn open(path: &Path) -> Result<Self, PackageError> {
        unpack(path).map_err(|problem| PackageError { path: path.to_owned(), problem })
    }

    pub(crate) fn in_folder(path: PathBuf) -> Self {
        Self::Folder(path)
    }

    /// The folder that Lambda calls the task root.
    pub(crate) fn root(&self) -> &Path {
        match self {
            Self::Unpacked(folder) => folder.path(),
            Self::Folder(folder) => folder,
        }
    }

    pub(crate) fn bootstrap(&self) -> PathBuf {
        self.root().join(BOOTSTRAP)
    }
}

fn unpack(path: &Path) -> Result<Package, PackageProblem> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(PackageProblem::Missing);
        }
        opened => opened.map_err(PackageProblem::Unreadable)?,
    };
    let mut zip = ZipArchive::new(file)?;
    check(&mut zip)?;
    let folder = TempDir::with_prefix("edgeswitch-package-").map_err(ZipError::Io)?;
    zip.extract(folder.path())?;
    Ok(Package::Unpacked(folder))
}

fn check(zip: &mut ZipArchive<File>) -> Result<(), PackageProblem> {
    let mut bootstrap = match zip.by_name(BOOTSTRAP) {
        Err(ZipError::FileNotFound) => return Err(PackageProblem::NoBootstrap),
        found => found?,
    };
    let mode = bootstrap.unix_mode().unwrap_or_default() & 0o777;
    if mode != EXECUTABLE {
        return Err(PackageProblem::Mode(mode));
    }
    let mut header = Vec::new();
    bootstrap.by_ref().take(ELF_HEADER).read_to_end(&mut header).map_err(ZipError::Io)?;
    check_machine(&header)
}

fn check_machine(header: &[u8]) -> Result<(), PackageProblem> {
    let header = FileHeader64::<Endianness>::parse(header).map_err(|_| PackageProblem::NotElf)?;
    let machine = header.e_machine(header.endian().map_err(|_| PackageProblem::NotElf)?);
    if machine == EM_X86_64 { Ok(()) } else { Err(PackageProblem::Machine(machine.0)) }
}
