//! Origins and functions made from closures. They record their requests and events.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use cloudfront_sim::{
    EdgeLocation, Function, FunctionError, FunctionHost, Invocation, OriginError, OriginServer,
    Served,
};
use edge_event::{Event, Origin, Trigger};
use futures_util::future::BoxFuture;
use http::{Request, Response};

/// The result of an origin's closure.
pub(crate) type Answer = Result<Response<Bytes>, OriginError>;

/// The requests that reached origins, each with the origin's domain name.
pub(crate) type Asked = Mutex<Vec<(String, Request<Bytes>)>>;

/// An origin.
pub(crate) struct Server {
    domain: String,
    answer: Box<dyn Fn(Request<Bytes>) -> BoxFuture<'static, Answer> + Send + Sync>,
    asked: Arc<Asked>,
}

impl Server {
    pub(crate) fn new(
        domain: &str,
        answer: impl Fn(Request<Bytes>) -> BoxFuture<'static, Answer> + Send + Sync + 'static,
        asked: Arc<Asked>,
    ) -> Self {
        Self { domain: domain.into(), answer: Box::new(answer), asked }
    }
}

impl OriginServer for Server {
    fn serve<'a>(&'a self, request: Request<Bytes>, _: &'a Origin) -> Served<'a> {
        let mut asked = self.asked.lock().expect("no test panics while it holds the lock");
        asked.push((self.domain.clone(), request.clone()));
        (self.answer)(request)
    }
}

type Handle = dyn Fn(Event) -> Result<Bytes, FunctionError> + Send + Sync;

/// A function.
pub(crate) struct Closure {
    handle: Box<Handle>,
    events: Mutex<Vec<Event>>,
}

impl Closure {
    pub(crate) fn new(
        handle: impl Fn(Event) -> Result<Bytes, FunctionError> + Send + Sync + 'static,
    ) -> Self {
        Self { handle: Box::new(handle), events: Mutex::default() }
    }

    /// The events that the function got.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.events.lock().expect("no test panics while it holds the lock").clone()
    }
}

impl Function for Closure {
    fn invoke(&self, event: Bytes) -> Invocation<'_> {
        let event = Event::from_slice(&event).expect("CloudFront's events are events");
        let mut events = self.events.lock().expect("no test panics while it holds the lock");
        events.push(event.clone());
        let result = (self.handle)(event);
        Box::pin(async move { result })
    }
}

/// The functions. All edge locations share them.
#[derive(Default)]
pub(crate) struct Host(pub(crate) BTreeMap<Trigger, Arc<Closure>>);

impl FunctionHost for Host {
    fn function(&self, _: &EdgeLocation, trigger: Trigger) -> Option<Arc<dyn Function>> {
        self.0.get(&trigger).map(|closure| Arc::clone(closure) as Arc<dyn Function>)
    }
}
