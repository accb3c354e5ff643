use std::net::TcpListener;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use http::Request;
use ureq::{Agent, AsSendBody};

use crate::deadline::Deadline;
use crate::process::{Pipes, Process};

/// The pause between two checks of a service's health.
const PAUSE: Duration = Duration::from_millis(50);

/// A program that serves HTTP on a free port of loopback. It ends on drop.
#[derive(Debug)]
pub(crate) struct LocalService {
    pub(crate) endpoint: String,
    pub(crate) agent: Agent,
    process: Process,
}

impl LocalService {
    /// Starts the command for the port, and waits until `health` answers. `longest_start` limits the wait.
    pub(crate) fn start(
        name: &str,
        command: impl FnOnce(&str) -> Command,
        health: &str,
        longest_start: Duration,
    ) -> Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut command = command(&port.to_string());
        let process = Process::spawn(&mut command, Pipes::Discarded)
            .with_context(|| format!("start {name}"))?;
        let agent = Agent::config_builder().timeout_global(Some(longest_start)).build().into();
        let service = Self { endpoint: format!("http://127.0.0.1:{port}"), agent, process };
        service.wait_until_healthy(name, health, longest_start)?;
        Ok(service)
    }

    /// Sends a request for `/...` to an AWS service of a Region; returns the answer's body. The service and the Region
    /// are in the credential. The signature is not valid.
    pub(crate) fn send(
        &self,
        region: &str,
        service: &str,
        request: Request<impl AsSendBody>,
    ) -> Result<String> {
        self.send_as("test", region, service, request)
    }

    /// As [`send`](Self::send), with an access key. ministack takes twelve digits for the number of an account.
    pub(crate) fn send_as(
        &self,
        access_key: &str,
        region: &str,
        service: &str,
        request: Request<impl AsSendBody>,
    ) -> Result<String> {
        let (mut parts, body) = request.into_parts();
        parts.uri = format!("{}{}", self.endpoint, parts.uri).parse()?;
        let credential = format!(
            "AWS4-HMAC-SHA256 Credential={access_key}/20261122/{region}/{service}/aws4_request, \
             SignedHeaders=host, Signature=0"
        );
        parts.headers.insert("authorization", credential.parse()?);
        let mut answer = self.agent.run(Request::from_parts(parts, body))?;
        Ok(answer.body_mut().read_to_string()?)
    }

    fn wait_until_healthy(&self, name: &str, health: &str, longest: Duration) -> Result<()> {
        let health = format!("{}{health}", self.endpoint);
        let deadline = Deadline::within(longest);
        while self.agent.get(&health).call().is_err() {
            ensure!(!deadline.passed(), "{name} is not healthy after {longest:?}");
            if self.process.ends_within(PAUSE)? {
                bail!("{name} ended");
            }
        }
        Ok(())
    }
}
