use std::fmt;

use edge_event::{Headers, Request};

use crate::policy::{CachePolicy, Names};

/// The cache key: two requests with equal keys get the same object (page `understanding-the-cache-key`).
///
/// It has the distribution's host, the path, and the query strings, headers and cookies that the cache policy
/// names. GET and HEAD share an object; OPTIONS has its own. Only [`AcceptEncoding`] is normalised: values in
/// another case, or query strings in another order, give another object (pages `QueryStringParameters`,
/// `header-caching`).
///
/// [`AcceptEncoding`]: crate::AcceptEncoding
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct CacheKey {
    method: MethodClass,
    host: String,
    uri: String,
    query: String,
    headers: Vec<(String, String)>,
    cookies: Vec<(String, String)>,
}

/// The methods that share objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum MethodClass {
    /// GET and HEAD.
    Read,
    /// OPTIONS, if the behavior caches it.
    Options,
}

impl CacheKey {
    /// The key of `request`, as returned by viewer-request. `host` is the domain name of the distribution.
    pub(crate) fn of(policy: &CachePolicy, host: &str, request: &Request) -> CacheKey {
        CacheKey {
            method: match request.method.as_str() {
                "OPTIONS" => MethodClass::Options,
                _ => MethodClass::Read,
            },
            host: host.into(),
            uri: request.uri.clone(),
            query: query(&policy.query_strings, request.querystring.as_deref().unwrap_or_default()),
            headers: headers(policy, &request.headers),
            cookies: cookies(&policy.cookies, &request.headers),
        }
    }

    /// The text that an invalidation path is compared with: the path, with the query strings in the key
    /// (page `invalidation-specifying-objects`).
    pub(crate) fn path(&self) -> String {
        match self.query.as_str() {
            "" => self.uri.clone(),
            query => format!("{}?{query}", self.uri),
        }
    }
}

impl fmt::Display for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.method {
            MethodClass::Read => {}
            MethodClass::Options => f.write_str("OPTIONS ")?,
        }
        write!(f, "{}{}", self.host, self.path())?;
        self.headers.iter().try_for_each(|(name, value)| write!(f, " {name}: {value}"))?;
        self.cookies.iter().try_for_each(|(name, value)| write!(f, " cookie {name}={value}"))
    }
}

/// The query strings that `names` includes, in the request's order. Only `&` separates them.
fn query(names: &Names, query: &str) -> String {
    let name = |part: &str| part.split_once('=').map_or(part, |(name, _)| name).to_owned();
    let parts = query.split('&').filter(|part| names.mean(&name(part)));
    parts.collect::<Vec<_>>().join("&")
}

/// The headers that `policy` includes, sorted by name. The values of a header keep their order.
fn headers(policy: &CachePolicy, headers: &Headers) -> Vec<(String, String)> {
    let CachePolicy { accept_encoding, headers: names, .. } = policy;
    let meant = headers
        .iter()
        .filter(|(name, _)| names.mean_header(name) && !accept_encoding.decides(name))
        .flat_map(|(name, values)| values.iter().map(move |header| (name, header.value.as_str())));
    let form = accept_encoding.normalised(headers).map(|form| ("accept-encoding", form));
    let meant =
        meant.chain(form).map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let mut meant: Vec<_> = meant.collect();
    meant.sort_by(|(a, _), (b, _)| a.cmp(b));
    meant
}

/// The cookies that `names` includes, sorted by name. A part that is not `name=value` is not a cookie, nor is a
/// name that starts with `$` (page `Cookies`).
fn cookies(names: &Names, headers: &Headers) -> Vec<(String, String)> {
    let mut meant: Vec<_> = headers
        .values("cookie")
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.trim(), value.trim()))
        .filter(|(name, _)| !name.starts_with('$') && names.mean(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    meant.sort_by(|(a, _), (b, _)| a.cmp(b));
    meant
}
