use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::state::State;

const FORMAT: u32 = 1;

/// The file that keeps the parameters between runs. Every write replaces it atomically.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    /// Locked while this store is open. It is another file than the state file, since a write replaces that
    /// one.
    _lock: File,
}

/// Why a state file cannot be opened. The file is left unchanged.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Another store has it open, in this process or in another one.
    #[error("state file `{path}` is in use: end the program that uses it, or name another file")]
    InUse { path: PathBuf },
    /// It cannot be read.
    #[error("state file `{path}`: {problem}: expected a file that can be read and written")]
    Unreadable { path: PathBuf, problem: io::Error },
    /// It does not exist, and cannot be created.
    #[error("state file `{path}`: {problem}: expected a path where a file can be created")]
    Unwritable { path: PathBuf, problem: io::Error },
    /// Its content is invalid.
    #[error(
        "state file `{path}`: {problem}: repair it, or move it away to start without parameters"
    )]
    Broken {
        path: PathBuf,
        /// What is wrong, with line and column if possible.
        problem: String,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents<S> {
    format: u32,
    regions: S,
}

impl StateFile {
    /// Opens the file. If it does not exist, creates it and its folder, without parameters.
    pub(crate) fn open(path: &Path) -> Result<(Self, State), OpenError> {
        let file = Self::locked(path)?;
        let state = match fs::read_to_string(path) {
            Ok(text) => parse(&text).map_err(|problem| broken(path, problem))?,
            Err(problem) if problem.kind() == ErrorKind::NotFound => file.create()?,
            Err(problem) if problem.kind() == ErrorKind::InvalidData => {
                return Err(broken(path, "is not text".into()));
            }
            Err(problem) => return Err(OpenError::Unreadable { path: path.to_owned(), problem }),
        };
        Ok((file, state))
    }

    /// Replaces the file, whatever it holds, by one without parameters.
    pub(crate) fn replace(path: &Path) -> Result<(Self, State), OpenError> {
        let file = Self::locked(path)?;
        let state = file.create()?;
        Ok((file, state))
    }

    fn locked(path: &Path) -> Result<Self, OpenError> {
        let folder = path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder).map_err(|problem| unwritable(path, problem))?;
        Ok(Self { path: path.to_owned(), _lock: lock(path)? })
    }

    fn create(&self) -> Result<State, OpenError> {
        let state = State::default();
        self.save(&state).map_err(|problem| unwritable(&self.path, problem))?;
        Ok(state)
    }

    /// Replaces the file atomically: a reader sees either the old parameters or the new ones.
    pub(crate) fn save(&self, state: &State) -> io::Result<()> {
        let text = serde_json::to_string_pretty(&Contents { format: FORMAT, regions: state })?;
        let beside = beside(&self.path, ".new");
        let mut file = File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)
    }
}

fn lock(path: &Path) -> Result<File, OpenError> {
    let lock = File::create(beside(path, ".lock")).map_err(|problem| unwritable(path, problem))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(problem)) => Err(unwritable(path, problem)),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn unwritable(path: &Path, problem: io::Error) -> OpenError {
    OpenError::Unwritable { path: path.to_owned(), problem }
}

fn broken(path: &Path, problem: String) -> OpenError {
    OpenError::Broken { path: path.to_owned(), problem }
}

fn parse(text: &str) -> Result<State, String> {
    let contents: Contents<State> =
        serde_json::from_str(text).map_err(|problem| problem.to_string())?;
    if contents.format != FORMAT {
        return Err(format!(
            "unknown format {}: this version reads format {FORMAT}",
            contents.format
        ));
    }
    match contents.regions.out_of_order() {
        Some((region, name)) => {
            Err(format!("the versions of `{name}` in `{region}` are out of order"))
        }
        None => Ok(contents.regions),
    }
}
