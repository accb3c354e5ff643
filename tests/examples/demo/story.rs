use anyhow::Result;
use edge_event::{Headers, Origin, Outcome, Request, Response};

use crate::edge::Edge;

const BUCKET: &str = "shop-releases.s3.eu-central-1.amazonaws.com";
const API: &str = "api-origin.example.com";

/// A browser with its cookies.
#[derive(Default)]
pub(crate) struct Viewer {
    cookies: Vec<(String, String)>,
}

impl Viewer {
    /// Sends one request through the functions as CloudFront would on a cache miss, and tells of it.
    pub(crate) fn loads(&mut self, edge: &mut Edge, request: Request) -> Result<()> {
        let request = self.with_cookies(request);
        let shown = request.querystring.as_deref().filter(|query| !query.is_empty());
        let query = shown.map(|query| format!("?{query:.24}...")).unwrap_or_default();
        let cookie = request.headers.get("cookie").unwrap_or("none");
        say(&format!(
            "   in               {} {}{query}   cookie: {cookie:.60}",
            request.method, request.uri
        ));
        let response = match edge.viewer_request(&request)? {
            Outcome::Response(response) => {
                tell_answer(&response);
                *response
            }
            Outcome::Request(request) => miss(edge, *request)?,
        };
        self.keep_cookies(&response.headers);
        Ok(())
    }

    fn with_cookies(&self, request: Request) -> Request {
        let pairs: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { request } else { request.cookie(pairs.join("; ")) }
    }

    fn keep_cookies(&mut self, headers: &Headers) {
        for cookie in headers.values("set-cookie") {
            let pair = cookie.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.retain(|(kept, _)| kept != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

fn miss(edge: &mut Edge, stamped: Request) -> Result<Response> {
    let header = |name: &str| stamped.headers.get(name).unwrap_or("-").to_owned();
    say(&format!(
        "   viewer-request   stamps {} into the cache key",
        header("x-bluegreen-release")
    ));
    say(&format!("     why            {}", in_words(&header("x-bluegreen-reason"))));
    let is_api = stamped.uri.starts_with("/api/");
    let (domain, origin) =
        if is_api { (API, Origin::custom(API)) } else { (BUCKET, Origin::s3(BUCKET)) };
    let mut request = stamped.origin(origin);
    request.headers.set("Host", domain);
    let sent = edge.origin_request(&request)?;
    let place =
        sent.origin.as_ref().map(|origin| format!("{}{}", origin.domain_name(), origin.path()));
    say(&format!("   origin-request   fetches {}{}", place.unwrap_or_default(), sent.uri));
    let response = edge.origin_response(&sent, origin_answers(&sent))?;
    let header = |name: &str| response.headers.get(name).unwrap_or("none");
    say(&format!("   origin-response  cookie: {}", header("set-cookie")));
    say(&format!("                    cache-control: {}", header("cache-control")));
    say(&format!("                    x-release: {}", header("x-release")));
    Ok(response)
}

/// What a bucket or an API would say.
fn origin_answers(request: &Request) -> Response {
    let (content_type, cache_control) = match request.uri.rsplit('.').next() {
        Some("html") => ("text/html", None),
        Some("js") => ("text/javascript", Some("public, max-age=31536000, immutable")),
        _ => ("application/json", Some("no-store")),
    };
    let response = Response::status(200).header("Content-Type", content_type);
    match cache_control {
        Some(value) => response.header("Cache-Control", value),
        None => response,
    }
}

fn tell_answer(response: &Response) {
    let location = response.headers.get("location").unwrap_or("-");
    say(&format!("   viewer-request   answers {}, location: {location}", response.status));
    for cookie in response.headers.values("set-cookie") {
        let attributes = cookie.split_once(';').map_or("", |(_, attributes)| attributes);
        say(&format!("     cookie         {cookie:.40}...;{attributes}"));
    }
}

/// The one word of a decision, said to people.
fn in_words(reason: &str) -> String {
    let words = match reason {
        "override" => "a valid override beats the plan; nobody else ever gets this object",
        "pin" => "the request itself names its release",
        "sticky" => "the release cookie names it, and a running page stays where it is",
        "stage" => "a page load follows the weights of the plan's current stage",
        "crawler" => "a crawler gets the active release and no cookie",
        other => other,
    };
    format!("{reason}: {words}")
}

pub(crate) fn chapter(title: &str, words: &str) {
    println!("\n{title}\n   {words}\n");
}

pub(crate) fn say(line: &str) {
    println!("{line}");
}
