use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use edge_time::Timestamp;
use tokio::runtime::Handle;

use super::{LogsError, listing};
use crate::aws::{AwsError, Cloud, LogBucket, LogObject};
use crate::control::Session;
use crate::files::FileError;

/// What the address of a bucket begins with.
const S3: &str = "s3://";

/// Where a log comes from.
#[derive(Debug)]
pub(crate) enum Log {
    StandardInput(File),
    File(PathBuf),
    /// An object of a bucket. Its runtime fetches it while another thread reads.
    Object {
        bucket: LogBucket,
        key: String,
        runtime: Handle,
    },
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StandardInput(_) => f.write_str("standard input"),
            Self::File(path) => write!(f, "`{}`", path.display()),
            Self::Object { bucket, key, .. } => write!(f, "`{S3}{}/{key}`", bucket.name()),
        }
    }
}

impl Log {
    /// Opens it on a thread that is none of the runtime's.
    pub(super) fn open(&self) -> io::Result<Box<dyn Read>> {
        Ok(match self {
            Self::StandardInput(input) => Box::new(input.try_clone()?),
            Self::File(path) => Box::new(File::open(path)?),
            Self::Object { bucket, key, runtime } => {
                Box::new(runtime.block_on(bucket.open(key)).map_err(io::Error::other)?)
            }
        })
    }
}

/// The logs that [`find`] finds. A bucket takes a while to list, so there is a sign of progress.
pub(crate) async fn find_and_show(
    path: &Path,
    since: Option<Timestamp>,
    session: &mut Session<'_>,
) -> Result<Vec<Log>, LogsError> {
    if !are_in_a_bucket(path) {
        return find(path, since, session.cloud).await;
    }
    let sign = session.console.spinner(&format!("listing {}", path.display()))?;
    let found = find(path, since, session.cloud).await;
    sign.finish_and_clear();
    found
}

/// Whether the logs are in a bucket, and not on this machine.
pub(crate) fn are_in_a_bucket(path: &Path) -> bool {
    path.to_str().is_some_and(|text| text.starts_with(S3))
}

/// The logs of a path or a bucket that can have requests since then, in the order of their names. The logs of a path are
/// all read.
pub(crate) async fn find(
    path: &Path,
    since: Option<Timestamp>,
    cloud: &dyn Cloud,
) -> Result<Vec<Log>, LogsError> {
    if !are_in_a_bucket(path) {
        return logs(path);
    }
    let Listed { bucket, objects } = list(path, since, cloud).await?;
    let runtime = Handle::current();
    let object = |LogObject { key, .. }| Log::Object {
        bucket: bucket.clone(),
        key,
        runtime: runtime.clone(),
    };
    Ok(objects.into_iter().map(object).collect())
}

/// Logs in a bucket, at least one, in the order of their names.
pub(crate) struct Listed {
    pub(crate) bucket: LogBucket,
    pub(crate) objects: Vec<LogObject>,
}

/// Lists the logs at an address in S3 that can have requests since then. They can be read.
pub(crate) async fn list(
    address: &Path,
    since: Option<Timestamp>,
    cloud: &dyn Cloud,
) -> Result<Listed, LogsError> {
    let address = address.to_str().and_then(|text| text.strip_prefix(S3)).unwrap_or_default();
    let (name, prefix) = address.split_once('/').unwrap_or((address, ""));
    if name.is_empty() {
        return Err(LogsError::NoBucket);
    }
    let bucket = cloud.deployer().log_bucket(name);
    let refused = |right, what: &str| {
        let resource = format!("arn:aws:s3:::{name}{what}");
        move |problem: AwsError| LogsError::Bucket { right, resource, problem }
    };
    let objects = listing::objects(&bucket, prefix, since).await;
    let objects = objects.map_err(refused("s3:ListBucket", ""))?;
    let Some(first) = objects.first() else {
        return Err(LogsError::NoObjects(format!("{S3}{address}")));
    };
    // If the right to read is missing, it is missing for all of them.
    bucket.open(&first.key).await.map_err(refused("s3:GetObject", "/*"))?;
    Ok(Listed { bucket, objects })
}

/// The logs of a path, in the order of their names, which begin with the hour of their rows.
fn logs(path: &Path) -> Result<Vec<Log>, LogsError> {
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
