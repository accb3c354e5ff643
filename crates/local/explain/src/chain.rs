use std::sync::Arc;

use edge_config::Config;
use edge_event::{Config as EventConfig, Event, Origin, Outcome, Request, Response, Trigger};
use edge_routing::View;
use edge_time::{ManualClock, Timestamp};
use lambda_host::{Deps, Handled};
use plan_store::{MemoryStore, StoreError, StoreErrorKind};
use routing_core::{Kind, Rules, classify, origin_key, strip_pin};

use crate::difference::changes;
use crate::explanation::Ran;

/// The domain of an origin that only the distribution knows.
const CONFIGURED: &str = "(configured)";

/// The three functions, with one plan at one moment.
pub(crate) struct Chain<'c> {
    deps: Deps,
    rules: &'c Rules,
}

impl<'c> Chain<'c> {
    pub(crate) async fn new(plan: Option<&str>, config: &'c Config, now: Timestamp) -> Self {
        let store = MemoryStore::new(plan.unwrap_or_default());
        if plan.is_none() {
            store.fail(StoreError::new(StoreErrorKind::Missing, "there is no parameter"));
        }
        let deps = Deps::new(config.clone(), Arc::new(store), Arc::new(ManualClock::new(now)));
        deps.load().await;
        Self { deps, rules: &config.rules }
    }

    /// Runs the functions from the event's own on.
    pub(crate) async fn run(&self, event: Event) -> Vec<Ran> {
        let mut ran = Vec::new();
        let (config, mut next) = (event.config.clone(), Some(event));
        while let Some(event) = next {
            let Some((one, following)) = self.call(event).await else { break };
            ran.push(one);
            next = following.map(|event| of_the_same_request(event, &config));
        }
        ran
    }

    /// One function, and the event that CloudFront would make of its result on a cache miss.
    async fn call(&self, event: Event) -> Option<(Ran, Option<Event>)> {
        let before = event.clone();
        let trigger = event.trigger();
        let handled = match trigger {
            Trigger::ViewerRequest => viewer_request::handle(event, &self.deps).await,
            Trigger::OriginRequest => origin_request::handle(event, &self.deps).await,
            Trigger::OriginResponse => origin_response::handle(event, &self.deps).await,
            Trigger::ViewerResponse => return None,
        };
        let following = match &handled.outcome {
            Outcome::Request(request) => self.following(trigger, request),
            Outcome::Response(_) => None,
        };
        Some((ran(&before, handled), following))
    }

    fn following(&self, trigger: Trigger, request: &Request) -> Option<Event> {
        match trigger {
            Trigger::ViewerRequest => Some(Event::origin_request(self.sent_to_origin(request))),
            Trigger::OriginRequest => {
                Some(Event::origin_response(request.clone(), self.answer(request)))
            }
            Trigger::OriginResponse | Trigger::ViewerResponse => None,
        }
    }

    /// A request on its way to the origin that the distribution has for its path.
    fn sent_to_origin(&self, request: &Request) -> Request {
        let (path, _) = strip_pin(&request.uri);
        let origin = match origin_key(path, self.rules) {
            Some(_) => Origin::custom(CONFIGURED),
            None => Origin::s3(CONFIGURED),
        };
        let mut request = request.clone().origin(origin);
        request.headers.set("Host", CONFIGURED);
        request
    }

    /// What an origin would say, without a word about caching.
    fn answer(&self, request: &Request) -> Response {
        let view = View::whole(request);
        let content_type = match classify(&view.request(), self.rules) {
            Kind::Document => "text/html",
            Kind::Subresource => "application/octet-stream",
        };
        Response::status(200).header("Content-Type", content_type)
    }
}

/// All functions see one request id and one distribution.
fn of_the_same_request(event: Event, config: &EventConfig) -> Event {
    let event_type = event.config.event_type;
    Event { config: EventConfig { event_type, ..config.clone() }, ..event }
}

fn ran(event: &Event, Handled { outcome, note }: Handled) -> Ran {
    let (sent, changes) = changes(event, &outcome);
    let (trigger, release) = (event.trigger().as_str(), note.release);
    Ran { trigger, sent, release, reason: note.reason, warning: note.warning, changes }
}
