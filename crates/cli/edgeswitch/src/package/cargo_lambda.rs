use std::fs;
use std::path::{Path, PathBuf};

use super::staged::Staged;
use super::{Function, PackageError};
use crate::files::FileError;

/// Writes second copies of the zips, under temporary names, to the places from which
/// `cargo lambda deploy --lambda-dir FOLDER --binary-name viewer-request` uploads them byte for byte.
///
/// # Errors
/// When a `bootstrap` is beside a copy: cargo-lambda would zip that file alone, over the package.
pub(super) fn stage<'a>(
    folder: &Path,
    zips: impl Iterator<Item = &'a [u8]>,
) -> Result<Vec<Staged>, PackageError> {
    let places = Function::ALL.map(|function| place(folder, function));
    for place in &places {
        check(place)?;
    }
    places.iter().zip(zips).map(|(place, zip)| write(place, zip)).collect()
}

fn place(folder: &Path, function: Function) -> PathBuf {
    folder.join(function.name())
}

fn check(place: &Path) -> Result<(), PackageError> {
    let path = place.join("bootstrap");
    if path.exists() { Err(PackageError::BinaryBeside { path }) } else { Ok(()) }
}

fn write(place: &Path, zip: &[u8]) -> Result<Staged, PackageError> {
    fs::create_dir_all(place).map_err(FileError::writing(place))?;
    Staged::write(place.join("bootstrap.zip"), zip)
}
