use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use edge_routing::{set_cookie, set_insecure_cookie};
use edge_time::Timestamp;
use routing_core::{
    CookieName, Embedding, OverridePolicy, OverrideProblem, OverrideState, Request, Rules, Source,
    VerifyToken, check_override, each_cookie,
};

use crate::answer::{Answer, Body};

/// The query parameter of a preview link.
const PARAMETER: &str = "__release";
/// The value that clears the override.
const OFF: &str = "off";
/// How many seconds a browser remembers that we tried to clear an override.
const CLEARED_FOR: u32 = 60;
/// How many seconds an override by a plain release id lasts: two hours.
const BARE_ID_LASTS: u32 = 7200;

/// Characters that would change the meaning of a `Location`, besides control characters. Browsers read `\`
/// as `/`.
const UNSAFE: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'#');

/// The parts of a document request that preview links and overrides depend on.
pub(crate) struct Preview<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) source: Option<Source<'a>>,
    pub(crate) rules: &'a Rules,
    pub(crate) now: Timestamp,
}

impl Preview<'_> {
    /// The answer to a preview link, or to an override that is no longer valid. `None` for any other
    /// request.
    pub(crate) fn answer(
        &self,
        forced: OverrideState<'_>,
        verify: &dyn VerifyToken,
    ) -> Option<Answer> {
        self.follow_link(verify).or_else(|| match self.source {
            Some(Source::Stored(_)) => self.clear(forced.problem()?),
            // The fallback plan may be older than the release that the override names.
            Some(Source::Fallback(_)) | None => None,
        })
    }

    /// The answer to a preview link: `?__release=<token>` or `?__release=off`.
    ///
    /// If the token is valid: 302 to the same URL without the parameter, with the override cookie. If not: a
    /// page that says why. `None` for a request without the parameter, or if the policy allows no overrides.
    fn follow_link(&self, verify: &dyn VerifyToken) -> Option<Answer> {
        let policy = self.rules.override_policy;
        let token =
            parameter(self.request.querystring).filter(|_| policy != OverridePolicy::Off)?;
        if token == OFF {
            return Some(self.redirect("preview-off", vec![self.cookie("", 0)]));
        }
        let Some(plan) = self.source.map(Source::plan) else {
            return Some(refusal("the plan cannot be read at the moment".into(), None));
        };
        let host = self.request.header("host");
        Some(match check_override(token, host, plan, self.rules, verify, self.now) {
            Ok(force) => {
                let lasts = force.expires.map_or(BARE_ID_LASTS, |end| seconds_until(end, self.now));
                self.redirect("preview-link", vec![self.cookie(token, lasts)])
            }
            Err(problem) => refusal(problem.to_string().replace('`', ""), Some(problem)),
        })
    }

    /// The answer to a document request whose override is no longer valid: 302 to the same URL, which
    /// clears the cookie.
    ///
    /// Clears only once a minute: a cookie with another path than ours, `/`, stays and would redirect for
    /// ever. The cookie that remembers the attempt is not `Secure`, so that it works on plain HTTP too. In a
    /// frame of another site only a second, partitioned one is kept.
    fn clear(&self, problem: OverrideProblem) -> Option<Answer> {
        let name = &self.rules.override_cookie;
        let tried = CookieName::from(format!("{name}-cleared"));
        let mut was_tried = false;
        each_cookie(self.request, &tried, &mut |_| was_tried = true);
        let mark = set_insecure_cookie(tried.as_str(), "1", Some(CLEARED_FOR));
        let mut cookies = vec![self.cookie("", 0), mark];
        if self.rules.embedding == Embedding::Anywhere {
            let mark = set_cookie(tried.as_str(), "1", Some(CLEARED_FOR), Embedding::Anywhere);
            cookies.push(mark);
        }
        let answer = self.redirect("override-cleared", cookies);
        (!was_tried).then_some(Answer { problem: Some(problem), ..answer })
    }

    fn cookie(&self, value: &str, max_age: u32) -> String {
        let Rules { override_cookie, embedding, .. } = self.rules;
        set_cookie(override_cookie.as_str(), value, Some(max_age), *embedding)
    }

    /// 302 to the same URL without the parameter.
    fn redirect(&self, reason: &'static str, cookies: Vec<String>) -> Answer {
        let location = location(self.request.uri, self.request.querystring);
        Answer { reason, problem: None, cookies, body: Body::Redirect(location) }
    }
}

fn refusal(why: String, problem: Option<OverrideProblem>) -> Answer {
    Answer { reason: "preview-refused", problem, cookies: Vec::new(), body: Body::Refusal(why) }
}

/// The value of a preview link's parameter. It is not decoded: tokens and ids need no percent-encoding.
fn parameter(querystring: &str) -> Option<&str> {
    let mut pairs = querystring.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == PARAMETER).map(|(_, value)| value)
}

/// A path of this host: `uri` with one leading `/`, and `querystring` without the parameter.
fn location(uri: &str, querystring: &str) -> String {
    let path = uri.trim_start_matches(['/', '\\']);
    let is_ours = |pair: &&str| pair.split('=').next() == Some(PARAMETER);
    let kept: Vec<&str> = querystring.split('&').filter(|pair| !is_ours(pair)).collect();
    let query = kept.join("&");
    let mark = if query.is_empty() { "" } else { "?" };
    let path = utf8_percent_encode(path, UNSAFE).to_string().replace('?', "%3F");
    format!("/{path}{mark}{}", utf8_percent_encode(&query, UNSAFE))
}

/// The seconds until `end`, which is in the future. The result is capped at `u32::MAX`.
fn seconds_until(end: Timestamp, now: Timestamp) -> u32 {
    u32::try_from((end.0 - now.0) / 1000).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_always_a_path_of_this_host() {
        let table = [
            ("plain", "/cart", "", "/cart"),
            ("query without the parameter", "/cart", "a=1&__release=x&b=2", "/cart?a=1&b=2"),
            ("only the parameter", "/", "__release=x", "/"),
            ("parameter without a value", "/", "__release&a", "/?a"),
            (
                "look-alike parameter stays",
                "/",
                "x__release=1&__releases=2",
                "/?x__release=1&__releases=2",
            ),
            ("leading slashes collapse", "///evil.example/", "", "/evil.example/"),
            ("backslashes collapse", "/\\evil.example", "", "/evil.example"),
            ("slash, backslash, slash", "/\\/evil.example", "", "/evil.example"),
            ("backslash inside", "/a\\b", "", "/a%5Cb"),
            (
                "line break",
                "/a\r\nSet-Cookie: x=1",
                "a=\r\nb",
                "/a%0D%0ASet-Cookie:%20x=1?a=%0D%0Ab",
            ),
            ("not ASCII", "/caf\u{e9}", "", "/caf%C3%A9"),
            ("encoded stays encoded", "/a%20b%2F", "q=%26", "/a%20b%2F?q=%26"),
        ];
        for (name, uri, querystring, expected) in table {
            assert_eq!(location(uri, querystring), expected, "{name}");
        }
    }
}
