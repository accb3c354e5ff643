use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use cloudfront_sim::{CacheResult, Exchange};
use edge_time::Clock;
use http::{HeaderMap, Request, Response};
use url::Url;

use super::World;
use super::ask::{Ask, Reuse};
use super::distribution::HOST;
use super::http_cache::{Found, HttpCache};
use super::jar::Jar;
use super::site::SERVED_RELEASE;
use super::tab::Tab;

/// A browser: one viewer, at one edge location, with cookies, an HTTP cache and any number of tabs.
///
/// A clone is another handle to the same browser.
#[derive(Clone)]
pub struct Browser {
    pub(crate) world: World,
    who: Arc<Who>,
    memory: Arc<Mutex<Memory>>,
}

/// The viewer that sends a request, and its edge location.
#[derive(Debug)]
pub(crate) struct Who {
    pub(crate) number: u32,
    pub(crate) edge: AtomicUsize,
    pub(crate) address: IpAddr,
    agent: String,
    cookies: Cookies,
}

/// Whether a browser keeps cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookies {
    Kept,
    Refused,
}

#[derive(Default)]
struct Memory {
    jar: Jar,
    cache: HttpCache,
}

/// The answer that a browser got.
#[derive(Debug, Clone)]
pub struct Got {
    /// The status; 200 if a 304 confirmed the browser's copy.
    pub status: u16,
    /// CloudFront's status. `None` if the answer is from the browser's cache.
    pub given: Option<u16>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Where the answer came from.
    pub from: From,
}

/// Where an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// The browser's own cache.
    Browser,
    /// CloudFront, with its `X-Cache`.
    Edge(CacheResult),
}

impl Got {
    /// The release that the origin served, if the response names it.
    #[must_use]
    pub fn release(&self) -> Option<&str> {
        self.header(SERVED_RELEASE)
    }

    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn new(response: Response<Bytes>, given: Option<u16>, from: From) -> Self {
        let (parts, body) = response.into_parts();
        Self { status: parts.status.as_u16(), given, headers: parts.headers, body, from }
    }
}

impl Browser {
    pub(crate) fn new(world: World, number: u32, edge: usize) -> Self {
        let address = Ipv4Addr::from(0xc633_0000 + number).into();
        let agent = format!("Browser/{number}");
        let who = Who { number, edge: edge.into(), address, agent, cookies: Cookies::Kept };
        Self { world, who: Arc::new(who), memory: Arc::default() }
    }

    /// The same viewer at the same place, but it refuses all cookies.
    #[must_use]
    pub fn without_cookies(self) -> Self {
        self.like(|who| Who { cookies: Cookies::Refused, ..who })
    }

    /// The same viewer at the same place, with another `User-Agent`.
    #[must_use]
    pub fn called(self, agent: &str) -> Self {
        self.like(|who| Who { agent: agent.to_owned(), ..who })
    }

    /// Moves the viewer: from now on its requests go to another edge location.
    pub fn move_to(&self, edge: usize) {
        self.who.edge.store(edge, Ordering::Relaxed);
    }

    /// A new, empty tab.
    #[must_use]
    pub fn tab(&self) -> Tab {
        Tab::new(self.clone())
    }

    /// A new tab with the page at `url`.
    pub async fn open(&self, url: &str) -> Tab {
        let mut tab = self.tab();
        tab.open(url).await;
        tab
    }

    /// The value of one of its cookies.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.memory().jar.value(name, &site(), self.world.clock().now())
    }

    /// The release that its release cookie names.
    #[must_use]
    pub fn cookie_release(&self) -> Option<String> {
        let value = self.cookie("release")?;
        Some(value.split('.').next().unwrap_or_default().to_owned())
    }

    /// Puts a cookie into the browser that no response set.
    pub fn plant_cookie(&self, name: &str, value: &str) {
        self.memory().jar.plant(name, value, &site());
    }

    /// Keeps the cookies of an answer that was fetched ahead by somebody else, as a browser does when it shows it.
    pub(crate) fn adopt(&self, got: &Got) {
        let now = self.world.clock().now();
        self.memory().jar.keep(&got.headers, &site(), now);
    }

    /// Sends one request and keeps cookies and cacheable answers. Does not follow redirects.
    pub async fn ask(&self, ask: &Ask) -> Got {
        let (got, _) = self.trace(ask).await;
        got
    }

    /// As [`ask`](Self::ask), with everything that happened to the request. `None` if the answer is from the
    /// browser's cache.
    pub async fn trace(&self, ask: &Ask) -> (Got, Option<Exchange>) {
        let clock = self.world.clock();
        let cookies = self.memory().jar.header(&site(), ask.site, clock.now());
        let request = ask.request(&self.who.agent, cookies);
        let request = match self.own(ask, request) {
            Found::Fresh(response) => return (Got::new(response, None, From::Browser), None),
            Found::Ask(request) => request,
        };
        let (response, exchange) = self.world.send(&self.who, request.clone()).await;
        let mut memory = self.memory();
        if self.who.cookies == Cookies::Kept {
            memory.jar.keep(response.headers(), &site(), clock.now());
        }
        let given = Some(response.status().as_u16());
        let response = memory.cache.take_in(&request, response, clock.now());
        (Got::new(response, given, From::Edge(exchange.result)), Some(exchange))
    }

    /// The answer from the browser's cache, or the request to send.
    fn own(&self, ask: &Ask, request: Request<Bytes>) -> Found {
        let memory = self.memory();
        let remembered = match ask.reuse {
            Reuse::Anything => memory.cache.remembered(&request),
            Reuse::Fresh | Reuse::Nothing => None,
        };
        match remembered {
            Some(response) => Found::Fresh(response),
            None => memory.cache.look_up(request, self.world.clock().now()),
        }
    }

    fn like(self, change: impl FnOnce(Who) -> Who) -> Self {
        let Who { number, ref edge, address, ref agent, cookies } = *self.who;
        let edge = edge.load(Ordering::Relaxed).into();
        let who = change(Who { number, edge, address, agent: agent.clone(), cookies });
        Self { who: Arc::new(who), ..self }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn site() -> Url {
    Url::parse(&format!("https://{HOST}/")).expect("a constant URL")
}
