//! Lambda's Runtime API for one process (page `runtimes-api`).

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc};

/// What the function answers to an event.
#[derive(Debug)]
pub(crate) enum Answer {
    Response(Value),
    Error(Value),
}

pub(crate) struct Runtime {
    events: mpsc::Sender<String>,
    answers: mpsc::Receiver<Answer>,
    process: Child,
}

struct Api {
    events: Mutex<mpsc::Receiver<String>>,
    answers: mpsc::Sender<Answer>,
}

impl Runtime {
    /// Starts the function beside `folder`'s configuration, with AWS at `url`.
    pub(crate) async fn start(folder: &Path, url: &str) -> Self {
        let (events, next) = mpsc::channel(1);
        let (answer, answers) = mpsc::channel(1);
        let api = Arc::new(Api { events: Mutex::new(next), answers: answer });
        let base = "/2018-06-01/runtime/invocation";
        let router = Router::new()
            .route(&format!("{base}/next"), get(next_event))
            .route(&format!("{base}/{{id}}/response"), post(response))
            .route(&format!("{base}/{{id}}/error"), post(error))
            .with_state(api);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let process = Command::new(env!("CARGO_BIN_EXE_guard"))
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", "shop-guard")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "/edgeswitch/shop-guard")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "any")
            .env("AWS_ENDPOINT_URL", url)
            .env("AWS_ACCESS_KEY_ID", "any")
            .env("AWS_SECRET_ACCESS_KEY", "any")
            .env("AWS_REGION", "eu-central-1")
            .env("LAMBDA_TASK_ROOT", folder)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self { events, answers, process }
    }

    pub(crate) async fn invoke(&mut self, event: &str) -> Answer {
        self.events.send(event.to_owned()).await.unwrap();
        self.answers.recv().await.unwrap()
    }

    /// Ends the process as Lambda does, and returns its log.
    pub(crate) async fn end(mut self) -> Vec<String> {
        let mut stdout = self.process.stdout.take().unwrap();
        self.process.kill().await.unwrap();
        let mut log = String::new();
        stdout.read_to_string(&mut log).await.unwrap();
        log.lines().map(str::to_owned).collect()
    }
}

async fn next_event(State(api): State<Arc<Api>>) -> Response {
    let Some(event) = api.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", "4102444800000"),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-central-1:123456789012:function:shop-guard",
        ),
        ("content-type", "application/json"),
    ];
    (headers, event).into_response()
}

async fn response(State(api): State<Arc<Api>>, body: String) -> StatusCode {
    api.answers.send(Answer::Response(serde_json::from_str(&body).unwrap())).await.unwrap();
    StatusCode::ACCEPTED
}

async fn error(State(api): State<Arc<Api>>, body: String) -> StatusCode {
    api.answers.send(Answer::Error(serde_json::from_str(&body).unwrap())).await.unwrap();
    StatusCode::ACCEPTED
}
