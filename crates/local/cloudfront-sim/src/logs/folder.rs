//! A folder with logs, in place of a bucket.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use edge_time::Timestamp;

use super::row::{log_header, log_row};
use crate::exchange::Exchange;
use crate::request_id;

/// Writes the row of each request into a file for its hour: `ID.2026-11-22-10.4f0a91c2.log`.
///
/// CloudFront delivers such files compressed and within minutes. Here they are plain text, and each row is in its file
/// when its request has ended.
pub struct LogFolder {
    folder: PathBuf,
    distribution: String,
    /// Tells the files of this run from those of another one.
    run: String,
    current: Mutex<Option<Hour>>,
    reader: Option<RowReader>,
}

/// Sees each row that was written.
type RowReader = Box<dyn Fn(&str) + Send + Sync>;

/// The file of an hour.
#[derive(Debug)]
struct Hour {
    name: String,
    file: File,
}

impl LogFolder {
    /// Makes the folder if it does not exist. `now` is the start of the run.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn create(folder: &Path, distribution: &str, now: Timestamp) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self {
            folder: folder.into(),
            distribution: distribution.into(),
            run: request_id::log_run(distribution, now),
            current: Mutex::default(),
            reader: None,
        })
    }

    /// The same, with `reader`, which sees each row after it was written, in the order of the file.
    #[must_use]
    pub fn read_by(self, reader: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { reader: Some(Box::new(reader)), ..self }
    }

    /// Appends the row of a request that has ended, in one write: a reader never sees half of it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, exchange: &Exchange) -> io::Result<()> {
        let Some(row) = log_row(exchange) else { return Ok(()) };
        let name = self.name(exchange.ended);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_none_or(|hour| hour.name != name) {
            *current = Some(self.open(name)?);
        }
        current.as_mut().map_or(Ok(()), |hour| hour.file.write_all(row.as_bytes()))?;
        if let Some(reader) = &self.reader {
            reader(&row);
        }
        Ok(())
    }

    /// A request of the last hour may end after the first one of the next.
    fn open(&self, name: String) -> io::Result<Hour> {
        let path = self.folder.join(&name);
        let mut file = File::options().append(true).create(true).open(path)?;
        if file.metadata()?.len() == 0 {
            file.write_all(log_header().as_bytes())?;
        }
        Ok(Hour { name, file })
    }

    fn name(&self, ended: Timestamp) -> String {
        let Self { distribution, run, .. } = self;
        let utc = ended.utc();
        format!("{distribution}.{}-{:02}.{run}.log", utc.date(), utc.hour())
    }
}

impl fmt::Debug for LogFolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogFolder").field("folder", &self.folder).finish_non_exhaustive()
    }
}
