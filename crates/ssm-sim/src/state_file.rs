use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::state::State;

const FORMAT: u32 = 1;

/// Where the parameters are kept between runs. Every write replaces the file in one step.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
}

/// Why a state file is not used. The file is left as it is.
#[derive(Debug, Error)]
pub enum OpenError {
    /// It cannot be read.
    #[error("state file `{path}`: {problem}: allowed is a file that may be read and written")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: io::Error,
    },
    /// It is not there, and cannot be made.
    #[error(
        "state file `{path}`: {problem}: allowed is a path in a folder that exists and may be written to"
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        problem: io::Error,
    },
    /// It holds something else than parameters.
    #[error("state file `{path}`: {problem}: mend it, or move it away to begin with no parameters")]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column where there are any.
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
    /// Opens the file, or makes one without parameters.
    pub(crate) fn open(path: &Path) -> Result<(Self, State), OpenError> {
        let file = Self { path: path.to_owned() };
        let state = match fs::read_to_string(path) {
            Ok(text) => parse(&text)
                .map_err(|problem| OpenError::Broken { path: path.to_owned(), problem })?,
            Err(problem) if problem.kind() == ErrorKind::NotFound => file.begin()?,
            Err(problem) if problem.kind() == ErrorKind::InvalidData => {
                let problem = "is not text".to_owned();
                return Err(OpenError::Broken { path: path.to_owned(), problem });
            }
            Err(problem) => return Err(OpenError::Unreadable { path: path.to_owned(), problem }),
        };
        Ok((file, state))
    }

    fn begin(&self) -> Result<State, OpenError> {
        let state = State::default();
        self.save(&state)
            .map_err(|problem| OpenError::Unwritable { path: self.path.clone(), problem })?;
        Ok(state)
    }

    /// Replaces the file: whoever reads it sees the old parameters or the new ones.
    pub(crate) fn save(&self, state: &State) -> io::Result<()> {
        let text = serde_json::to_string_pretty(&Contents { format: FORMAT, regions: state })?;
        let beside = self.beside();
        let mut file = File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)
    }

    fn beside(&self) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(".new");
        name.into()
    }
}

fn parse(text: &str) -> Result<State, String> {
    let contents: Contents<State> =
        serde_json::from_str(text).map_err(|problem| problem.to_string())?;
    if contents.format != FORMAT {
        return Err(format!(
            "format {} is not known: this version reads {FORMAT}",
            contents.format
        ));
    }
    match contents.regions.disorder() {
        Some((region, name)) => {
            Err(format!("the versions of `{name}` in `{region}` are out of order"))
        }
        None => Ok(contents.regions),
    }
}
