//! A proxy before the account that counts calls by their action, and does with one of them what goes wrong on AWS.

use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

/// More than enough until a command makes a call.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Every call of this action is refused.
    Refuse(String),
    /// The call is carried out, and its answer is lost.
    Lose(Call),
    /// The call is carried out, and never answered.
    Hang(Call),
}

/// A call by its action, and how many calls of this action came before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) action: String,
    pub(crate) earlier: usize,
}

struct Shared {
    upstream: String,
    client: reqwest::Client,
    state: Mutex<Seen>,
    changed: Condvar,
}

#[derive(Default)]
struct Seen {
    calls: Vec<Call>,
    fault: Option<Fault>,
    is_hanging: bool,
}

/// The proxy. Its thread ends with the process.
pub(crate) struct Gateway {
    pub(crate) endpoint: String,
    shared: Arc<Shared>,
}

impl Gateway {
    pub(crate) fn start(upstream: &str) -> Self {
        // Only the first gateway of the process can install it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let shared = Arc::new(Shared {
            upstream: upstream.into(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                axum::serve(TcpListener::from_std(listener).unwrap(), router).await.unwrap();
            });
        });
        Self { endpoint, shared }
    }

    /// Begins a new count, with this fault.
    pub(crate) fn reset(&self, fault: Option<Fault>) {
        *self.shared.state.lock().unwrap() = Seen { fault, ..Seen::default() };
    }

    /// The calls since the last reset, in their order.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.shared.state.lock().unwrap().calls.clone()
    }

    /// Waits until a call hangs.
    pub(crate) fn until_hanging(&self) {
        let state = self.shared.state.lock().unwrap();
        let is_moving = |seen: &mut Seen| !seen.is_hanging;
        let (seen, _) =
            self.shared.changed.wait_timeout_while(state, LONGEST_WAIT, is_moving).unwrap();
        assert!(seen.is_hanging, "the call did not come: {:?}", seen.calls);
    }
}

async fn pass(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let action = action(&method, &uri, &headers, &body);
    let (call, fault) = {
        let mut seen = shared.state.lock().unwrap();
        let earlier = seen.calls.iter().filter(|call| call.action == action).count();
        let call = Call { action, earlier };
        seen.calls.push(call.clone());
        (call, seen.fault.clone())
    };
    if fault == Some(Fault::Refuse(call.action.clone())) {
        return refused(&call.action);
    }
    let answer = forward(&shared, method, &uri, headers, body).await;
    if fault == Some(Fault::Lose(call.clone())) {
        let cut = std::io::Error::other("cut");
        let nothing = futures_util::stream::once(async { Err::<Bytes, _>(cut) });
        return ([("content-length", "100000")], Body::from_stream(nothing)).into_response();
    }
    if fault == Some(Fault::Hang(call)) {
        shared.state.lock().unwrap().is_hanging = true;
        shared.changed.notify_all();
        std::future::pending::<()>().await;
    }
    answer
}

async fn forward(
    shared: &Shared,
    method: Method,
    uri: &Uri,
    mut headers: HeaderMap,
    body: Bytes,
) -> Response {
    headers.remove("host");
    headers.remove("content-length");
    let url = format!("{}{}", shared.upstream, uri);
    let sent = shared.client.request(method, url).headers(headers).body(body).send().await;
    let Ok(answer) = sent else { return StatusCode::BAD_GATEWAY.into_response() };
    let (status, mut headers) = (answer.status(), answer.headers().clone());
    headers.remove("transfer-encoding");
    headers.remove("content-length");
    (status, headers, answer.bytes().await.unwrap_or_default()).into_response()
}

/// The answer to a call without the right for it, in a format that the SDKs of all services read.
fn refused(action: &str) -> Response {
    let xml = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to \
         perform: {action}</Message></Error></ErrorResponse>"
    );
    let json = format!(
        "{{\"__type\":\"AccessDeniedException\",\"message\":\"not authorized to perform: {action}\"}}"
    );
    let is_json = ["ssm:", "logs:", "kms:", "lambda:", "pricingplanmanager:"];
    if is_json.iter().any(|service| action.starts_with(service)) {
        let code = [("x-amzn-errortype", "AccessDeniedException")];
        (StatusCode::FORBIDDEN, code, json).into_response()
    } else {
        (StatusCode::FORBIDDEN, [("content-type", "text/xml")], xml).into_response()
    }
}

/// The action of a call: `cloudfront:UpdateDistribution`.
fn action(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> String {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let credential = header("authorization").and_then(|text| text.split('/').nth(3));
    let service = credential.unwrap_or("unknown");
    let body = String::from_utf8_lossy(body);
    let form = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
    let target = header("x-amz-target").and_then(|target| target.split('.').next_back());
    let path: Vec<&str> = uri.path().split('/').filter(|part| !part.is_empty()).collect();
    let name = match (form.or(target), method.as_str(), path.as_slice()) {
        (Some(name), _, _) => name.to_owned(),
        (None, "GET", ["2020-05-31", "distribution", _, "config"]) => {
            "GetDistributionConfig".into()
        }
        (None, "PUT", ["2020-05-31", "distribution", _, "config"]) => "UpdateDistribution".into(),
        (None, "GET", ["2020-05-31", "distribution", _]) => "GetDistribution".into(),
        (None, method, [_, kind, ..]) => format!("{method} {kind}"),
        (None, method, _) => format!("{method} {}", uri.query().unwrap_or_default()),
    };
    format!("{service}:{name}")
}
