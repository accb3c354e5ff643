use std::fmt;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use super::LogsError;
use crate::files::FileError;

/// Where a log comes from.
#[derive(Debug)]
pub(crate) enum Log {
    StandardInput(File),
    File(PathBuf),
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StandardInput(_) => f.write_str("standard input"),
            Self::File(path) => write!(f, "`{}`", path.display()),
        }
    }
}

impl Log {
    pub(super) fn open(&self) -> io::Result<File> {
        match self {
            Self::StandardInput(input) => input.try_clone(),
            Self::File(path) => File::open(path),
        }
    }
}

/// The logs of a path, in the order of their names, which begin with the hour of their rows.
pub(crate) fn logs(path: &Path) -> Result<Vec<Log>, LogsError> {
    if path == Path::new("-") {
        // The terminal holds the lock of standard input, for questions. This command asks none.
        let input = io::stdin().as_fd().try_clone_to_owned();
        let input = input.map_err(LogsError::StandardInput)?;
        return Ok(vec![Log::StandardInput(input.into())]);
    }
    let mut files = Vec::new();
    collect(path, &mut files)?;
    if files.is_empty() {
        return Err(LogsError::None(path.into()));
    }
    files.sort();
    Ok(files.into_iter().map(Log::File).collect())
}

/// Files whose names begin with a dot are none of CloudFront's.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), FileError> {
    if !fs::metadata(path).map_err(FileError::reading(path))?.is_dir() {
        files.push(path.into());
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(FileError::reading(path))? {
        let entry = entry.map_err(FileError::reading(path))?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}
