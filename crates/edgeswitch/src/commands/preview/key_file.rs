use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use override_token::SigningKey;
use routing_core::Timestamp;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::PreviewError;

/// Group and others.
const OTHERS: u32 = 0o077;

/// A private key, and until when it signs.
pub(super) struct KeyFile {
    pub(super) key: SigningKey,
    pub(super) expires: Timestamp,
}

/// The file as written.
#[derive(Deserialize)]
struct Wire {
    private_key: String,
    expires: String,
}

/// The file that is read and written when none is named.
pub(super) fn default_path() -> PathBuf {
    "edgeswitch-preview.key".into()
}

impl KeyFile {
    /// Reads a file that nobody else can read; `None` if it is not there.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, PreviewError> {
        let unreadable = |source| PreviewError::Read { path: path.into(), source };
        let mode = match fs::metadata(path) {
            Ok(metadata) => metadata.permissions().mode() & 0o7777,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        if mode & OTHERS != 0 {
            return Err(PreviewError::Readable { path: path.into(), mode });
        }
        let text = fs::read_to_string(path).map_err(unreadable)?;
        Self::parse(&text, &path.display().to_string()).map(Some)
    }

    /// Reads the text of such a file, which came from `place`.
    pub(super) fn parse(text: &str, place: &str) -> Result<Self, PreviewError> {
        let broken = |problem: String| PreviewError::Broken { place: place.into(), problem };
        let wire: Wire = toml::from_str(text)
            .map_err(|_| broken("`private_key` and `expires` are needed".into()))?;
        let key =
            SigningKey::parse(&wire.private_key).map_err(|error| broken(error.to_string()))?;
        let expires = OffsetDateTime::parse(&wire.expires, &Rfc3339)
            .map_err(|_| broken(format!("`{}` is no moment", wire.expires)))?;
        Ok(Self { key, expires: Timestamp(expires.unix_timestamp() * 1000) })
    }

    /// Writes a new file with mode 0600.
    pub(super) fn write(&self, path: &Path) -> Result<(), PreviewError> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let written = file.and_then(|mut file| file.write_all(self.text().as_bytes()));
        written.map_err(|source| {
            if source.kind() == io::ErrorKind::AlreadyExists {
                return PreviewError::Exists(path.into());
            }
            PreviewError::Write { path: path.into(), source }
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
            rfc3339(self.expires),
        )
    }
}

/// What RFC 3339 cannot write becomes its last second.
pub(super) fn rfc3339(Timestamp(milliseconds): Timestamp) -> String {
    let time = OffsetDateTime::from_unix_timestamp(milliseconds / 1000).ok();
    let text = time.and_then(|time| time.format(&Rfc3339).ok());
    text.unwrap_or_else(|| "9999-12-31T23:59:59Z".into())
}
