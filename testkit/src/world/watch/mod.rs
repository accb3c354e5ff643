mod in_force;
mod reading;
mod rule;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use cloudfront_sim::{Exchange, Step};
use edge_time::Timestamp;
use http::{HeaderMap, Request, Response};
use routing_core::Plan;

use super::browser::{Browser, Got, Who};
use super::page::{Page, Part};
use super::site::{Origins, SERVED_NUMBER, SERVED_RELEASE};
use crate::foreign::{differences, foreign_cookies};

pub(crate) use in_force::Lag;
pub use rule::{Breach, Rule};

use in_force::InForce;
use reading::{is_page_load, json, number, stamped, text};

/// Checks every response of a world, and notes the rules that it breaks.
pub struct Watch {
    origins: Origins,
    /// The release whose pages viewers may get without a plan.
    root: Option<String>,
    seen: Mutex<Seen>,
}

struct Seen {
    plans: InForce,
    /// For each answer under an override, its browser.
    overridden: BTreeMap<u64, u32>,
    breaches: Vec<Breach>,
    /// How often each rule was checked.
    looks: BTreeMap<Rule, u64>,
    /// How often a page of each release was loaded.
    pages: BTreeMap<String, u64>,
    responses: u64,
}

impl Watch {
    pub(crate) fn new(
        origins: Origins,
        lag: Lag,
        packaged: Option<Plan>,
        root: Option<String>,
    ) -> Self {
        let seen = Seen {
            plans: InForce::new(lag, packaged),
            overridden: BTreeMap::new(),
            breaches: Vec::new(),
            looks: BTreeMap::new(),
            pages: BTreeMap::new(),
            responses: 0,
        };
        Self { origins, root, seen: Mutex::new(seen) }
    }

    /// Takes the breaches so far. The test has to deal with them.
    #[must_use]
    pub fn take_breaches(&self) -> Vec<Breach> {
        std::mem::take(&mut self.seen().breaches)
    }

    /// How often a rule about a page's parts was checked.
    #[must_use]
    pub fn looks_at(&self, rule: Rule) -> u64 {
        self.seen().looks.get(&rule).copied().unwrap_or_default()
    }

    /// The number of plans that were written.
    #[must_use]
    pub fn plans(&self) -> usize {
        self.seen().plans.len()
    }

    /// How often a page of each release was loaded.
    #[must_use]
    pub fn pages(&self) -> BTreeMap<String, u64> {
        self.seen().pages.clone()
    }

    /// The number of CloudFront's responses.
    #[must_use]
    pub fn responses(&self) -> u64 {
        self.seen().responses
    }

    pub(crate) fn plan_written(&self, at: Timestamp, plan: Plan) {
        self.seen().plans.write(at, plan);
    }

    /// From now on a read of the plan may fail or come too late.
    pub(crate) fn blinded(&self) {
        self.seen().plans.blind();
    }

    /// From `at` on reads of the plan work again.
    pub(crate) fn sees_again(&self, at: Timestamp) {
        self.seen().plans.see_again(at);
    }

    /// Checks a response of CloudFront before the browser gets it.
    pub(crate) fn response(
        &self,
        who: &Who,
        request: &Request<Bytes>,
        response: &Response<Bytes>,
        exchange: &Exchange,
    ) {
        self.seen().responses += 1;
        let place = Place { who, exchange };
        self.no_error(place, response);
        for step in &exchange.steps {
            self.function(place, step);
        }
        self.cookie(place, response.headers());
        let preview = stamped(exchange, "x-bluegreen-preview");
        self.overrides(place, response, preview.is_some());
        // A page that a 304 confirms counts as a new page.
        let is_page = matches!(response.status().as_u16(), 200 | 304);
        if preview.is_none() && is_page && is_page_load(request) {
            self.weight(place, response);
        }
        self.reached_the_origin(place, request, response);
    }

    /// Checks a part that a page loaded.
    pub(crate) fn part_of(&self, page: &Page, part: Part, got: &Got) {
        let rule = match part {
            Part::App | Part::Lazy => Rule::AssetOfThePagesRelease,
            Part::Config | Part::Env => Rule::SameNameOfThePagesRelease,
        };
        self.belongs(rule, page, &page.address(part), got);
    }

    /// Checks a call that a page made.
    pub(crate) fn call_of(&self, page: &Page, url: &str, got: &Got) {
        self.belongs(Rule::CallOfThePagesRelease, page, url, got);
    }

    /// Checks that a service worker caches a page of its script's release.
    pub(crate) fn document_of_the_script(&self, release: &str, page: &Page) {
        let rule = Rule::AssetOfThePagesRelease;
        *self.seen().looks.entry(rule).or_default() += 1;
        if page.release != release && !self.seen().plans.withdraws(release) {
            let what = format!("a service worker of {release} caches a page of {}", page.release);
            self.breach(rule, what);
        }
    }

    /// Checks that a page's download left the release cookie alone.
    pub(crate) fn kept_cookie(&self, url: &str, before: Option<&str>, after: Option<&str>) {
        if before != after {
            let what = format!("{url} changed the cookie from {before:?} to {after:?}");
            self.breach(Rule::CookieNamesWhatWasServed, what);
        }
    }

    /// Checks the document of a page load that CloudFront answered.
    pub(crate) fn document_of(&self, browser: &Browser, got: &Got) {
        let Some(served) = got.release() else { return };
        *self.seen().pages.entry(served.to_owned()).or_default() += 1;
        let Some(cookie) = browser.cookie_release() else { return };
        let is_override = got.header("x-robots-tag") == Some("noindex");
        if got.status == 200 && served != cookie && !is_override {
            let what = format!("the cookie is {cookie}, the page is {served}");
            self.breach(Rule::CookieNamesWhatWasServed, what);
        }
    }

    /// Checks that a part of a page is of the page's release.
    ///
    /// There are two exceptions. A withdrawn release is never served, not even to its own pages. And the plain
    /// paths of a preview's page follow the override, which may have ended.
    fn belongs(&self, rule: Rule, page: &Page, url: &str, got: &Got) {
        *self.seen().looks.entry(rule).or_default() += 1;
        let is_withdrawn = self.seen().plans.withdraws(&page.release);
        let is_excused = is_withdrawn || (page.is_preview && !page.pins());
        if got.release() != Some(&page.release) && !is_excused {
            let found = got.release().unwrap_or("no release");
            let (page, status) = (&page.release, got.status);
            self.breach(rule, format!("a page of {page} got {url} from {found} ({status})"));
        }
    }

    fn no_error(&self, place: Place<'_>, response: &Response<Bytes>) {
        let is_the_origins = response.headers().contains_key(SERVED_NUMBER);
        if response.status().is_server_error() && !is_the_origins {
            self.breach(Rule::NoErrorOfOurs, format!("{place}: {}", response.status()));
        }
    }

    fn function(&self, place: Place<'_>, step: &Step) {
        let Step::Function { trigger, event, result, violations, .. } = step else { return };
        match result {
            Err(error) => self.breach(Rule::NoErrorOfOurs, format!("{place}: {trigger}: {error}")),
            Ok(result) => {
                for violation in violations {
                    self.breach(Rule::NoErrorOfOurs, format!("{place}: {trigger}: {violation}"));
                }
                let foreign = json(event).zip(json(result));
                let changed = foreign.map(|(event, result)| differences(*trigger, &event, &result));
                for pointer in changed.into_iter().flatten() {
                    let what = format!("{place}: {trigger} changed {pointer}");
                    self.breach(Rule::ForeignStaysUntouched, what);
                }
            }
        }
    }

    fn cookie(&self, place: Place<'_>, headers: &HeaderMap) {
        let Some(served) = text(headers, SERVED_RELEASE) else { return };
        for set in headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok()) {
            let named = set.strip_prefix("release=").and_then(|set| set.split(['.', ';']).next());
            if named.is_some_and(|named| named != served) {
                let what = format!("{place}: `{set}` came with a page of {served}");
                self.breach(Rule::CookieNamesWhatWasServed, what);
            }
        }
    }

    fn overrides(&self, place: Place<'_>, response: &Response<Bytes>, is_override: bool) {
        let Some(number) = number(response) else { return };
        let who = place.who.number;
        let owner = {
            let overridden = &mut self.seen().overridden;
            if is_override {
                overridden.entry(number).or_insert(who);
            }
            overridden.get(&number).copied()
        };
        if owner.is_some_and(|owner| owner != who || !is_override) {
            let what = format!("{place}: got what was made for an override");
            self.breach(Rule::OverridesAreNobodyElses, what);
        }
    }

    fn weight(&self, place: Place<'_>, response: &Response<Bytes>) {
        let Some(served) = text(response.headers(), SERVED_RELEASE) else { return };
        if self.root.as_deref() == Some(served) {
            return;
        }
        if !self.seen().plans.gives_weight(served, place.exchange.at) {
            let what = format!("{place}: a new page of {served}, which has no weight any more");
            self.breach(Rule::DocumentOfAWeightedRelease, what);
        }
    }

    /// Checks that a back end gets the headers, cookies and query that the viewer sent. The release cookie is
    /// ours.
    fn reached_the_origin(
        &self,
        place: Place<'_>,
        sent: &Request<Bytes>,
        response: &Response<Bytes>,
    ) {
        let asked = number(response).and_then(|number| self.origins.take(number));
        let Some(asked) = asked.filter(|_| sent.uri().path().starts_with("/api/")) else { return };
        let foreign =
            sent.headers().iter().filter(|(name, _)| name.as_str().starts_with("x-foreign"));
        for (name, value) in foreign {
            if asked.headers().get(name) != Some(value) {
                let what = format!("{place}: `{name}` did not reach the origin as it was sent");
                self.breach(Rule::ForeignStaysUntouched, what);
            }
        }
        let cookies = |request: &Request<Bytes>| {
            let header = text(request.headers(), "cookie").unwrap_or_default();
            let mut cookies = foreign_cookies(header);
            // CloudFront drops a cookie without a name.
            cookies.retain(|pair| !pair.starts_with('='));
            cookies.sort();
            cookies
        };
        let query = |request: &Request<Bytes>| request.uri().query().unwrap_or_default().to_owned();
        if query(sent) != query(&asked) || cookies(sent) != cookies(&asked) {
            let what =
                format!("{place}: query or cookies did not reach the origin as they were sent");
            self.breach(Rule::ForeignStaysUntouched, what);
        }
    }

    fn breach(&self, rule: Rule, what: String) {
        self.seen().breaches.push(Breach { rule, what });
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Describes a request in the text of a breach.
#[derive(Clone, Copy)]
struct Place<'a> {
    who: &'a Who,
    exchange: &'a Exchange,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Exchange { method, url, edge, .. } = self.exchange;
        write!(f, "browser {} at {}, {method} {url}", self.who.number, edge.0)
    }
}
