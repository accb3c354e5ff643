//! A small distribution whose origins and functions are closures.

mod closures;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cloudfront_sim::{
    Behavior, CachePolicy, CloudFront, Distribution, EdgeLocation, Exchange, FunctionError,
    Methods, Names, Network, ObjectSummary, OriginRequestPolicy, OriginSettings,
    ResponseHeadersPolicy, Step,
};
use edge_event::{Event, Origin, Outcome, Trigger};
use edge_time::{ManualClock, Timestamp};
use futures_util::future::BoxFuture;
use http::{Request, Response};

pub(crate) use closures::{Answer, Host};
use closures::{Asked, Closure, Server};

/// The address of every viewer.
pub(crate) const VIEWER: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 178));
/// The domain name of the default origin.
pub(crate) const ORIGIN: &str = "origin.example.com";
const DAY: Duration = Duration::from_secs(86_400);

/// A change of the default behavior.
pub(crate) type Change = fn(&mut Behavior);

/// The headers of a request or a response in a table.
pub(crate) type Fields<'a> = &'a [(&'a str, &'a str)];

/// Builds a distribution.
pub(crate) struct Site {
    pub(crate) distribution: Distribution,
    network: Network,
    functions: BTreeMap<Trigger, Arc<Closure>>,
    asked: Arc<Asked>,
}

/// A running distribution.
pub(crate) struct Running {
    pub(crate) cloudfront: CloudFront,
    pub(crate) clock: Arc<ManualClock>,
    asked: Arc<Asked>,
    functions: BTreeMap<Trigger, Arc<Closure>>,
}

/// A response with its exchange.
pub(crate) struct Seen {
    pub(crate) response: Response<Bytes>,
    pub(crate) exchange: Exchange,
}

impl Site {
    /// One custom origin that answers `hello` without `Cache-Control`. No functions. The cache key has only the
    /// path, and the TTL is a day.
    pub(crate) fn new() -> Self {
        let site = Self {
            distribution: distribution(),
            network: Network::default(),
            functions: BTreeMap::new(),
            asked: Arc::default(),
        };
        site.origin(ORIGIN, |_| Ok(Response::new("hello".into())))
    }

    /// Lets a closure answer for a domain name.
    pub(crate) fn origin(
        self,
        domain: &str,
        answer: impl Fn(Request<Bytes>) -> Answer + Send + Sync + 'static,
    ) -> Self {
        self.slow_origin(domain, move |request| {
            let answered = answer(request);
            Box::pin(async move { answered })
        })
    }

    /// Lets an async closure answer for a domain name.
    pub(crate) fn slow_origin(
        self,
        domain: &str,
        answer: impl Fn(Request<Bytes>) -> BoxFuture<'static, Answer> + Send + Sync + 'static,
    ) -> Self {
        let server = Server::new(domain, answer, Arc::clone(&self.asked));
        self.network.add(domain, Arc::new(server));
        self
    }

    /// Associates a closure with a trigger of the default behavior.
    pub(crate) fn function(
        self,
        trigger: Trigger,
        handle: impl Fn(Event) -> Outcome + Send + Sync + 'static,
    ) -> Self {
        self.raw_function(trigger, move |event| {
            Ok(serde_json::to_vec(&handle(event)).expect("an outcome is JSON").into())
        })
    }

    /// Associates a closure that may fail or return an invalid result.
    pub(crate) fn raw_function(
        mut self,
        trigger: Trigger,
        handle: impl Fn(Event) -> Result<Bytes, FunctionError> + Send + Sync + 'static,
    ) -> Self {
        self.functions.insert(trigger, Arc::new(Closure::new(handle)));
        self.distribution.default_behavior.triggers.push(trigger);
        self
    }

    /// Changes the default behavior.
    pub(crate) fn behavior(mut self, change: impl FnOnce(&mut Behavior)) -> Self {
        change(&mut self.distribution.default_behavior);
        self
    }

    /// Changes the distribution.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Distribution)) -> Self {
        change(&mut self.distribution);
        self
    }

    /// Starts the distribution.
    pub(crate) fn start(self) -> Running {
        self.start_at(Arc::new(ManualClock::new(Timestamp(1_763_800_000_000))))
    }

    /// Starts the distribution with a clock that an origin or a function can move.
    pub(crate) fn start_at(self, clock: Arc<ManualClock>) -> Running {
        let host = Arc::new(Host(self.functions.clone()));
        let cloudfront = CloudFront::new(self.distribution, self.network, host, clock.clone());
        Running {
            cloudfront: cloudfront.expect("the distribution is sound"),
            clock,
            asked: self.asked,
            functions: self.functions,
        }
    }
}

impl Running {
    /// Sends a request to the first edge location.
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Seen {
        self.send_to("FRA50", request).await
    }

    /// Sends a request to an edge location.
    pub(crate) async fn send_to(&self, edge: &str, request: Request<Bytes>) -> Seen {
        let (response, exchange) =
            self.cloudfront.send(&EdgeLocation(edge.into()), VIEWER, request).await;
        Seen { response, exchange }
    }

    /// Sends a GET.
    pub(crate) async fn get(&self, url: &str) -> Seen {
        self.send(get(url)).await
    }

    /// The requests that reached origins, each with the origin's domain name.
    pub(crate) fn asked(&self) -> Vec<(String, Request<Bytes>)> {
        self.asked.lock().expect("no test panics while it holds the lock").clone()
    }

    /// The events that the function of a trigger got.
    pub(crate) fn events(&self, trigger: Trigger) -> Vec<Event> {
        let function = self.functions.get(&trigger).expect("the trigger has a function");
        function.events()
    }

    /// The objects in the cache of the first edge location.
    pub(crate) fn objects(&self) -> Vec<ObjectSummary> {
        self.cloudfront.objects(&EdgeLocation("FRA50".into()))
    }

    /// Advances the clock by seconds.
    pub(crate) fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

impl Seen {
    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// A header of the response; empty if it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).map_or("", |value| value.to_str().expect("it is ASCII"))
    }

    /// The word in `X-Cache`.
    pub(crate) fn x_cache(&self) -> &str {
        self.header("x-cache").strip_suffix(" from cloudfront").expect("X-Cache says it so")
    }

    /// The body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(self.response.body()).expect("the body is text")
    }
}

/// A step in a word or two.
pub(crate) fn word(step: &Step) -> String {
    match step {
        Step::Function { trigger, .. } => trigger.to_string(),
        Step::Lookup { result, .. } => format!("lookup {result}"),
        Step::Origin { status: Ok(status), .. } => format!("origin {status}"),
        Step::Origin { status: Err(_), .. } => "origin without an answer".into(),
        Step::Kept { seconds } => format!("kept {seconds}"),
    }
}

/// A GET with only the header `Host`.
pub(crate) fn get(url: &str) -> Request<Bytes> {
    request("GET", url, &[])
}

/// A request with headers.
pub(crate) fn request(method: &str, url: &str, headers: Fields<'_>) -> Request<Bytes> {
    let host = [("host", "shop.example.com")];
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in host.iter().chain(headers) {
        request = request.header(*name, *value);
    }
    request.body(Bytes::new()).expect("the request is sound")
}

/// A response with headers.
pub(crate) fn response(status: u16, headers: Fields<'_>, body: &'static str) -> Response<Bytes> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into()).expect("the response is sound")
}

/// Names as a policy lists them.
pub(crate) fn only(names: &[&str]) -> Names {
    Names::Only(names.iter().map(ToString::to_string).collect())
}

fn distribution() -> Distribution {
    Distribution {
        id: "EDFDVBD6EXAMPLE".into(),
        domain_name: "d111111abcdef8.cloudfront.net".into(),
        edges: ["FRA50", "IAD89"].map(|name| EdgeLocation(name.into())).into(),
        origins: BTreeMap::from([(
            "main".into(),
            OriginSettings { origin: Origin::custom(ORIGIN) },
        )]),
        groups: BTreeMap::new(),
        behaviors: Vec::new(),
        default_behavior: Behavior {
            target: "main".into(),
            cache_policy: CachePolicy {
                default_ttl: DAY,
                max_ttl: 365 * DAY,
                ..CachePolicy::default()
            },
            origin_request_policy: OriginRequestPolicy::default(),
            triggers: Vec::new(),
            methods: Methods::All,
            cache_options: false,
            response_headers: ResponseHeadersPolicy::default(),
        },
        error_ttls: BTreeMap::new(),
        error_pages: BTreeMap::new(),
        root_object: None,
    }
}
