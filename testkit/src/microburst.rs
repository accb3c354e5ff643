use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::local_service::LocalService;
use crate::tools::Tools;

/// The first request takes long, because it reads the models of all services.
const START: Duration = Duration::from_secs(60);

/// A proxy that adds AWS's errors, latency and lost connections to an endpoint: the program `microburst`. It
/// ends on drop.
#[derive(Debug)]
pub struct Microburst {
    service: LocalService,
}

impl Microburst {
    /// Starts it on a free port in front of `upstream`. Waits until it answers for Parameter Store.
    ///
    /// # Errors
    /// If it ends or does not answer in time.
    pub fn start(tools: &Tools, upstream: &str) -> Result<Self> {
        let command = |port: &str| {
            let mut command = Command::new(tools.python("microburst"));
            command.args(["--upstream", upstream, "--host", "127.0.0.1", "--port", port]);
            command
        };
        let service = LocalService::start("microburst", command, "/_microburst/health", START)?;
        let microburst = Self { service };
        microburst.warm_up()?;
        Ok(microburst)
    }

    /// The value of `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> &str {
        &self.service.endpoint
    }

    /// Adds a rule, which selects requests and says how they fail. Returns its number.
    ///
    /// # Errors
    /// If microburst rejects the rule.
    pub fn add(&self, rule: &Value) -> Result<u64> {
        let rules = format!("{}/_microburst/rules", self.service.endpoint);
        let mut answer = self.service.agent.patch(&rules).send(json!([rule]).to_string())?;
        let rules: Value = serde_json::from_str(&answer.body_mut().read_to_string()?)?;
        let added = rules.as_array().and_then(|rules| rules.last()?.get("id")?.as_u64());
        added.context("no number in the answer")
    }

    /// How often a rule has applied.
    ///
    /// # Errors
    /// If it does not answer.
    pub fn fired(&self, rule: u64) -> Result<usize> {
        let fired = format!("{}/_microburst/fired?rule_id={rule}", self.service.endpoint);
        let mut answer = self.service.agent.get(&fired).call()?;
        let events: Value = serde_json::from_str(&answer.body_mut().read_to_string()?)?;
        Ok(events.as_array().context("no list")?.len())
    }

    fn warm_up(&self) -> Result<()> {
        let request = self
            .service
            .agent
            .post(&self.service.endpoint)
            .header("Content-Type", "application/x-amz-json-1.1");
        let request = request.header("X-Amz-Target", "AmazonSSM.DescribeParameters");
        request.send("{}")?;
        Ok(())
    }
}
