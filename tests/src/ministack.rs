use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use ureq::Agent;

use crate::deadline::Deadline;
use crate::process::{Pipes, Process};
use crate::tools::Tools;

const START: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

/// AWS's APIs on loopback, played by the program `ministack`; ended on drop.
#[derive(Debug)]
pub struct Ministack {
    endpoint: String,
    agent: Agent,
    process: Process,
}

impl Ministack {
    /// Starts it on a free port and waits until it is healthy.
    ///
    /// # Errors
    /// When it ends or is not healthy in time.
    pub fn start(tools: &Tools) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut command = Command::new(tools.python("ministack"));
        command.env("BIND_HOST", "127.0.0.1").env("GATEWAY_PORT", port.to_string());
        let process = Process::spawn(&mut command, Pipes::Discarded).context("start ministack")?;
        let agent =
            Agent::config_builder().timeout_global(Some(Duration::from_secs(5))).build().into();
        let ministack = Self { endpoint: format!("http://127.0.0.1:{port}"), agent, process };
        ministack.wait_until_healthy()?;
        Ok(ministack)
    }

    /// The value of `AWS_ENDPOINT_URL` and its like.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Writes a parameter of type `String`; returns its new version.
    ///
    /// # Errors
    /// When it is refused.
    pub fn put_parameter(&self, region: &str, name: &str, value: &str) -> Result<u64> {
        let body = json!({ "Name": name, "Value": value, "Type": "String", "Overwrite": true });
        let answer = self.call(region, "AmazonSSM.PutParameter", &body)?;
        answer.get("Version").and_then(Value::as_u64).context("no `Version` in the answer")
    }

    /// Calls an operation of Parameter Store. ministack reads the Region off the credential and
    /// checks no signature.
    fn call(&self, region: &str, operation: &str, body: &Value) -> Result<Value> {
        let credential = format!(
            "AWS4-HMAC-SHA256 Credential=test/20261122/{region}/ssm/aws4_request, \
             SignedHeaders=host, Signature=0"
        );
        let request = self.agent.post(&self.endpoint).header("Authorization", credential);
        let request = request.header("X-Amz-Target", operation);
        let request = request.header("Content-Type", "application/x-amz-json-1.1");
        let answer = request.send(body.to_string())?.body_mut().read_to_string()?;
        Ok(serde_json::from_str(&answer)?)
    }

    fn wait_until_healthy(&self) -> Result<()> {
        let health = format!("{}/_ministack/health", self.endpoint);
        let deadline = Deadline::within(START);
        while self.agent.get(&health).call().is_err() {
            ensure!(!deadline.passed(), "ministack is not healthy after {START:?}");
            if self.process.ends_within(PAUSE)? {
                bail!("ministack ended");
            }
        }
        Ok(())
    }
}
