use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a saved distribution cannot be imported.
#[derive(Debug, Error)]
pub enum ImportError {
    /// A file could not be read.
    #[error("read `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    /// A file is not JSON.
    #[error("`{}` is not JSON", path.display())]
    Json { path: PathBuf, source: serde_json::Error },
    /// The simulator does not model these fields, or they are wrong.
    #[error("{}", list(.0))]
    Problems(Vec<ImportProblem>),
}

/// A field that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportProblem {
    /// The file, below the folder.
    pub file: String,
    /// The path to the field: `DistributionConfig.Origins.Items[0].VpcOriginConfig`.
    pub path: String,
    /// Its value, what is wrong, and what to do.
    pub problem: String,
}

impl ImportError {
    /// All problems, if there are any.
    pub(super) fn of(problems: Vec<ImportProblem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self::Problems(problems)) }
    }
}

impl fmt::Display for ImportProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}`: {}", self.file, self.path, self.problem)
    }
}

fn list(problems: &[ImportProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
