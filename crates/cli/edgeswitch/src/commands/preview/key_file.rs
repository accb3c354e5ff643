use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use edge_time::Timestamp;
use override_token::SigningKey;
use serde::Deserialize;

use super::KeyError;
use crate::files::FileError;

/// The permission bits of the group and of others.
const OTHERS: u32 = 0o077;

/// A private key, and the time until which it can sign.
pub(super) struct KeyFile {
    pub(super) key: SigningKey,
    pub(super) expires: Timestamp,
}

/// The JSON format of the file.
#[derive(Deserialize)]
struct Wire {
    private_key: String,
    expires: String,
}

/// The file that is used if none is named.
pub(super) fn default_path() -> PathBuf {
    "edgeswitch-preview.key".into()
}

impl KeyFile {
    /// Reads a key file. Refuses a file that others can read. Returns `None` if the file does not exist.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, KeyError> {
        let unreadable = FileError::reading(path);
        let mode = match fs::metadata(path) {
            Ok(metadata) => metadata.permissions().mode() & 0o7777,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error).into()),
        };
        if mode & OTHERS != 0 {
            return Err(KeyError::Readable { path: path.into(), mode });
        }
        let text = fs::read_to_string(path).map_err(unreadable)?;
        Self::parse(&text, &path.display().to_string()).map(Some)
    }

    /// Parses the text of a key file. `place` names its source.
    pub(super) fn parse(text: &str, place: &str) -> Result<Self, KeyError> {
        let broken = |problem: String| KeyError::Broken { place: place.into(), problem };
        let wire: Wire = toml::from_str(text)
            .map_err(|_| broken("`private_key` and `expires` are needed".into()))?;
        let key =
            SigningKey::parse(&wire.private_key).map_err(|error| broken(error.to_string()))?;
        let expires = Timestamp::parse(&wire.expires).map_err(|error| broken(error.to_string()))?;
        Ok(Self { key, expires: expires.floor_second() })
    }

    /// Writes a new file with mode 0600.
    pub(super) fn write(&self, path: &Path) -> Result<(), KeyError> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let written = file.and_then(|mut file| file.write_all(self.text().as_bytes()));
        written.map_err(|source| {
            if source.kind() == io::ErrorKind::AlreadyExists {
                return KeyError::Exists(path.into());
            }
            FileError::writing(path)(source).into()
        })
    }

    fn text(&self) -> String {
        format!(
            "# The private key of preview links. Whoever has it can sign links.\n\
             private_key = \"{}\"\n\
             # Its public half, for `public_keys` in [override].\n\
             public_key = \"{}\"\n\
             # It signs until then.\n\
             expires = \"{}\"\n",
            self.key.to_text(),
            self.key.public(),
            self.expires.floor_second(),
        )
    }
}
