use std::fs;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use edge_config::{Config, ConfigError};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zip::ZipArchive;

use crate::failure::{Advice, Failure};
use crate::files::FileError;
use crate::package::Function;

/// The three packages to deploy, and the configuration that they all hold.
#[derive(Debug)]
pub(crate) struct Zips {
    pub(crate) zips: [Zip; 3],
    pub(crate) config: Config,
}

/// A package.
#[derive(Debug)]
pub(crate) struct Zip {
    pub(crate) function: Function,
    pub(crate) bytes: Vec<u8>,
    hash: [u8; 32],
}

/// A folder does not hold three packages that belong together.
#[derive(Debug, Error)]
pub(crate) enum ZipsError {
    #[error("there is no package `{}`", .0.display())]
    Missing(PathBuf),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("package `{}`: {problem}", path.display())]
    Damaged { path: PathBuf, problem: String },
    #[error("the configuration in package `{}`", path.display())]
    Config { path: PathBuf, source: ConfigError },
    #[error("package `{}` holds another configuration than the others", .0.display())]
    Mixed(PathBuf),
}

impl Failure for ZipsError {
    fn advice(&self) -> Advice {
        let failed = Advice::failed();
        match self {
            Self::File(error) => error.advice(),
            Self::Missing(_) | Self::Damaged { .. } | Self::Config { .. } | Self::Mixed(_) => {
                failed.hint("`edgeswitch package` writes all three; without `--packages`, `deploy` does it itself")
            }
        }
    }
}

impl Zips {
    /// Reads the packages of a folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, ZipsError> {
        let [viewer_request, origin_request, origin_response] =
            Function::ALL.map(|function| Zip::read(folder, function));
        let zips = [viewer_request?, origin_request?, origin_response?];
        let [(first, text), others @ ..] = &zips.each_ref().map(|(zip, text)| (zip, text));
        if let Some((zip, _)) = others.iter().find(|(_, other)| other != text) {
            return Err(ZipsError::Mixed(path(folder, zip.function)));
        }
        let config = Config::from_json(text)
            .map_err(|source| ZipsError::Config { path: path(folder, first.function), source })?;
        Ok(Self { zips: zips.map(|(zip, _)| zip), config })
    }
}

impl Zip {
    /// The package, and its configuration as text.
    fn read(folder: &Path, function: Function) -> Result<(Self, String), ZipsError> {
        let path = path(folder, function);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ZipsError::Missing(path));
            }
            Err(error) => return Err(FileError::reading(&path)(error).into()),
        };
        let config = configuration(&bytes)
            .map_err(|problem| ZipsError::Damaged { path, problem: problem.to_string() })?;
        let hash = Sha256::digest(&bytes).into();
        Ok((Self { function, bytes, hash }, config))
    }

    /// The key in the bucket. It has the hash of the content, so an old package is never overwritten.
    pub(crate) fn key(&self) -> String {
        let hash: String = self.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}-{hash}.zip", self.function.name())
    }

    /// The hash as Lambda writes it: `CodeSha256`.
    pub(crate) fn code_sha256(&self) -> String {
        BASE64_STANDARD.encode(self.hash)
    }
}

fn path(folder: &Path, function: Function) -> PathBuf {
    folder.join(format!("{}.zip", function.name()))
}

fn configuration(zip: &[u8]) -> io::Result<String> {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(zip))?.by_name("edgeswitch.json")?.read_to_string(&mut text)?;
    Ok(text)
}
