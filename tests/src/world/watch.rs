use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use cloudfront_sim::{Exchange, Step};
use edge_event::Trigger;
use http::{HeaderMap, Request, Response};
use plan_store::Refresh;
use routing_core::{Plan, Timestamp};
use serde_json::Value;

use super::browser::{Browser, Got, Who};
use super::page::{Page, Part};
use super::site::{Origins, SERVED_NUMBER, SERVED_RELEASE};
use crate::foreign::differences;

/// What must hold after every response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A page's assets come from the page's release.
    AssetOfThePagesRelease,
    /// So do those that have the same name in every release, and no hash in it.
    SameNameOfThePagesRelease,
    /// A page's calls reach the page's release.
    CallOfThePagesRelease,
    /// The release cookie names the release that was served.
    CookieNamesWhatWasServed,
    /// Once every edge location has read the plan, no new document comes from a release without weight.
    DocumentOfAWeightedRelease,
    /// No response under an override reaches anybody else.
    OverridesAreNobodyElses,
    /// No error comes from the functions.
    NoErrorOfOurs,
    /// Whatever a request or response has that is not ours stays as it is.
    ForeignStaysUntouched,
}

/// A rule that did not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The rule.
    pub rule: Rule,
    /// What happened.
    pub what: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.rule, self.what)
    }
}

/// What a world's changes say of the time that edge locations may lag behind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lag {
    /// How fresh the functions keep the plan.
    pub(crate) refresh: Refresh,
    /// How long after the end of a fault a refresh may still wait.
    pub(crate) recovery: Duration,
    /// How long a document is kept under a key that does not have the release.
    pub(crate) kept: Duration,
    /// How far clocks are apart, in milliseconds.
    pub(crate) skew: i64,
}

/// Looks at every response of a world, and notes which rules it breaks.
pub struct Watch {
    origins: Origins,
    lag: Lag,
    packaged: Option<Plan>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// The plans, each with when it was written.
    plans: Vec<(Timestamp, Plan)>,
    /// Until when it may show that the plan could not be read.
    blind_until: Option<Timestamp>,
    /// The browser that each answer under an override is for.
    overridden: BTreeMap<u64, u32>,
    breaches: Vec<Breach>,
    /// How often each rule was looked at.
    looks: BTreeMap<Rule, u64>,
    /// How often a page of each release was loaded.
    pages: BTreeMap<String, u64>,
    responses: u64,
}

impl Watch {
    pub(crate) fn new(origins: Origins, lag: Lag, packaged: Option<Plan>) -> Self {
        Self { origins, lag, packaged, seen: Mutex::default() }
    }

    /// The rules that were broken until now; they count as dealt with.
    #[must_use]
    pub fn take_breaches(&self) -> Vec<Breach> {
        std::mem::take(&mut self.seen().breaches)
    }

    /// How often a rule about a page's own parts was looked at.
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

    /// The number of responses that CloudFront gave.
    #[must_use]
    pub fn responses(&self) -> u64 {
        self.seen().responses
    }

    pub(crate) fn plan_written(&self, at: Timestamp, plan: Plan) {
        self.seen().plans.push((at, plan));
    }

    /// From now on the plan cannot be read, or no longer surely in time.
    pub(crate) fn blinded(&self) {
        self.seen().blind_until = Some(Timestamp(i64::MAX));
    }

    /// From `at` on the plan can be read again.
    pub(crate) fn sees_again(&self, at: Timestamp) {
        let recovered = later(at, self.lag.recovery);
        let mut seen = self.seen();
        seen.blind_until = seen.blind_until.map(|until| until.min(recovered));
    }

    /// A response of CloudFront, as the network saw it.
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
        // A page that is confirmed as unchanged counts as a new one.
        let is_page = matches!(response.status().as_u16(), 200 | 304);
        if preview.is_none() && is_page && is_page_load(request) {
            self.weight(place, response);
        }
        self.reached_the_origin(place, request, response);
    }

    /// A part that a page loaded.
    pub(crate) fn part_of(&self, page: &Page, part: Part, got: &Got) {
        let rule = match part {
            Part::App | Part::Lazy => Rule::AssetOfThePagesRelease,
            Part::Config => Rule::SameNameOfThePagesRelease,
        };
        self.belongs(rule, page, &page.address(part), got);
    }

    /// A call that a page made.
    pub(crate) fn call_of(&self, page: &Page, url: &str, got: &Got) {
        self.belongs(Rule::CallOfThePagesRelease, page, url, got);
    }

    /// A document that a browser got from CloudFront at the end of a page load.
    pub(crate) fn document_of(&self, browser: &Browser, got: &Got) {
        let Some(served) = got.release() else { return };
        *self.seen().pages.entry(served.to_owned()).or_default() += 1;
        let Some(cookie) = browser.cookie_release() else { return };
        let is_override = got.header("x-robots-tag") == Some("noindex");
        if got.status == 200
            && served != cookie
            && !is_override
            && got.header("set-cookie").is_some()
        {
            let what = format!("the cookie is {cookie}, the page is {served}");
            self.breach(Rule::CookieNamesWhatWasServed, what);
        }
    }

    /// A withdrawn release is never served, not even to its own pages; and what a preview's page loads by
    /// plain paths follows the override, which may have ended.
    fn belongs(&self, rule: Rule, page: &Page, url: &str, got: &Got) {
        *self.seen().looks.entry(rule).or_default() += 1;
        let is_withdrawn =
            self.seen().plans.iter().any(|(_, plan)| plan.is_withdrawn(&page.release));
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
        if !self.has_weight(served, place.exchange.at) {
            let what = format!("{place}: a new page of {served}, which has no weight any more");
            self.breach(Rule::DocumentOfAWeightedRelease, what);
        }
    }

    /// Whether some plan that an edge location may still go by gives `release` weight now.
    ///
    /// While the plan cannot be read, that is any plan: the location may have slept since it was written.
    fn has_weight(&self, release: &str, now: Timestamp) -> bool {
        let Lag { refresh, kept, skew, .. } = self.lag;
        let seen = self.seen();
        let is_blind = seen.blind_until.is_some_and(|until| now < until);
        let since = earlier(earlier(now, refresh.hard_ttl), kept);
        let last_known = seen.plans.iter().rposition(|(written, _)| *written <= since);
        let first = last_known.filter(|_| !is_blind).unwrap_or(0);
        let written = seen.plans.iter().skip(first).map(|(_, plan)| plan);
        let packaged = self.packaged.as_ref().filter(|_| is_blind);
        // A request may wait for the plan, and is decided by the time after that.
        let waited = later(now, refresh.limit());
        let skewed = |by| Timestamp(now.0.saturating_add(by));
        let moments = [now, waited, skewed(skew), skewed(-skew), earlier(now, kept)];
        written.chain(packaged).any(|plan| moments.iter().any(|at| weighs(plan, release, *at)))
    }

    /// A back end gets all that the viewer sent: headers, cookies and query.
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
            let mut cookies: Vec<String> = text(request.headers(), "cookie")
                .unwrap_or_default()
                .split("; ")
                .map(str::to_owned)
                .collect();
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

/// Who asked what, for people.
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

fn weighs(plan: &Plan, release: &str, at: Timestamp) -> bool {
    let index = plan.releases().iter().position(|known| known.id.as_str() == release);
    index.is_some_and(|index| plan.stage_at(at).1.weight_of(index) > 0)
}

/// A header that viewer-request left on the request.
fn stamped(exchange: &Exchange, name: &str) -> Option<String> {
    let result = exchange.steps.iter().find_map(|step| match step {
        Step::Function { trigger: Trigger::ViewerRequest, result: Ok(result), .. } => json(result),
        Step::Function { .. } | Step::Lookup { .. } | Step::Origin { .. } | Step::Kept { .. } => {
            None
        }
    })?;
    let value = result.pointer(&format!("/headers/{name}/0/value"))?;
    value.as_str().map(str::to_owned)
}

fn is_page_load(request: &Request<Bytes>) -> bool {
    let is = |name, value| text(request.headers(), name) == Some(value);
    request.method() == "GET"
        && is("sec-fetch-mode", "navigate")
        && is("sec-fetch-dest", "document")
        && !request.headers().contains_key("sec-purpose")
}

fn number(response: &Response<Bytes>) -> Option<u64> {
    text(response.headers(), SERVED_NUMBER)?.parse().ok()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn json(bytes: &Bytes) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

fn later(Timestamp(at): Timestamp, by: Duration) -> Timestamp {
    Timestamp(at.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
}

fn earlier(Timestamp(at): Timestamp, by: Duration) -> Timestamp {
    Timestamp(at.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
}
