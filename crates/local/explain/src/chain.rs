use std::sync::Arc;

use edge_config::Config;
use edge_event::{Config as EventConfig, Event, Origin, Outcome, Request, Response, Trigger};
use edge_time::{ManualClock, Timestamp};
use lambda_host::{Deps, Handled};
use plan_store::{MemoryStore, StoreError, StoreErrorKind};
use routing_core::{Kind, route, strip_pin};

use crate::difference::changes;
use crate::explanation::FunctionRun;

/// Stands for an origin's domain name, which only the distribution's configuration has.
const CONFIGURED: &str = "(configured)";

/// The three functions, with one plan at one time.
pub(crate) struct Chain<'c> {
    deps: Deps,
    config: &'c Config,
    kind: Kind,
}

impl<'c> Chain<'c> {
    /// `kind` decides what the made-up origin answers.
    pub(crate) async fn new(
        plan: Option<&str>,
        config: &'c Config,
        now: Timestamp,
        kind: Kind,
    ) -> Self {
        let store = MemoryStore::new(plan.unwrap_or_default());
        if plan.is_none() {
            store.fail(StoreError::new(StoreErrorKind::Missing, "there is no parameter"));
        }
        let deps = Deps::new(config.clone(), Arc::new(store), Arc::new(ManualClock::new(now)));
        deps.load().await;
        Self { deps, config, kind }
    }

    /// Runs the function of the event's trigger, then those that follow it.
    pub(crate) async fn run(&self, event: Event) -> Vec<FunctionRun> {
        let mut ran = Vec::new();
        let (config, mut next) = (event.config.clone(), Some(event));
        while let Some(event) = next {
            let Some((run, next_event)) = self.call(event).await else { break };
            ran.push(run);
            next = next_event.map(|event| of_the_same_request(event, &config));
        }
        ran
    }

    /// Runs one function. Also returns the event that CloudFront would send to the next one on a cache miss.
    async fn call(&self, event: Event) -> Option<(FunctionRun, Option<Event>)> {
        let before = event.clone();
        let trigger = event.trigger();
        let handled = match trigger {
            Trigger::ViewerRequest => viewer_request::handle(event, &self.deps).await,
            Trigger::OriginRequest => origin_request::handle(event, &self.deps).await,
            Trigger::OriginResponse => origin_response::handle(event, &self.deps).await,
            Trigger::ViewerResponse => return None,
        };
        let next_event = match &handled.outcome {
            Outcome::Request(request) => self.next_event(trigger, request),
            Outcome::Response(_) => None,
        };
        Some((ran(&before, handled), next_event))
    }

    fn next_event(&self, trigger: Trigger, request: &Request) -> Option<Event> {
        match trigger {
            Trigger::ViewerRequest => Some(Event::origin_request(self.sent_to_origin(request))),
            Trigger::OriginRequest => Some(Event::origin_response(request.clone(), self.answer())),
            Trigger::OriginResponse | Trigger::ViewerResponse => None,
        }
    }

    /// The request with the origin that the distribution has for its path.
    fn sent_to_origin(&self, request: &Request) -> Request {
        let (path, _) = strip_pin(&request.uri);
        let origin = match route(path, &self.config.rules) {
            Some(_) => Origin::custom(CONFIGURED),
            None => Origin::s3(CONFIGURED),
        };
        let mut request = request.clone().origin(origin);
        request.headers.set("Host", CONFIGURED);
        request
    }

    /// A made-up response of the origin, without `Cache-Control`.
    fn answer(&self) -> Response {
        let content_type = match self.kind {
            Kind::Document => "text/html",
            Kind::Subresource => "application/octet-stream",
        };
        Response::status(200).header("Content-Type", content_type)
    }
}

/// Gives the event the request id and the distribution of the first one.
fn of_the_same_request(mut event: Event, config: &EventConfig) -> Event {
    let event_type = event.config.event_type;
    event.config = config.clone();
    event.config.event_type = event_type;
    event
}

fn ran(event: &Event, Handled { outcome, note }: Handled) -> FunctionRun {
    let (sent, changes) = changes(event, &outcome);
    let (trigger, release) = (event.trigger().as_str(), note.release);
    FunctionRun { trigger, sent, release, reason: note.reason, warning: note.warning, changes }
}
