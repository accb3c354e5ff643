use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::{HeaderMap, Request};

use super::distribution::HOST;
use super::jar::Site;

/// A request as a browser sends it for one purpose.
#[derive(Debug, Clone)]
pub struct Ask {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) purpose: Purpose,
    pub(crate) site: Site,
    pub(crate) reuse: Reuse,
    pub(crate) extra: HeaderMap,
    /// The size of the whole request in bytes, as CloudFront counts it. A header of padding makes it up.
    size: Option<usize>,
}

/// The purpose of a request, as the Fetch Metadata headers state it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The viewer opens a page.
    Page,
    /// A page loads one of its subresources.
    Asset,
    /// A page's script or service worker calls `fetch`.
    Fetch,
    /// The browser prefetches a page that the viewer may open next.
    Prefetch,
    /// A page opens a WebSocket.
    Socket,
    /// A page of another site shows a page in a frame.
    Frame,
    /// The browser looks for a new version of a service worker.
    Worker,
}

/// Which answers of the browser's own cache may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reuse {
    /// Fresh ones.
    Fresh,
    /// None: the viewer presses reload.
    Nothing,
    /// All, however old: the viewer goes back.
    Anything,
}

impl Ask {
    /// The viewer opens the page at `url`.
    #[must_use]
    pub fn page(url: impl Into<String>) -> Self {
        Self::new(url.into(), Purpose::Page)
    }

    /// A page loads the subresource `url`.
    #[must_use]
    pub fn asset(url: impl Into<String>) -> Self {
        Self::new(url.into(), Purpose::Asset)
    }

    /// A page's script or service worker fetches `url`.
    #[must_use]
    pub fn fetch(url: impl Into<String>) -> Self {
        Self::new(url.into(), Purpose::Fetch)
    }

    /// The browser prefetches the page at `url`.
    #[must_use]
    pub fn prefetch(url: impl Into<String>) -> Self {
        Self::new(url.into(), Purpose::Prefetch)
    }

    /// A page opens a WebSocket at `url`. Chromium sends neither `Accept` nor `Sec-Fetch-*` then.
    #[must_use]
    pub fn socket(url: impl Into<String>) -> Self {
        Self::new(url.into(), Purpose::Socket)
            .header("connection", "Upgrade")
            .header("sec-websocket-key", "1e4+cYQLv5WkNZeTVvte0w==")
            .header("sec-websocket-version", "13")
    }

    /// A page of another site shows `url` in a frame.
    #[must_use]
    pub fn frame(url: impl Into<String>) -> Self {
        Self::new(url.into(), Purpose::Frame).embedded_elsewhere()
    }

    /// The browser looks for a new version of the service worker at `url`.
    #[must_use]
    pub fn worker(url: impl Into<String>) -> Self {
        Self::new(url.into(), Purpose::Worker).header("service-worker", "script")
    }

    /// Changes the method; the default is GET.
    #[must_use]
    pub fn method(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    /// Sets a header. It replaces the browser's own header of that name.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).expect("tests write valid header names");
        let value = HeaderValue::try_from(value).expect("tests write valid header values");
        self.extra.append(name, value);
        self
    }

    /// Pads the request to `bytes`, as CloudFront counts them: path, query, and all headers.
    #[must_use]
    pub fn sized(self, bytes: usize) -> Self {
        Self { size: Some(bytes), ..self }
    }

    /// The viewer followed a link on another site.
    #[must_use]
    pub fn from_another_site(self) -> Self {
        Self { site: Site::Cross, ..self }
    }

    /// A page of another site sends the request.
    #[must_use]
    pub fn embedded_elsewhere(self) -> Self {
        Self { site: Site::CrossEmbedded, ..self }
    }

    pub(crate) fn reuse(self, reuse: Reuse) -> Self {
        Self { reuse, ..self }
    }

    fn new(url: String, purpose: Purpose) -> Self {
        let (site, reuse) = (Site::Same, Reuse::Fresh);
        Self { method: "GET", url, purpose, site, reuse, extra: HeaderMap::new(), size: None }
    }

    /// Builds the request with the `User-Agent` and cookies of a browser.
    pub(crate) fn request(&self, agent: &str, cookies: Option<String>) -> Request<Bytes> {
        let mut request = Request::builder().method(self.method).uri(&self.url);
        for (name, value) in self.metadata() {
            request = request.header(name, value);
        }
        request = request.header("host", HOST).header("user-agent", agent);
        if let Some(cookies) = cookies {
            request = request.header("cookie", cookies);
        }
        if self.reuse == Reuse::Nothing {
            request = request.header("cache-control", "max-age=0");
        }
        let mut request = request.body(Bytes::new()).expect("the URL is a path of the site");
        for name in self.extra.keys() {
            request.headers_mut().remove(name);
        }
        request.headers_mut().extend(self.extra.clone());
        if let Some(size) = self.size {
            pad(&mut request, size);
        }
        request
    }

    fn metadata(&self) -> Vec<(&'static str, &'static str)> {
        let site = match self.site {
            Site::Same => "same-origin",
            Site::Cross | Site::CrossEmbedded => "cross-site",
        };
        let (mode, destination, accept) = match self.purpose {
            Purpose::Page | Purpose::Prefetch => ("navigate", "document", "text/html,*/*;q=0.8"),
            Purpose::Frame => ("navigate", "iframe", "text/html,*/*;q=0.8"),
            Purpose::Asset => ("no-cors", "script", "*/*"),
            Purpose::Fetch => ("cors", "empty", "*/*"),
            Purpose::Worker => ("same-origin", "serviceworker", "*/*"),
            Purpose::Socket => return Vec::new(),
        };
        let mut headers = vec![
            ("accept", accept),
            ("sec-fetch-dest", destination),
            ("sec-fetch-mode", mode),
            ("sec-fetch-site", site),
        ];
        match self.purpose {
            Purpose::Prefetch => headers.push(("sec-purpose", "prefetch")),
            Purpose::Page
            | Purpose::Asset
            | Purpose::Fetch
            | Purpose::Socket
            | Purpose::Frame
            | Purpose::Worker => {}
        }
        headers
    }
}

fn pad(request: &mut Request<Bytes>, size: usize) {
    const NAME: &str = "x-padding";
    let headers = request.headers().iter();
    let headers: usize = headers.map(|(name, value)| name.as_str().len() + value.len()).sum();
    let target = request.uri().path_and_query().map_or(1, |target| target.as_str().len());
    let length = size.checked_sub(target + headers + NAME.len());
    let padding = "p".repeat(length.expect("tests pad requests to a larger size"));
    let padding = HeaderValue::try_from(padding).expect("plain ASCII");
    request.headers_mut().insert(NAME, padding);
}
