//! A function for the tests. The event's field `do` says what to do; `PLAYED_INIT` says what the init does.

use std::collections::BTreeMap;
use std::env;
use std::future::pending;
use std::process::{exit, id};
use std::sync::atomic::{AtomicU64, Ordering};

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use rustix::process::{Signal, getpid, kill_process};
use serde_json::{Value, json};

static EVENTS: AtomicU64 = AtomicU64::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    match env::var("PLAYED_INIT").as_deref() {
        Ok("hang") => pending().await,
        Ok("exit") => exit(4),
        Ok("error") => report_init_error().await,
        _ => lambda_runtime::run(service_fn(play)).await,
    }
}

async fn play(event: LambdaEvent<Value>) -> Result<Value, Diagnostic> {
    let served = EVENTS.fetch_add(1, Ordering::Relaxed) + 1;
    match event.payload.get("do").and_then(Value::as_str).unwrap_or_default() {
        "count" => Ok(json!({ "process": id(), "events": served })),
        "describe" => Ok(json!({
            "folder": env::current_dir().ok(),
            "variables": env::vars().collect::<BTreeMap<_, _>>(),
            "arn": event.context.invoked_function_arn,
            "deadline": event.context.deadline,
        })),
        "print" => Ok(print()),
        "fail" => Err(Diagnostic {
            error_type: "NoStock".to_owned(),
            error_message: "out of stock".to_owned(),
        }),
        "hang" => pending().await,
        "exit 0" => exit(0),
        "exit 3" => exit(3),
        "kill" => Ok(json!(kill_process(getpid(), Signal::KILL).is_ok())),
        "flood" => Ok("7 MB at most".repeat(600_000).into()),
        _ => Ok(event.payload),
    }
}

fn print() -> Value {
    println!("to standard output");
    eprintln!("to standard error");
    Value::Null
}

/// AWS's runtime clients do the same if the handler's module cannot be loaded.
async fn report_init_error() -> Result<(), Error> {
    let api = env::var("AWS_LAMBDA_RUNTIME_API")?;
    let document =
        json!({ "errorType": "Runtime.ImportModuleError", "errorMessage": "no such module" });
    // reqwest is built with TLS for another crate, so every client needs a crypto provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let request =
        reqwest::Client::new().post(format!("http://{api}/2018-06-01/runtime/init/error"));
    request.body(document.to_string()).send().await?;
    exit(1)
}
