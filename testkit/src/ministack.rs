use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use http::Request;
use serde_json::{Value, json};
use ureq::AsSendBody;

use crate::local_service::LocalService;
use crate::tools::Tools;

const START: Duration = Duration::from_secs(30);

/// AWS's APIs on loopback, played by the program `ministack`. It ends on drop.
#[derive(Debug)]
pub struct Ministack {
    service: LocalService,
}

impl Ministack {
    /// Starts it on a free port and waits until it is healthy.
    ///
    /// # Errors
    /// If it ends or is not healthy in time.
    pub fn start(tools: &Tools) -> Result<Self> {
        Self::start_as(Command::new(tools.python("ministack")))
    }

    /// Starts it with another command.
    pub(crate) fn start_as(mut command: Command) -> Result<Self> {
        let command = |port: &str| {
            command.env("BIND_HOST", "127.0.0.1").env("GATEWAY_PORT", port);
            command
        };
        let service = LocalService::start("ministack", command, "/_ministack/health", START)?;
        Ok(Self { service })
    }

    /// The value of `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> &str {
        &self.service.endpoint
    }

    /// Writes a parameter of type `String`; returns its new version.
    ///
    /// # Errors
    /// If the request is refused.
    pub fn put_parameter(&self, region: &str, name: &str, value: &str) -> Result<u64> {
        let body = json!({ "Name": name, "Value": value, "Type": "String", "Overwrite": true });
        let answer = self.parameter_store(region, "PutParameter", &body)?;
        answer.get("Version").and_then(Value::as_u64).context("no `Version` in the answer")
    }

    /// Every version of a parameter, at most 50, oldest first.
    ///
    /// # Errors
    /// If there is no such parameter.
    pub fn parameter_versions(&self, region: &str, name: &str) -> Result<Vec<String>> {
        let body = json!({ "Name": name });
        let answer = self.parameter_store(region, "GetParameterHistory", &body)?;
        let versions = answer.get("Parameters").and_then(Value::as_array).context("no list")?;
        let value = |one: &Value| one.get("Value").and_then(Value::as_str).map(ToOwned::to_owned);
        versions.iter().map(|one| value(one).context("no `Value`")).collect()
    }

    fn parameter_store(&self, region: &str, operation: &str, body: &Value) -> Result<Value> {
        let request = Request::post("/").header("X-Amz-Target", format!("AmazonSSM.{operation}"));
        let request = request.header("Content-Type", "application/x-amz-json-1.1");
        Ok(serde_json::from_str(&self.send(region, "ssm", request.body(body.to_string())?)?)?)
    }

    /// Sends a request for `/...` to a service of a Region; returns the answer's body.
    ///
    /// ministack takes the Region and the service from the credential. It checks no signature.
    ///
    /// # Errors
    /// If the request is refused.
    pub fn send(
        &self,
        region: &str,
        service: &str,
        request: Request<impl AsSendBody>,
    ) -> Result<String> {
        self.service.send(region, service, request)
    }

    /// As [`send`](Self::send), with an access key. Twelve digits are the number of an account of its own.
    ///
    /// # Errors
    /// If the request is refused.
    pub fn send_as(
        &self,
        access_key: &str,
        region: &str,
        service: &str,
        request: Request<impl AsSendBody>,
    ) -> Result<String> {
        self.service.send_as(access_key, region, service, request)
    }
}
