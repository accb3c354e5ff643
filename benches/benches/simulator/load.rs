use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The number of open connections.
const CONNECTIONS: &str = "32";

/// Requests for one URL.
pub(crate) struct Load {
    name: &'static str,
    url: String,
    x_cache: Option<&'static str>,
}

impl Load {
    pub(crate) fn new(name: &'static str, url: String) -> Self {
        Self { name, url, x_cache: None }
    }

    /// The `X-Cache` of every answer but the first.
    pub(crate) fn answered(self, x_cache: &'static str) -> Self {
        Self { x_cache: Some(x_cache), ..self }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// The requests per second over `seconds`, after a second that is not measured.
    pub(crate) fn run(&self, seconds: u32) -> Result<f64> {
        ureq::get(&self.url).call()?;
        let answer = ureq::get(&self.url).call()?;
        let x_cache = answer.headers().get("x-cache").map(|value| value.to_str()).transpose()?;
        ensure!(x_cache == self.x_cache, "{}: `X-Cache` is {x_cache:?}", self.name);
        self.wrk(1)?;
        self.wrk(seconds)
    }

    fn wrk(&self, seconds: u32) -> Result<f64> {
        let duration = format!("{seconds}s");
        let output = Command::new("wrk")
            .args(["--threads", "1", "--connections", CONNECTIONS, "--duration", &duration])
            .arg(&self.url)
            .output()
            .context("cannot start `wrk`: install it (`apt-get install wrk`)")?;
        let report = String::from_utf8(output.stdout)?;
        let failed = report.contains("Non-2xx") || report.contains("Socket errors");
        ensure!(!failed, "{}: requests failed:\n{report}", self.name);
        let figure = report.lines().find_map(|line| line.strip_prefix("Requests/sec:"));
        Ok(figure.context("`wrk` told no figure")?.trim().parse()?)
    }
}
