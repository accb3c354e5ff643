//! A scripted Parameter Store on loopback (AWS JSON 1.1).

use std::sync::{Arc, Mutex, MutexGuard};

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_ssm::config::{Credentials, SharedCredentialsProvider};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use plan_format::Parameter;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

pub(crate) const SECRET: &str = "wJalrXUtnFEMI";

pub(crate) fn parameter() -> Parameter {
    Parameter {
        name: "/shop/plan".into(),
        home_region: "us-east-1".into(),
        replica_regions: vec!["eu-west-1".into(), "ap-southeast-2".into()],
    }
}

/// A configuration for the SDK that takes nothing from this machine.
pub(crate) fn sdk(endpoint: &str) -> SdkConfig {
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET, None, None, "tests");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build()
}

#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// No fault: the parameter has this value.
    Text(String),
    /// The answer waits until the test releases it.
    Held(Arc<Notify>, String),
    /// One throttled read, then this value.
    ThrottledOnce(String),
    /// The parameter has no value.
    NoValue,
    /// An error with this code.
    Error(&'static str),
    /// No answer, ever.
    Silent,
    /// Nothing listens on the port.
    Refused,
}

#[derive(Default)]
struct Seen {
    regions: Vec<String>,
    parameter: String,
}

#[derive(Clone)]
struct Shared {
    fault: Arc<Mutex<Fault>>,
    seen: Arc<Mutex<Seen>>,
}

pub(crate) struct Server {
    address: std::net::SocketAddr,
    endpoint: String,
    shared: Shared,
    serving: Mutex<Option<JoinHandle<()>>>,
}

impl Server {
    pub(crate) async fn start(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let endpoint = format!("http://{address}");
        let shared = Shared { fault: Arc::new(Mutex::new(fault.clone())), seen: Arc::default() };
        let server = Self { address, endpoint, shared, serving: Mutex::new(None) };
        drop(listener);
        server.fault(fault).await;
        server
    }

    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Fails like this from now on, and closes open connections.
    pub(crate) async fn fault(&self, fault: Fault) {
        let running = lock(&self.serving).take();
        if let Some(running) = running {
            running.abort();
            let _ = running.await;
        }
        *lock(&self.shared.fault) = fault.clone();
        if !matches!(fault, Fault::Refused) {
            let listener = TcpListener::bind(self.address).await.unwrap();
            let app = Router::new().route("/", post(answer)).with_state(self.shared.clone());
            let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
            *lock(&self.serving) = Some(serving);
        }
    }

    pub(crate) fn reads(&self) -> usize {
        lock(&self.shared.seen).regions.len()
    }

    pub(crate) fn regions(&self) -> Vec<String> {
        lock(&self.shared.seen).regions.clone()
    }

    pub(crate) fn last_parameter(&self) -> String {
        lock(&self.shared.seen).parameter.clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

async fn answer(State(shared): State<Shared>, headers: HeaderMap, body: String) -> Response {
    note(&mut lock(&shared.seen), &headers, &body);
    let fault = lock(&shared.fault).clone();
    match fault {
        Fault::Text(text) => value(&text),
        Fault::Held(release, text) => {
            release.notified().await;
            value(&text)
        }
        Fault::ThrottledOnce(text) => {
            *lock(&shared.fault) = Fault::Text(text);
            error("ThrottlingException")
        }
        Fault::NoValue => {
            respond(StatusCode::OK, &json!({ "Parameter": { "Name": "/shop/plan" } }))
        }
        Fault::Error(code) => error(code),
        Fault::Silent | Fault::Refused => std::future::pending().await,
    }
}

/// Notes the Region that the request is signed for, and its parameter.
fn note(seen: &mut Seen, headers: &HeaderMap, body: &str) {
    assert_eq!(headers["x-amz-target"], "AmazonSSM.GetParameter");
    let signed_for = headers["authorization"].to_str().unwrap();
    let region = signed_for.split('/').nth(2).unwrap();
    seen.regions.push(region.to_owned());
    let request: Value = serde_json::from_str(body).unwrap();
    seen.parameter = request.get("Name").and_then(Value::as_str).unwrap().to_owned();
}

fn value(text: &str) -> Response {
    let parameter = json!({ "Name": "/shop/plan", "Type": "String", "Value": text, "Version": 1 });
    respond(StatusCode::OK, &json!({ "Parameter": parameter }))
}

fn error(code: &str) -> Response {
    respond(StatusCode::BAD_REQUEST, &json!({ "__type": code, "message": "scripted" }))
}

fn respond(status: StatusCode, body: &Value) -> Response {
    (status, [("content-type", "application/x-amz-json-1.1")], body.to_string()).into_response()
}
