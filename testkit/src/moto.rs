use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use http::Request;
use ureq::AsSendBody;

use crate::local_service::LocalService;
use crate::tools::Tools;

const START: Duration = Duration::from_secs(60);

/// Elastic Load Balancing on loopback, played by the program `moto_server`. It ends on drop.
#[derive(Debug)]
pub struct Moto {
    service: LocalService,
}

impl Moto {
    /// Starts it on a free port and waits until it answers.
    ///
    /// # Errors
    /// If it ends or does not answer in time.
    pub fn start(tools: &Tools) -> Result<Self> {
        let command = |port: &str| {
            let mut command = Command::new(tools.python("moto_server"));
            command.args(["-H", "127.0.0.1", "-p", port]);
            command
        };
        let service = LocalService::start("moto", command, "/moto-api/", START)?;
        Ok(Self { service })
    }

    /// The value of `AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2`.
    pub fn endpoint(&self) -> &str {
        &self.service.endpoint
    }

    /// Sends a request for `/...` to a service of a Region; returns the answer's body.
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
}
