//! Which parts of a viewer's request reach the origin (page `controlling-origin-requests`).

use std::net::IpAddr;

use bytes::Bytes;
use edge_event::{Headers, Origin, Request};
use http::Uri;
use http::header::{ETAG, HOST, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};

use crate::cache::Stored;
use crate::distribution::Behavior;
use crate::reply::X_AMZ_CF_ID;
use crate::wire;

/// Headers that describe the body. They are forwarded with it.
const OF_THE_BODY: &[&str] = &["content-encoding", "content-length", "content-md5", "content-type"];

/// Headers that CloudFront sets itself.
const OURS: &[&str] = &["cookie", "host", "user-agent", "via", "x-forwarded-for"];

/// Headers that ask for less than the whole object. If the response is cacheable, they are not forwarded, since
/// the cache needs the whole object.
const PARTIAL: &[&str] =
    &["if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "range"];

/// Makes the request to an origin from the viewer's request.
pub(crate) struct Forward<'a> {
    pub(crate) behavior: &'a Behavior,
    pub(crate) viewer: IpAddr,
    pub(crate) via: &'a str,
    /// An expired object. The origin is asked whether it has changed.
    pub(crate) stale: Option<&'a Stored>,
}

impl Forward<'_> {
    /// The request that the origin-request function sees.
    ///
    /// It has only the headers, cookies and query strings that one of the policies names, and the headers that
    /// CloudFront sets in every request to an origin.
    pub(crate) fn request(&self, viewer: &Request, origin: &Origin) -> Request {
        let mut request = Request::default();
        request.client_ip.clone_from(&viewer.client_ip);
        request.method.clone_from(&viewer.method);
        request.uri.clone_from(&viewer.uri);
        let query = viewer.querystring.as_deref().unwrap_or_default();
        request.querystring = Some(self.query(query));
        request.headers = self.headers(viewer, origin);
        request.origin = Some(origin.clone());
        request
    }

    fn headers(&self, viewer: &Request, origin: &Origin) -> Headers {
        let mut headers = Headers::new();
        headers.set("Host", self.host(viewer, origin));
        headers.set("X-Forwarded-For", self.forwarded_for(viewer));
        headers.set("User-Agent", self.user_agent(viewer));
        headers.set("Via", self.via(viewer));
        for (name, values) in viewer.headers.iter().filter(|(name, _)| self.takes(viewer, name)) {
            for header in values {
                headers.append(header.key.as_deref().unwrap_or(name), header.value.as_str());
            }
        }
        let form = self.behavior.cache_policy.accept_encoding.normalised(&viewer.headers);
        if let Some(form) = form {
            headers.set("Accept-Encoding", form);
        }
        if let Some(cookie) = self.cookie(viewer) {
            headers.set("Cookie", cookie);
        }
        if let Some(stored) = self.stale {
            confirm(stored, &mut headers);
        }
        headers
    }

    /// The domain name of the origin, unless a policy forwards the viewer's `Host`.
    fn host<'r>(&self, viewer: &'r Request, origin: &'r Origin) -> &'r str {
        let named =
            self.behavior.forwards_header("host").then(|| viewer.headers.get("host")).flatten();
        named.unwrap_or(origin.domain_name())
    }

    /// The viewer's address comes after those that its proxies added.
    fn forwarded_for(&self, viewer: &Request) -> String {
        let mut addresses: Vec<_> = viewer.headers.values("x-forwarded-for").collect();
        let address = self.viewer.to_string();
        addresses.push(&address);
        addresses.join(",")
    }

    fn user_agent<'r>(&self, viewer: &'r Request) -> &'r str {
        let named =
            self.behavior.forwards_header("user-agent").then(|| viewer.headers.get("user-agent"));
        named.flatten().unwrap_or("Amazon CloudFront")
    }

    fn via(&self, viewer: &Request) -> String {
        let mut hops: Vec<_> = viewer.headers.values("via").collect();
        hops.push(self.via);
        hops.join(", ")
    }

    fn takes(&self, viewer: &Request, name: &str) -> bool {
        let kept = PARTIAL.contains(&name) && self.behavior.keeps(&viewer.method);
        let of_the_body = OF_THE_BODY.contains(&name) && viewer.method != "GET";
        let ours = OURS.contains(&name) || self.behavior.cache_policy.accept_encoding.decides(name);
        !ours && !kept && (of_the_body || self.behavior.forwards_header(name))
    }

    /// The cookies that the policies name, in one line. Names that begin with `$` are dropped (page `Cookies`).
    fn cookie(&self, viewer: &Request) -> Option<String> {
        let named = |pair: &&str| {
            let name = name_of(pair);
            !name.is_empty() && !name.starts_with('$') && self.behavior.forwards_cookie(name)
        };
        let pairs = viewer.headers.values("cookie").flat_map(|line| line.split(';')).map(str::trim);
        let pairs: Vec<_> = pairs.filter(named).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    fn query(&self, query: &str) -> String {
        let named = |part: &&str| self.behavior.forwards_query(name_of(part));
        query.split('&').filter(named).collect::<Vec<_>>().join("&")
    }
}

fn name_of(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name).trim_end()
}

/// Makes the request conditional on the expired object (page `RequestAndResponseBehaviorCustomOrigin`, conditional
/// requests).
fn confirm(stored: &Stored, headers: &mut Headers) {
    let had = stored.response.headers();
    for (asked, validator) in [(IF_NONE_MATCH, ETAG), (IF_MODIFIED_SINCE, LAST_MODIFIED)] {
        headers.remove(asked.as_str());
        if let Some(value) = had.get(validator).and_then(|value| value.to_str().ok()) {
            headers.set(&wire::capitalised(asked.as_str()), value);
        }
    }
}

/// The HTTP request: with the origin's path in front, its custom headers and the request's id.
///
/// # Errors
/// The text that is not a valid URL.
pub(crate) fn over_the_wire(
    request: &Request,
    origin: &Origin,
    id: &str,
    body: Bytes,
) -> Result<http::Request<Bytes>, String> {
    let query = request.querystring.as_deref().filter(|query| !query.is_empty());
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let url = format!("{}{}{query}", origin.path(), request.uri);
    let uri: Uri = url.parse().map_err(|_| url)?;
    let mut sent = http::Request::new(body);
    *sent.method_mut() = request.method.parse().expect("no function may change the method");
    *sent.uri_mut() = uri;
    let map = sent.headers_mut();
    *map = wire::to_http(&request.headers);
    for (name, value) in &wire::to_http(origin.custom_headers()) {
        map.insert(name, value.clone());
    }
    if !map.contains_key(HOST) {
        wire::put(map, HOST, origin.domain_name());
    }
    wire::put(map, X_AMZ_CF_ID, id);
    Ok(sent)
}
