use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use doctor::Read;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::DoctorError;
use crate::files::FileError;
use crate::package::Function;

/// The configuration in a package.
const CONFIGURATION: &str = "edgeswitch.json";

/// The base64 SHA-256 of each package by its trigger, as Lambda names it.
pub(super) fn hashes(dist: &Path) -> Result<Read, DoctorError> {
    let mut all = Map::new();
    for function in Function::ALL {
        let path = dist.join(format!("{}.zip", function.name()));
        match fs::read(&path) {
            Ok(bytes) => {
                let hash = BASE64_STANDARD.encode(Sha256::digest(bytes));
                all.insert(function.name().into(), hash.into());
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(FileError::reading(&path)(error).into()),
        }
    }
    Ok(if all.is_empty() { Read::NotAsked } else { Read::Known(all.into()) })
}

/// The configuration in the first package. All three have the same.
pub(super) fn configuration(dist: &Path) -> Result<Read, DoctorError> {
    let path = dist.join(format!("{}.zip", Function::ViewerRequest.name()));
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Read::NotAsked),
        Err(error) => return Err(FileError::reading(&path)(error).into()),
    };
    let text = entry(file).map_err(|source| DoctorError::Package { path: path.clone(), source })?;
    let value: Value =
        serde_json::from_str(&text).map_err(|source| DoctorError::Json { path, source })?;
    Ok(Read::Known(value))
}

fn entry(file: File) -> zip::result::ZipResult<String> {
    let mut text = String::new();
    ZipArchive::new(file)?.by_name(CONFIGURATION)?.read_to_string(&mut text)?;
    Ok(text)
}
