use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{Method, Request, Response};
use percent_encoding::percent_decode_str;
use rustix::process::Signal;
use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::forward::Forward;
use crate::enforced::AccessKey;
use crate::process::Pipes;
use crate::runtime_api::{Answer, RuntimeError};
use crate::runtime_client::RuntimeClient;
use crate::sandbox::Sandbox;
use crate::task_root::TaskRoot;
use crate::tools::Tools;

const FUNCTIONS: &str = "/2015-03-31/functions/";

/// Lambda's answer has this much of the log (page `API_Invoke`).
const TAIL: usize = 4096;

/// The part of Lambda that runs functions. Each event starts a new execution environment.
#[derive(Debug)]
pub(super) struct Lambda {
    tools: Tools,
    /// Where the functions find Parameter Store.
    parameter_store: String,
    /// The packages that were uploaded, by Lambda's hash.
    packages: Mutex<BTreeMap<String, Bytes>>,
}

impl Lambda {
    pub(super) fn new(tools: Tools, parameter_store: String) -> Self {
        Self { tools, parameter_store, packages: Mutex::default() }
    }

    /// Keeps an uploaded object, which may be a package.
    pub(super) fn keep(&self, object: &Bytes) {
        if object.starts_with(b"PK") {
            let hash = BASE64_STANDARD.encode(Sha256::digest(object));
            self.packages().insert(hash, object.clone());
        }
    }

    fn packages(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Bytes>> {
        self.packages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The function that an Invoke names.
    pub(super) fn event(&self, request: &Request<Bytes>) -> Option<String> {
        let path = request.uri().path().strip_prefix(FUNCTIONS)?.strip_suffix("/invocations")?;
        (*request.method() == Method::POST).then(|| path.to_owned())
    }

    /// Runs the function with the event and the credentials of its role, and answers as Lambda does.
    pub(super) fn invoke(
        &self,
        function: &str,
        request: &Request<Bytes>,
        role: &AccessKey,
        forward: &Forward,
    ) -> Result<Response<Vec<u8>>> {
        let read = forward.get(&format!("{FUNCTIONS}{function}"), request)?;
        let read: Value = serde_json::from_slice(&read)?;
        let configuration = read.get("Configuration").context("no such function")?;
        let text = |name: &str| configuration.get(name).and_then(Value::as_str).unwrap_or_default();
        let package = self.packages().get(text("CodeSha256")).cloned();
        let package = package.with_context(|| format!("`{function}` was not uploaded here"))?;
        let root = TaskRoot::empty()?;
        ZipArchive::new(Cursor::new(package))?.extract(root.path())?;
        let mut command = client(text("Runtime"))?.command(&self.tools, root.path());
        command.env("AWS_ENDPOINT_URL_SSM", &self.parameter_store);
        command.env("AWS_ACCESS_KEY_ID", &role.id).env("AWS_SECRET_ACCESS_KEY", &role.secret);
        let name = percent_decode_str(function).decode_utf8_lossy().into_owned();
        command.env("AWS_LAMBDA_FUNCTION_NAME", &name);
        run(Sandbox::start(command, Pipes::Kept)?, request.body())
    }
}

fn client(runtime: &str) -> Result<RuntimeClient> {
    match runtime {
        "python3.13" => Ok(RuntimeClient::Python),
        "nodejs22.x" => Ok(RuntimeClient::Node22),
        "nodejs24.x" => Ok(RuntimeClient::Node24),
        unknown => bail!("there is no runtime `{unknown}`"),
    }
}

fn run(mut sandbox: Sandbox, event: &[u8]) -> Result<Response<Vec<u8>>> {
    let began = Instant::now();
    let ready = sandbox.ready();
    let start = began.elapsed();
    let answer = ready.and_then(|()| sandbox.invoke(event));
    let memory = peak(sandbox.process().id());
    // A process that has ended needs no signal.
    let _ = sandbox.process().signal(Signal::KILL);
    let (_, mut log) = sandbox.finish()?;
    let (payload, run, failed) = match answer {
        Ok((Answer::Returned(value), run)) => (value, run, false),
        Ok((Answer::Failed(error), run)) => (error, run, true),
        Err(RuntimeError::Ended) => {
            let exit = "Runtime.ExitError";
            let error = serde_json::json!({
                "errorType": exit, "errorMessage": "RequestId: 1 Error: Runtime exited",
            });
            (error, Duration::ZERO, true)
        }
        Err(RuntimeError::Init(error)) => (error, Duration::ZERO, true),
        Err(error) => return Err(error.into()),
    };
    log.push_str(&report(run, start, memory));
    let tail = log.as_bytes();
    let tail = tail.get(tail.len().saturating_sub(TAIL)..).unwrap_or_default();
    let mut response = Response::builder().header("x-amz-log-result", BASE64_STANDARD.encode(tail));
    if failed {
        response = response.header("x-amz-function-error", "Unhandled");
    }
    Ok(response.body(serde_json::to_vec(&payload)?)?)
}

/// The most memory of a process, in KB; 0 if it has ended.
fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// Lambda's line after an event.
fn report(run: Duration, start: Duration, memory: u64) -> String {
    let [run, start] = [run, start].map(|time| time.as_secs_f64() * 1e3);
    let billed = (run + start).ceil();
    let used = memory.div_ceil(1024);
    format!(
        "REPORT RequestId: 00000000-0000-4000-8000-000000000001\tDuration: {run:.2} ms\t\
         Billed Duration: {billed:.0} ms\tMemory Size: 128 MB\tMax Memory Used: {used} MB\t\
         Init Duration: {start:.2} ms\t\n"
    )
}
