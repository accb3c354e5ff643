use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use cloudfront_sim::{OriginServer, Served};
use edge_event::Origin;
use http::{Request, Response};

/// Origins say in this response header which release answered: the truth that everything is judged by.
pub const SERVED_RELEASE: &str = "x-served-release";
/// Origins number their answers in this response header.
pub const SERVED_NUMBER: &str = "x-served-number";

/// How a release's pages ask for their own assets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// By the release's own base path, `/_r/<release>/`; their API calls send `x-deployment-id`.
    Pinned,
    /// By plain paths: what they get depends on the browser's release cookie alone.
    ByCookie,
}

/// What the origins were asked, until somebody looks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    count: Arc<AtomicU64>,
    requests: Arc<Mutex<BTreeMap<u64, Request<Bytes>>>>,
}

impl Asked {
    fn note(&self, request: Request<Bytes>) -> u64 {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).insert(number, request);
        number
    }

    /// The request that got answer `number`; once.
    pub(crate) fn take(&self, number: u64) -> Option<Request<Bytes>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).remove(&number)
    }
}

/// The bucket with the front ends of all releases, each below `/releases/<release>`.
///
/// Its reader may not list it, so that what is missing is a 403.
pub(crate) struct Bucket {
    pub(crate) pages: Pages,
    pub(crate) releases: Vec<String>,
    pub(crate) asked: Asked,
}

/// An object of the bucket.
struct Object {
    content_type: &'static str,
    cache_control: Option<&'static str>,
    body: String,
}

const FOR_EVER: Option<&str> = Some("public, max-age=31536000, immutable");
const ASK_AGAIN: Option<&str> = Some("public, max-age=0, s-maxage=86400");

impl Bucket {
    /// The object at `key`: the index document, two assets whose names are hashes of their content, and
    /// one that has the same name in every release.
    fn object(&self, release: &str, key: &str) -> Option<Object> {
        let code = |part| format!("import('{release}/{part}')");
        let script = "text/javascript";
        let (content_type, cache_control, body) = match key.strip_suffix(&format!("-{release}.js"))
        {
            Some(part @ ("assets/app" | "assets/lazy")) => (script, FOR_EVER, code(part)),
            Some(_) => return None,
            None => match key {
                "index.html" => ("text/html; charset=utf-8", None, self.index(release)),
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

    fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path().to_owned();
        let found = path.strip_prefix("/releases/").and_then(|rest| rest.split_once('/'));
        let served = found.and_then(|(release, key)| {
            let known = self.releases.iter().any(|known| known == release);
            Some((release, self.object(release, key).filter(|_| known)?))
        });
        let number = self.asked.note(request);
        let response = Response::builder().header(SERVED_NUMBER, number);
        let response = match served {
            Some((release, Object { content_type, cache_control, body })) => {
                let response = response
                    .header("content-type", content_type)
                    .header("etag", format!("\"{release}-{}\"", body.len()))
                    .header(SERVED_RELEASE, release);
                let response = match cache_control {
                    Some(value) => response.header("cache-control", value),
                    None => response,
                };
                response.body(body.into())
            }
            None => {
                response.status(403).header("content-type", "application/xml").body(Bytes::new())
            }
        };
        response.expect("names and values are plain ASCII")
    }
}

impl OriginServer for Bucket {
    fn serve<'a>(&'a self, request: Request<Bytes>, _: &'a Origin) -> Served<'a> {
        Box::pin(std::future::ready(Ok(self.answer(request))))
    }
}

/// One release's own back end. It answers everything, and nobody may keep that.
pub(crate) struct Api {
    pub(crate) release: String,
    pub(crate) asked: Asked,
}

impl OriginServer for Api {
    fn serve<'a>(&'a self, request: Request<Bytes>, _: &'a Origin) -> Served<'a> {
        let response = Response::builder()
            .header(SERVED_NUMBER, self.asked.note(request))
            .header(SERVED_RELEASE, &self.release)
            .header("content-type", "application/json")
            .header("cache-control", "no-store")
            .body(format!("{{\"release\":\"{}\"}}", self.release).into())
            .expect("names and values are plain ASCII");
        Box::pin(std::future::ready(Ok(response)))
    }
}
