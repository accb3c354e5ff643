use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use bytes::Bytes;
use edge_time::{Clock, SystemClock};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::unhandled::Unhandled;

/// The largest result that Lambda accepts, in bytes (page `gettingstarted-limits` of Lambda's guide).
const MAX_RESULT: usize = 6_291_556;

/// A Lambda Runtime API on loopback, for one process (page `runtimes-api` of Lambda's guide).
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    calls: mpsc::Receiver<Call>,
    /// Ends on drop.
    _server: JoinSet<()>,
}

/// A call of the process.
#[derive(Debug)]
pub(crate) enum Call {
    /// The process waits for an event on this channel.
    Next(oneshot::Sender<InvocationEvent>),
    /// The result for the event.
    Result(Bytes),
    /// The init or the event failed.
    Error(Unhandled),
}

/// The response of `next`.
#[derive(Debug)]
pub(crate) struct InvocationEvent {
    pub(crate) request_id: Uuid,
    pub(crate) function_arn: String,
    pub(crate) timeout: Duration,
    pub(crate) payload: Bytes,
}

impl RuntimeApi {
    /// Binds a free loopback port.
    pub(crate) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (sender, calls) = mpsc::channel(1);
        let router = router(ApiState { calls: sender, current: Arc::default() });
        // Without TCP_NODELAY an answer can wait 40 ms for a delayed acknowledgement.
        let listener = listener.tap_io(|connection| drop(connection.set_nodelay(true)));
        let mut server = JoinSet::new();
        server.spawn(async move {
            // The server runs until the task is aborted.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, calls, _server: server })
    }

    /// The value of `AWS_LAMBDA_RUNTIME_API`.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The next call of the process. Once the server has ended, this waits forever.
    pub(crate) async fn call(&mut self) -> Call {
        match self.calls.recv().await {
            Some(call) => call,
            None => std::future::pending().await,
        }
    }
}

/// The state of the HTTP handlers.
#[derive(Debug, Clone)]
struct ApiState {
    calls: mpsc::Sender<Call>,
    /// The request id of the event that the process handles now.
    current: Arc<Mutex<Option<Uuid>>>,
}

impl ApiState {
    fn current(&self) -> MutexGuard<'_, Option<Uuid>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Accepts the answer to the event `id`, if that is the current one.
    async fn answer(&self, id: &str, call: Call) -> Response {
        let answered = self.current().take_if(|current| current.to_string() == id);
        match answered {
            Some(_) => self.send(call).await,
            None => refuse(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID"),
        }
    }

    async fn send(&self, call: Call) -> Response {
        match self.calls.send(call).await {
            Ok(()) => (StatusCode::ACCEPTED, Json(json!({ "status": "OK" }))).into_response(),
            Err(_) => gone(),
        }
    }
}

fn router(state: ApiState) -> Router {
    let api = Router::new()
        .route("/init/error", post(init_error))
        .route("/invocation/next", get(next))
        .route("/invocation/{id}/response", post(response))
        .route("/invocation/{id}/error", post(error))
        // Read a body that is too large to its end, so that the connection can be reused.
        .layer(DefaultBodyLimit::disable())
        .with_state(state);
    Router::new().nest("/2018-06-01/runtime", api)
}

async fn init_error(State(state): State<ApiState>, document: Bytes) -> Response {
    state.send(Call::Error(Unhandled::read(&document))).await
}

async fn next(State(state): State<ApiState>) -> Response {
    let (sender, event) = oneshot::channel();
    if state.calls.send(Call::Next(sender)).await.is_err() {
        return gone();
    }
    let Ok(event) = event.await else { return gone() };
    *state.current() = Some(event.request_id);
    event.into_response()
}

async fn response(
    State(state): State<ApiState>,
    Path(id): Path<String>,
    result: Bytes,
) -> Response {
    if result.len() > MAX_RESULT {
        state.answer(&id, Call::Error(too_large())).await;
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", "Too large");
    }
    state.answer(&id, Call::Result(result)).await
}

async fn error(State(state): State<ApiState>, Path(id): Path<String>, document: Bytes) -> Response {
    state.answer(&id, Call::Error(Unhandled::read(&document))).await
}

impl IntoResponse for InvocationEvent {
    fn into_response(self) -> Response {
        let deadline = i128::from(SystemClock.now().0) + self.timeout.as_millis().cast_signed();
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("lambda-runtime-aws-request-id", self.request_id.to_string()),
            ("lambda-runtime-deadline-ms", deadline.to_string()),
            ("lambda-runtime-invoked-function-arn", self.function_arn),
        ];
        (headers, self.payload).into_response()
    }
}

fn too_large() -> Unhandled {
    Unhandled {
        error_type: "Function.ResponseSizeTooLarge".to_owned(),
        error_message: format!(
            "Response payload size exceeded maximum allowed payload size ({MAX_RESULT} bytes)."
        ),
    }
}

fn gone() -> Response {
    refuse(StatusCode::GONE, "InvalidStateTransition", "The execution environment has ended")
}

fn refuse(status: StatusCode, error_type: &str, error_message: &str) -> Response {
    let document = json!({ "errorType": error_type, "errorMessage": error_message });
    (status, Json(document)).into_response()
}
