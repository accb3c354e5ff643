use edge_event::Response;
use edge_routing::Reload;
use routing_core::OverrideProblem;

/// A response that this function generates.
pub(crate) struct Answer {
    /// One word for the log.
    pub(crate) reason: &'static str,
    /// The problem of the preview link or override, if there is one.
    pub(crate) problem: Option<OverrideProblem>,
    /// The `Set-Cookie` headers.
    pub(crate) cookies: Vec<String>,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    /// 204.
    Empty,
    /// 302 to a path of this host.
    Redirect(String),
    /// 200, for a script of the page.
    Json(String),
    /// 403 with a page that says why, in our own words.
    Refusal(String),
}

impl Answer {
    /// The releases of the page's requests and of the next load: `{"release":"41ab03d","next":"9f2c1e7"}`.
    pub(crate) fn reload(reload: &Reload) -> Self {
        let json = serde_json::to_string(reload).expect("two optional strings are always JSON");
        let body = Body::Json(json);
        Self { reason: "reload", problem: None, cookies: Vec::new(), body }
    }

    /// The answer to a beacon.
    pub(crate) fn beacon() -> Self {
        Self { reason: "beacon", problem: None, cookies: Vec::new(), body: Body::Empty }
    }

    /// The response. No cache may keep it.
    pub(crate) fn into_response(self) -> Response {
        let response = match self.body {
            Body::Empty => Response::status(204),
            Body::Redirect(location) => Response::status(302).header("Location", &location),
            Body::Json(json) => {
                Response::status(200).header("Content-Type", "application/json").body(json)
            }
            Body::Refusal(why) => Response::status(403)
                .header("Content-Type", "text/html; charset=utf-8")
                .header("X-Robots-Tag", "noindex")
                .body(page(&why)),
        };
        let mut response = response.header("Cache-Control", "no-store");
        for cookie in &self.cookies {
            response.headers.append("Set-Cookie", cookie);
        }
        response
    }
}

/// `why` is our own text. From the viewer it has only ids, which need no escaping.
fn page(why: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Preview link</title>\n\
         <h1>This preview link does not work</h1>\n<p>Because {why}.</p>\n\
         <p>Ask whoever sent it for a new one, or <a href=\"/\">go to the site</a>.</p>\n</html>\n"
    )
}
