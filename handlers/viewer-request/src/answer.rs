use edge_event::Response;
use routing_core::OverrideProblem;

/// A response that is generated here.
pub(crate) struct Answer {
    /// One word for the log.
    pub(crate) reason: &'static str,
    /// What is wrong with the link or override that this answers.
    pub(crate) problem: Option<OverrideProblem>,
    /// The `Set-Cookie` headers.
    pub(crate) cookies: Vec<String>,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    /// 302 to a path of this host.
    Redirect(String),
    /// 403, and a page that says why, in a sentence of ours.
    Refusal(String),
}

impl Answer {
    /// The response, which nobody keeps.
    pub(crate) fn into_response(self) -> Response {
        let response = match self.body {
            Body::Redirect(location) => Response::status(302).header("Location", &location),
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

/// `why` is a sentence of ours: nothing that a viewer sent is in it but ids, which need no escaping.
fn page(why: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Preview link</title>\n\
         <h1>This preview link does not work</h1>\n<p>Because {why}.</p>\n\
         <p>Ask whoever sent it for a new one, or <a href=\"/\">go to the site</a>.</p>\n</html>\n"
    )
}
