use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, Region};
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::primitives::ByteStream;
use edge_time::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use crate::aws::bucket::elsewhere;
use crate::aws::sdk_error::describe;
use crate::aws::{Answer, AwsError};

/// The parts of an object that are read ahead.
const AHEAD: usize = 4;

/// A bucket with access logs.
#[derive(Debug, Clone)]
pub(crate) struct LogBucket {
    client: Client,
    name: String,
    /// The Region that S3 named, if the first one was wrong.
    region: Arc<Mutex<Option<String>>>,
}

/// A log in a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogObject {
    pub(crate) key: String,
    /// The time of its last change.
    pub(crate) modified: Timestamp,
    pub(crate) bytes: u64,
}

/// A part of a listing, in the order of the keys.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) objects: Vec<LogObject>,
    /// The prefixes below, each with a `/` at its end.
    pub(crate) folders: Vec<String>,
    /// Whether this is the last part.
    pub(crate) is_last: bool,
}

impl LogBucket {
    pub(crate) fn new(client: Client, name: &str) -> Self {
        Self { client, name: name.to_owned(), region: Arc::default() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The Region that S3 named. `None`: the first one was right.
    pub(crate) fn region(&self) -> Option<String> {
        self.region.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The objects and the folders directly below `prefix` whose keys come after `after`.
    pub(crate) fn list<'a>(&'a self, prefix: &'a str, after: &'a str) -> Answer<'a, Page> {
        Box::pin(async move {
            loop {
                let request = self.client.list_objects_v2().bucket(&self.name).prefix(prefix);
                let request = request.delimiter("/").set_start_after(some(after)).customize();
                match request.config_override(self.right_region()).send().await {
                    Ok(output) => return Ok(page(output)),
                    Err(error) => match elsewhere(&error) {
                        Some(region) if self.learn(&region) => {}
                        Some(_) | None => {
                            let doing = format!("list the logs in bucket `{}`", self.name);
                            return Err(describe(&error, doing));
                        }
                    },
                }
            }
        })
    }

    /// Begins to read an object. Its body comes in parts, so memory does not grow with it.
    pub(crate) async fn open(&self, key: &str) -> Result<Body, AwsError> {
        loop {
            let request = self.client.get_object().bucket(&self.name).key(key).customize();
            match request.config_override(self.right_region()).send().await {
                Ok(output) => return Ok(Body::of(output.body)),
                Err(error) => match elsewhere(&error) {
                    Some(region) if self.learn(&region) => {}
                    Some(_) | None => {
                        let doing = format!("read `{key}` in bucket `{}`", self.name);
                        return Err(describe(&error, doing));
                    }
                },
            }
        }
    }

    fn right_region(&self) -> Builder {
        match self.region() {
            Some(region) => Builder::new().region(Region::new(region)),
            None => Builder::new(),
        }
    }

    /// Whether the Region is news. If not, another attempt would end as the last one.
    fn learn(&self, region: &str) -> bool {
        let mut known = self.region.lock().unwrap_or_else(PoisonError::into_inner);
        let is_news = known.as_deref() != Some(region);
        *known = Some(region.to_owned());
        is_news
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn page(output: ListObjectsV2Output) -> Page {
    let is_last = output.is_truncated != Some(true);
    let objects = output.contents.unwrap_or_default().into_iter().filter_map(|object| {
        let modified = object.last_modified.and_then(|time| time.to_millis().ok());
        let bytes = object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
        Some(LogObject {
            key: object.key?,
            modified: Timestamp(modified.unwrap_or(i64::MAX)),
            bytes,
        })
    });
    let folders = output.common_prefixes.unwrap_or_default();
    let folders = folders.into_iter().filter_map(|folder| folder.prefix);
    Page { objects: objects.collect(), folders: folders.collect(), is_last }
}

/// The body of an object, for a thread that is none of the runtime's.
#[derive(Debug)]
pub(crate) struct Body {
    parts: mpsc::Receiver<io::Result<Vec<u8>>>,
    part: io::Cursor<Vec<u8>>,
}

impl Body {
    fn of(mut stream: ByteStream) -> Self {
        let (sender, parts) = mpsc::channel(AHEAD);
        Handle::current().spawn(async move {
            while let Some(part) = stream.next().await {
                let part = part.map(|bytes| bytes.to_vec()).map_err(io::Error::other);
                let is_broken = part.is_err();
                if sender.send(part).await.is_err() || is_broken {
                    return;
                }
            }
        });
        Self { parts, part: io::Cursor::default() }
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.part.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            match self.parts.blocking_recv() {
                Some(part) => self.part = io::Cursor::new(part?),
                None => return Ok(0),
            }
        }
    }
}
