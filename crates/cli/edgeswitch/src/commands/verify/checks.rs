use edge_config::Config;
use plan_change::Summary;
use reqwest::Url;
use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, LOCATION, SET_COOKIE};
use routing_core::{DecideAt, ReleaseId, Rules};

use super::report::{Check, Verdict};
use super::viewer::{Page, Pin};

/// The response header that names the release: `9f2c1e7; override`.
const RELEASE: &str = "x-release";

/// The expected properties of the responses.
pub(super) struct Expected {
    release: String,
    pub(super) override_cookie: String,
    release_cookie: String,
    decide_at: DecideAt,
    /// Whether viewers without an override may get the release too.
    has_traffic: bool,
}

type PageResult = Result<Page, String>;

impl Expected {
    /// Without a configuration, the cookies have their default names.
    pub(super) fn new(id: &ReleaseId, config: Option<&Config>, summary: &Summary) -> Self {
        let default = Rules::default();
        let rules = config.map_or(&default, |config| &config.rules);
        Self {
            release: id.to_string(),
            override_cookie: rules.override_cookie.to_string(),
            release_cookie: rules.release_cookie.to_string(),
            decide_at: rules.decide_at,
            has_traffic: summary.percent(id.as_str()) > 0.0,
        }
    }

    /// Whether the header of the response names this release and an override.
    fn release(&self, said: Option<String>) -> Result<Verdict, String> {
        match said {
            Some(said) if said == self.release => Ok(Verdict::Passed),
            Some(said) => Err(format!("its release is `{said}`")),
            None => Err(format!("it has no `{RELEASE}`: the functions did not run")),
        }
    }

    /// How a request pins the release.
    pub(super) fn pin(&self) -> Pin {
        match self.decide_at {
            DecideAt::ViewerRequest => Pin::Header(self.release.clone()),
            DecideAt::OriginRequest => Pin::Path(format!("/_r/{}", self.release)),
        }
    }

    /// Whether a response to a pinned request is not of another release. Without `release_header` and from a
    /// behavior without functions it does not say its release.
    pub(super) fn pinned(&self, headers: &HeaderMap) -> Result<Verdict, String> {
        match release(headers) {
            None => Ok(Verdict::Passed),
            said => self.release(said),
        }
    }

    /// The release in the cookie that a page sets.
    fn kept(&self, headers: &HeaderMap) -> Option<String> {
        let start = format!("{}=", self.release_cookie);
        let cookie = cookies(headers).find_map(|cookie| cookie.strip_prefix(&start))?;
        cookie.split(['.', ';']).next().map(ToOwned::to_owned)
    }
}

/// The checks of a document that was requested with the override.
pub(super) fn check_document(url: &Url, page: &PageResult, expected: &Expected) -> Vec<Check> {
    let check = |name, outcome| Check::new(name, url, outcome);
    let page = match page {
        Ok(page) => page,
        Err(reason) => return vec![check("status", Err(reason.clone()))],
    };
    let outcome = status(page).and_then(|()| page.whole().map(|_| Verdict::Passed));
    let status = check("status", outcome);
    if status.verdict == Verdict::Failed {
        return vec![status];
    }
    vec![
        status,
        check("type", html(page)),
        check("release", expected.release(release(&page.headers))),
        check("private", private(page, &expected.release_cookie)),
    ]
}

/// The check of an asset of a document.
pub(super) fn check_asset(url: &Url, answer: &PageResult, expected: &Expected) -> Check {
    let outcome = answer.as_ref().map_err(Clone::clone).and_then(|page| {
        status(page)?;
        if html(page).is_ok() {
            return Err("it is an HTML page: the asset is missing".into());
        }
        expected.pinned(&page.headers)
    });
    Check::new("asset", url, outcome)
}

/// The check of a file that a manifest or a list names.
pub(super) fn check_file(url: &Url, answer: &PageResult, expected: &Expected) -> Check {
    let is_page = [".html", ".htm", "/"].iter().any(|end| url.path().ends_with(end));
    let outcome = answer.as_ref().map_err(Clone::clone).and_then(|page| {
        status(page)?;
        if html(page).is_ok() && !is_page {
            return Err("it is an HTML page: the file is missing".into());
        }
        expected.pinned(&page.headers)
    });
    Check::new("file", url, outcome)
}

/// The check of a back end. A page in place of data comes from another place, such as the bucket.
pub(super) fn check_api(url: &Url, answer: &PageResult, expected: &Expected) -> Check {
    let outcome = answer.as_ref().map_err(Clone::clone).and_then(|page| {
        if !page.status.is_success() {
            return Err(format!("it is {}", page.status.as_u16()));
        }
        page.whole()?;
        if html(page).is_ok() {
            return Err("it is an HTML page: the back end did not answer".into());
        }
        expected.pinned(&page.headers)
    });
    Check::new("api", url, outcome)
}

/// Checks that viewers without the override get another release, if this one has no traffic.
pub(super) fn check_others(url: &Url, answer: &PageResult, expected: &Expected) -> Check {
    let outcome = answer.as_ref().map_err(Clone::clone).and_then(|page| {
        match release(&page.headers).or_else(|| expected.kept(&page.headers)) {
            _ if expected.has_traffic => Ok(Verdict::Skipped),
            Some(said) if said == expected.release => {
                Err("viewers without the override get this release, too".into())
            }
            Some(_) => Ok(Verdict::Passed),
            None => Ok(Verdict::Skipped),
        }
    });
    Check::new("others", url, outcome)
}

fn status(page: &Page) -> Result<(), String> {
    if page.status == 200 {
        return Ok(());
    }
    let mut words = format!("it is {}", page.status.as_u16());
    if let Some(to) = text(&page.headers, LOCATION.as_str()) {
        words.push_str(&format!(
            " to `{to}`: the override was refused, or another redirect came first"
        ));
    }
    Err(words)
}

fn html(page: &Page) -> Result<Verdict, String> {
    match text(&page.headers, CONTENT_TYPE.as_str()) {
        Some(kind) if kind.to_ascii_lowercase().starts_with("text/html") => Ok(Verdict::Passed),
        Some(kind) => Err(format!("its content type is `{kind}`")),
        None => Err("it has no content type".into()),
    }
}

/// A page with an override must not be cached, and must not set the release cookie.
fn private(page: &Page, cookie: &str) -> Result<Verdict, String> {
    let control = text(&page.headers, CACHE_CONTROL.as_str()).unwrap_or_default();
    if !control.contains("no-store") {
        return Err(format!("its `Cache-Control` is `{control}`: caches may store it"));
    }
    let start = format!("{cookie}=");
    if cookies(&page.headers).any(|cookie| cookie.starts_with(&start)) {
        return Err(format!("it sets the cookie `{cookie}`"));
    }
    Ok(Verdict::Passed)
}

fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok())
}

fn release(headers: &HeaderMap) -> Option<String> {
    let said = text(headers, RELEASE)?;
    said.split(';').next().map(|id| id.trim().to_owned())
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn a_page_that_did_not_pass_the_functions_fails() {
        let expected = Expected {
            release: "9f2c1e7".into(),
            override_cookie: "release-override".into(),
            release_cookie: "release".into(),
            decide_at: DecideAt::ViewerRequest,
            has_traffic: false,
        };
        let headers = [(CONTENT_TYPE, "text/html"), (CACHE_CONTROL, "no-store")];
        let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
        let page = Page {
            status: StatusCode::OK,
            headers: headers.into_iter().collect(),
            body: Some(Vec::new()),
        };
        let url = Url::parse("https://shop.example.com/").unwrap();
        let checks = check_document(&url, &Ok(page), &expected);
        let failed: Vec<&Check> =
            checks.iter().filter(|check| check.verdict == Verdict::Failed).collect();
        assert_eq!(failed.len(), 1, "{checks:?}");
        let problem = "it has no `x-release`: the functions did not run";
        assert_eq!((failed[0].check, failed[0].problem.as_deref()), ("release", Some(problem)));
    }
}
