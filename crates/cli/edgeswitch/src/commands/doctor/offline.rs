use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use doctor::{Read, Source};

use super::DoctorError;
use crate::files::FileError;

/// A folder with AWS's answers: `<answer>.json`, or `<answer>.refused` with the message of a refusal.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, DoctorError> {
        if path.is_dir() { Ok(Self(path.into())) } else { Err(DoctorError::NoFolder(path.into())) }
    }

    pub(super) fn read(&self, source: &Source) -> Result<Read, DoctorError> {
        let file = source.file();
        let path = self.0.join(format!("{file}.json"));
        if let Some(text) = text(&path)? {
            let parsed = serde_json::from_str(&text);
            return parsed.map(Read::Known).map_err(|source| DoctorError::Json { path, source });
        }
        let refused = text(&self.0.join(format!("{file}.refused")))?;
        Ok(refused.map_or(Read::NotAsked, |message| Read::from_error(message.trim())))
    }
}

/// The text of a file; `None` if it does not exist.
fn text(path: &Path) -> Result<Option<String>, FileError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::reading(path)(error)),
    }
}
