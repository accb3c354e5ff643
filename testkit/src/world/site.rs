use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use cloudfront_sim::{OriginError, OriginServer, Served};
use edge_event::Origin;
use http::response::Builder;
use http::{Request, Response};

/// The response header in which origins name the release that answered. All rules are checked against it.
pub const SERVED_RELEASE: &str = "x-served-release";
/// The response header in which origins number their answers.
pub const SERVED_NUMBER: &str = "x-served-number";

/// How a release's pages ask for their assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// With the release's base path, `/_r/<release>/`. Their API calls send `x-deployment-id`.
    Pinned,
    /// With plain paths. Only the browser's release cookie decides which release answers.
    ByCookie,
}

/// How a release is worse than it should be, without being down.
#[derive(Debug, Clone, Default)]
pub struct Trouble {
    /// Each so many calls of its back end are answered with a 500.
    pub failing_each: Option<u64>,
    /// The bucket does not have this file of it: `assets/lazy-green.js`.
    pub missing: Option<String>,
    /// Its origins take so much longer.
    pub slower_by: Duration,
}

/// The requests that the origins got, until the watch takes them, and the releases that fail.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origins(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    count: AtomicU64,
    requests: Mutex<BTreeMap<u64, Request<Bytes>>>,
    broken: Mutex<BTreeSet<String>>,
    troubles: Mutex<BTreeMap<String, Trouble>>,
    /// Releases whose files are not in the bucket.
    removed: Mutex<BTreeSet<String>>,
}

impl Origins {
    /// From now on the bucket answers 500 for `release`.
    pub(crate) fn break_release(&self, release: &str) {
        self.broken().insert(release.to_owned());
    }

    /// From now on the bucket answers again.
    pub(crate) fn mend_release(&self, release: &str) {
        self.broken().remove(release);
    }

    /// From now on the bucket does not have the files of `release`.
    pub(crate) fn remove_release(&self, release: &str) {
        self.removed().insert(release.to_owned());
    }

    /// From now on the bucket has the files of `release`.
    pub(crate) fn upload_release(&self, release: &str) {
        self.removed().remove(release);
    }

    /// From now on `release` has this trouble.
    pub(crate) fn trouble(&self, release: &str, trouble: Trouble) {
        self.troubles().insert(release.to_owned(), trouble);
    }

    fn trouble_of(&self, release: &str) -> Trouble {
        self.troubles().get(release).cloned().unwrap_or_default()
    }

    fn troubles(&self) -> MutexGuard<'_, BTreeMap<String, Trouble>> {
        self.0.troubles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, request: Request<Bytes>) -> u64 {
        let number = self.0.count.fetch_add(1, Ordering::Relaxed);
        self.requests().insert(number, request);
        number
    }

    /// Takes the request that got answer `number`.
    pub(crate) fn take(&self, number: u64) -> Option<Request<Bytes>> {
        self.requests().remove(&number)
    }

    fn requests(&self) -> MutexGuard<'_, BTreeMap<u64, Request<Bytes>>> {
        self.0.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn removed(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.removed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn broken(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.broken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bucket with the front ends of all releases, each below `/releases/<release>`.
///
/// CloudFront may not list the bucket, so a missing object is a 403.
pub(crate) struct Bucket {
    pub(crate) pages: Pages,
    pub(crate) releases: Vec<String>,
    /// The release whose files are there without a prefix, too.
    pub(crate) root: Option<String>,
    pub(crate) origins: Origins,
}

/// An object of the bucket.
struct Object {
    content_type: &'static str,
    cache_control: Option<&'static str>,
    body: String,
}

/// The script of the service worker.
pub(crate) const WORKER: &str = "sw.js";
/// When every object was uploaded, years ago.
const UPLOADED: &str = "Mon, 02 Jan 2023 03:04:05 GMT";
const FOR_EVER: Option<&str> = Some("public, max-age=31536000, immutable");
const ASK_AGAIN: Option<&str> = Some("public, max-age=0, s-maxage=86400");

impl Bucket {
    /// The object at `key`: the index document, two assets with a hash in their name, or an asset that has the
    /// same name in every release.
    fn object(&self, release: &str, key: &str) -> Option<Object> {
        let code = |part| format!("import('{release}/{part}')");
        let script = "text/javascript";
        let (content_type, cache_control, body) = match key.strip_suffix(&format!("-{release}.js"))
        {
            Some(part @ ("assets/app" | "assets/lazy")) => (script, FOR_EVER, code(part)),
            Some(_) => return None,
            None => match key {
                "index.html" => ("text/html; charset=utf-8", None, self.index(release)),
                "env.js" => (script, None, format!("globalThis.release = '{release}'")),
                WORKER => (script, None, format!("self.release = '{release}'")),
                "config.json" => {
                    ("application/json", ASK_AGAIN, format!("{{\"of\":\"{release}\"}}"))
                }
                _ => return None,
            },
        };
        Some(Object { content_type, cache_control, body })
    }

    fn index(&self, release: &str) -> String {
        let base = match self.pages {
            Pages::Pinned => format!("/_r/{release}/"),
            Pages::ByCookie => "/".to_owned(),
        };
        format!(
            "<!doctype html>\n<html data-release=\"{release}\">\n<base href=\"{base}\">\n\
             <link rel=\"preload\" href=\"config.json\">\n<script src=\"assets/app-{release}.js\"></script>\n"
        )
    }

    /// The release and the key below its prefix.
    fn found<'a>(&'a self, path: &'a str) -> Option<(&'a str, &'a str)> {
        let Some((release, key)) =
            path.strip_prefix("/releases/").and_then(|rest| rest.split_once('/'))
        else {
            return Some((self.root.as_deref()?, path.strip_prefix('/')?));
        };
        let is_there = self.releases.iter().any(|known| known == release)
            && !self.origins.removed().contains(release);
        is_there.then_some((release, key))
    }

    fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path().to_owned();
        let found = self.found(&path).filter(|(release, key)| {
            self.origins.trouble_of(release).missing.as_deref() != Some(*key)
        });
        let response = Response::builder().header(SERVED_NUMBER, self.origins.note(request));
        let response = match found {
            Some((release, _)) if self.origins.broken().contains(release) => {
                response.status(500).body(Bytes::new())
            }
            Some((release, key)) => match self.object(release, key) {
                Some(object) => object.answer(release, response),
                None => response.status(403).body(Bytes::new()),
            },
            None => response.status(403).body(Bytes::new()),
        };
        response.expect("names and values are plain ASCII")
    }
}

impl Object {
    fn answer(self, release: &str, response: Builder) -> http::Result<Response<Bytes>> {
        let mut response = response
            .header(SERVED_RELEASE, release)
            .header("content-type", self.content_type)
            .header("last-modified", UPLOADED)
            .header("etag", format!("\"{release}-{}\"", self.body.len()));
        if let Some(value) = self.cache_control {
            response = response.header("cache-control", value);
        }
        response.body(self.body.into())
    }
}

impl OriginServer for Bucket {
    fn serve<'a>(&'a self, request: Request<Bytes>, _: &'a Origin) -> Served<'a> {
        let release = self.found(request.uri().path()).map(|(release, _)| release);
        let trouble = release.map(|release| self.origins.trouble_of(release)).unwrap_or_default();
        Box::pin(after(trouble.slower_by, self.answer(request)))
    }
}

/// One release's back end. It answers every request, and its answers may not be cached.
pub(crate) struct Api {
    pub(crate) release: String,
    /// The calls that it has had, while some of them fail.
    pub(crate) calls: AtomicU64,
    pub(crate) origins: Origins,
}

impl OriginServer for Api {
    fn serve<'a>(&'a self, request: Request<Bytes>, _: &'a Origin) -> Served<'a> {
        let trouble = self.origins.trouble_of(&self.release);
        let number = self.origins.note(request);
        let is_bad = trouble.failing_each.is_some_and(|each| {
            let calls = self.calls.fetch_add(1, Ordering::Relaxed);
            calls % each == each - 1
        });
        let response = Response::builder()
            .status(if is_bad { 500 } else { 200 })
            .header(SERVED_NUMBER, number)
            .header(SERVED_RELEASE, &self.release)
            .header("content-type", "application/json")
            .header("cache-control", "no-store")
            .body(format!("{{\"release\":\"{}\"}}", self.release).into())
            .expect("names and values are plain ASCII");
        Box::pin(after(trouble.slower_by, response))
    }
}

/// An answer that takes its time.
async fn after(time: Duration, response: Response<Bytes>) -> Result<Response<Bytes>, OriginError> {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
    Ok(response)
}
