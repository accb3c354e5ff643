use std::collections::BTreeMap;

use cookie::SameSite;
use cookie_store::{CookieStore, RawCookie};
use edge_time::Timestamp;
use http::HeaderMap;
use http::header::SET_COOKIE;
use url::Url;

/// Where a request comes from. A browser sends `SameSite=Lax` cookies across sites only with a page load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// A page of the same site, or the address bar.
    Same,
    /// The viewer follows a link on another site.
    Cross,
    /// A page of another site loads it.
    CrossEmbedded,
}

/// A browser's cookies. `cookie_store` implements the rules, but this type expires cookies, by virtual time.
#[derive(Debug, Default)]
pub(crate) struct Jar {
    cookies: CookieStore,
    ends: BTreeMap<String, Timestamp>,
}

impl Jar {
    /// Stores the cookies that a response sets.
    pub(crate) fn keep(&mut self, headers: &HeaderMap, url: &Url, now: Timestamp) {
        for text in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let Ok(cookie) = RawCookie::parse(text) else { continue };
            self.ends.remove(cookie.name());
            if let Some(lasts) = cookie.max_age() {
                let lasts = i64::try_from(lasts.whole_milliseconds()).unwrap_or(i64::MAX);
                self.ends.insert(cookie.name().to_owned(), Timestamp(now.0.saturating_add(lasts)));
            }
            // The store refuses an invalid cookie, as a browser does.
            let _ = self.cookies.insert_raw(&cookie, url);
        }
    }

    /// Puts a cookie into the jar that no response set.
    pub(crate) fn plant(&mut self, name: &str, value: &str, url: &Url) {
        let _ = self.cookies.insert_raw(&RawCookie::new(name.to_owned(), value.to_owned()), url);
    }

    /// The `Cookie` header of a request to `url`.
    pub(crate) fn header(&self, url: &Url, site: Site, now: Timestamp) -> Option<String> {
        let has_ended = |name: &str| self.ends.get(name).is_some_and(|end| *end <= now);
        let sent: Vec<String> = self
            .cookies
            .matches(url)
            .into_iter()
            .filter(|cookie| !has_ended(cookie.name()) && crosses(cookie, site))
            .map(|cookie| format!("{}={}", cookie.name(), cookie.value()))
            .collect();
        (!sent.is_empty()).then(|| sent.join("; "))
    }

    /// The value of a cookie that a request to `url` would send.
    pub(crate) fn value(&self, name: &str, url: &Url, now: Timestamp) -> Option<String> {
        let header = self.header(url, Site::Same, now)?;
        let mut pairs = header.split("; ").filter_map(|pair| pair.split_once('='));
        pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
    }
}

fn crosses(cookie: &RawCookie<'_>, site: Site) -> bool {
    match (site, cookie.same_site()) {
        (Site::Same, _) | (Site::Cross | Site::CrossEmbedded, Some(SameSite::None)) => true,
        (Site::Cross, Some(SameSite::Lax) | None) => true,
        (Site::Cross, Some(SameSite::Strict)) => false,
        (Site::CrossEmbedded, Some(SameSite::Lax | SameSite::Strict) | None) => false,
    }
}
