use edge_config::{Config, ReleaseHeader};
use plan_change::Summary;
use reqwest::Url;
use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, LOCATION, SET_COOKIE};
use routing_core::{ReleaseId, Rules};

use super::report::{Check, Verdict};
use super::viewer::Page;

/// The header by which a response says its release: `9f2c1e7; override`.
const RELEASE: &str = "x-release";

/// What every response under the override must say.
pub(super) struct Expected {
    release: String,
    pub(super) override_cookie: String,
    release_cookie: String,
    /// Whether responses say their release.
    header: ReleaseHeader,
    /// Whether viewers without an override may get the release too.
    has_traffic: bool,
}

type Answered = Result<Page, String>;

impl Expected {
    /// Without a configuration the cookies have their documented names, and responses do not say their
    /// release.
    pub(super) fn new(id: &ReleaseId, config: Option<&Config>, summary: &Summary) -> Self {
        let default = Rules::default();
        let rules = config.map_or(&default, |config| &config.rules);
        Self {
            release: id.to_string(),
            override_cookie: rules.override_cookie.clone(),
            release_cookie: rules.release_cookie.clone(),
            header: config.map_or(ReleaseHeader::Off, |config| config.release_header),
            has_traffic: summary.percent(id.as_str()) > 0.0,
        }
    }

    /// Whether the response is of the release, if it says so.
    fn release(&self, headers: &HeaderMap) -> Result<Verdict, String> {
        match (release(headers), self.header) {
            (Some(said), _) if said == self.release => Ok(Verdict::Passed),
            (Some(said), _) => Err(format!("it is of release `{said}`")),
            (None, ReleaseHeader::On) => Err(format!("it has no `{RELEASE}`")),
            (None, ReleaseHeader::Off) => Ok(Verdict::Skipped),
        }
    }
}

/// The checks of a document under the override.
pub(super) fn check_document(url: &Url, page: &Answered, expected: &Expected) -> Vec<Check> {
    let check = |name, outcome| Check::new(name, url, outcome);
    let page = match page {
        Ok(page) => page,
        Err(reason) => return vec![check("status", Err(reason.clone()))],
    };
    let status = check("status", status(page).map(|()| Verdict::Passed));
    if status.verdict == Verdict::Failed {
        return vec![status];
    }
    vec![
        status,
        check("type", html(page)),
        check("release", expected.release(&page.headers)),
        check("private", private(page, &expected.release_cookie)),
    ]
}

/// The check of something that a document loads.
pub(super) fn check_asset(url: &Url, answer: &Answered, expected: &Expected) -> Check {
    let outcome = answer.as_ref().map_err(Clone::clone).and_then(|page| {
        status(page)?;
        if html(page).is_ok() {
            return Err("it is a page: the asset is missing".into());
        }
        // An asset that does not say its release is still one that is there.
        expected.release(&page.headers).map(|_| Verdict::Passed)
    });
    Check::new("asset", url, outcome)
}

/// Whether viewers without the override get another release, while this one has no traffic.
pub(super) fn check_others(url: &Url, answer: &Answered, expected: &Expected) -> Check {
    let outcome =
        answer.as_ref().map_err(Clone::clone).and_then(|page| match release(&page.headers) {
            _ if expected.has_traffic => Ok(Verdict::Skipped),
            Some(said) if said == expected.release => {
                Err("viewers without the override get it too".into())
            }
            Some(_) => Ok(Verdict::Passed),
            None => Ok(Verdict::Skipped),
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
            " to `{to}`: the override is not accepted, or a redirect is before it"
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

/// A page under an override is kept nowhere, and leaves no trace in the browser.
fn private(page: &Page, cookie: &str) -> Result<Verdict, String> {
    let control = text(&page.headers, CACHE_CONTROL.as_str()).unwrap_or_default();
    if !control.contains("no-store") {
        return Err(format!("its `Cache-Control` is `{control}`: caches may keep it"));
    }
    let start = format!("{cookie}=");
    let set = page.headers.get_all(SET_COOKIE).iter();
    if set.filter_map(|value| value.to_str().ok()).any(|value| value.starts_with(&start)) {
        return Err(format!("it sets the cookie `{cookie}`"));
    }
    Ok(Verdict::Passed)
}

fn release(headers: &HeaderMap) -> Option<String> {
    let said = text(headers, RELEASE)?;
    said.split(';').next().map(|id| id.trim().to_owned())
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(ToOwned::to_owned)
}
