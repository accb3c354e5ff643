use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use doctor::{Read, Snapshot, Source};

use super::{CONFIG, DoctorError};
use crate::control::Configured;
use crate::files::FileError;

/// A folder with AWS's answers: `<answer>.json`, or `<answer>.refused` with the message of a refusal.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, DoctorError> {
        if path.is_dir() { Ok(Self(path.into())) } else { Err(DoctorError::NoFolder(path.into())) }
    }

    /// A folder to save answers in. It must be new or empty: answers of another day would be mixed with these.
    pub(super) fn create(path: &Path) -> Result<Self, DoctorError> {
        fs::create_dir_all(path).map_err(FileError::writing(path))?;
        match fs::read_dir(path).map_err(FileError::reading(path))?.next() {
            None => Ok(Self(path.into())),
            Some(_) => Err(DoctorError::NotEmpty(path.into())),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Everything that the checks need of the folder.
    pub(super) fn snapshot(&self, configured: Configured) -> Result<Snapshot, DoctorError> {
        let mut snapshot = Snapshot::new(configured.config);
        snapshot.followers = configured.followers;
        snapshot.gate = configured.gate;
        snapshot.fingerprint = configured.fingerprint;
        loop {
            let wanted = snapshot.wanted();
            if wanted.is_empty() {
                return Ok(snapshot);
            }
            for source in wanted {
                let read = self.read(&source)?;
                snapshot.insert(source, read);
            }
        }
    }

    fn read(&self, source: &Source) -> Result<Read, DoctorError> {
        let file = source.file();
        let path = self.0.join(format!("{file}.json"));
        if let Some(text) = text(&path)? {
            let parsed = serde_json::from_str(&text);
            return parsed.map(Read::Known).map_err(|source| DoctorError::Json { path, source });
        }
        let refused = text(&self.0.join(format!("{file}.refused")))?;
        Ok(refused.map_or(Read::NotAsked, |message| Read::from_error(message.trim())))
    }

    /// Writes the answers and a copy of the configuration. Returns the number of the answers.
    pub(super) fn save(
        &self,
        snapshot: &Snapshot,
        config: Option<&Path>,
    ) -> Result<usize, DoctorError> {
        let mut saved = 0;
        for (source, read) in snapshot.reads() {
            let text = match read {
                Read::Known(value) => Some(("json", format!("{value:#}"))),
                Read::Missing(_) | Read::Refused(_) | Read::OutOfReach(_) | Read::NotAsked => {
                    read.message().map(|message| ("refused", message.to_owned()))
                }
            };
            let Some((extension, text)) = text else { continue };
            self.write(&format!("{}.{extension}", source.file()), &(text + "\n"))?;
            saved += 1;
        }
        if let Some(path) = config {
            let text = fs::read_to_string(path).map_err(FileError::reading(path))?;
            self.write(CONFIG, &text)?;
        }
        Ok(saved)
    }

    fn write(&self, file: &str, text: &str) -> Result<(), FileError> {
        let path = self.0.join(file);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(FileError::writing(folder))?;
        }
        fs::write(&path, text).map_err(FileError::writing(&path))
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
