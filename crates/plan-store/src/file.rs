use std::io;
use std::path::PathBuf;

use crate::store::{Fetch, PlanStore, StoreError, StoreErrorKind};

/// A file that holds the text of the plan, for local runs.
#[derive(Debug)]
pub struct FileStore {
    path: PathBuf,
    name: String,
}

impl FileStore {
    /// Reads `path` at every fetch. A plan is at most 4 KB, so the read does not leave the thread.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self { name: path.display().to_string(), path }
    }

    fn read(&self) -> Result<String, StoreError> {
        std::fs::read_to_string(&self.path).map_err(|error| {
            StoreError::new(kind(error.kind()), format!("file `{}`: {error}", self.name))
        })
    }
}

impl PlanStore for FileStore {
    fn name(&self) -> &str {
        &self.name
    }

    fn fetch(&self) -> Fetch<'_> {
        Box::pin(async { self.read() })
    }
}

fn kind(kind: io::ErrorKind) -> StoreErrorKind {
    if kind == io::ErrorKind::NotFound {
        StoreErrorKind::Missing
    } else if kind == io::ErrorKind::PermissionDenied {
        StoreErrorKind::Denied
    } else {
        StoreErrorKind::Other
    }
}
