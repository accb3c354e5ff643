use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use edgeswitch_benches::edgeswitch;
use tempfile::TempDir;

use crate::account::{Account, PARAMETER, REGION};

/// The AWS CLI that `make setup` installs.
const AWS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/tools/bench/bin/aws");

/// A command that reads a rule.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    program: String,
    arguments: Vec<String>,
    folder: TempDir,
}

impl Contender {
    /// All contenders. The first is the baseline.
    pub(crate) fn all(account: &Account) -> Result<[Self; 2]> {
        let aws = ["elbv2", "describe-rules", "--region", REGION, "--rule-arns", &account.rule];
        Ok([
            Self::new("aws elbv2 describe-rules", AWS.into(), &aws, account)?,
            Self::new("edgeswitch follow -y", edgeswitch(), &["follow", "-y"], account)?,
        ])
    }

    fn new(
        name: &'static str,
        program: String,
        arguments: &[&str],
        account: &Account,
    ) -> Result<Self> {
        ensure!(Path::new(&program).exists(), "`{program}` is missing: run `make bench`");
        let folder = TempDir::new()?;
        let [blue, green] = &account.groups;
        let config = format!(
            "name = \"shop\"\n[parameter]\nname = \"{PARAMETER}\"\nhome_region = \"{REGION}\"\n\
             [slots.blue]\n[slots.green]\n[[followers]]\nname = \"api\"\n\
             listener_rule = \"{}\"\nstickiness_seconds = 60\n\
             target_groups = {{ blue = \"{blue}\", green = \"{green}\" }}\n",
            account.rule
        );
        fs::write(folder.path().join("edgeswitch.toml"), config)?;
        let arguments = arguments.iter().map(|one| (*one).to_owned()).collect();
        Ok(Self { name, program, arguments, folder })
    }

    /// The time from the start of the process to its end. Fails unless it has read the rule once and written nothing.
    pub(crate) fn run(&self, account: &Account) -> Result<Duration> {
        let before = account.state()?;
        account.calls();
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().env("HOME", "/nonexistent");
        command.env("AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2", &account.balancer_url);
        command.env("AWS_ENDPOINT_URL_SSM", account.store_url()).env("PATH", "/usr/bin:/bin");
        command.env("AWS_ACCESS_KEY_ID", "any").env("AWS_SECRET_ACCESS_KEY", "any");
        command.current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        let status = command.status().with_context(|| self.program.clone())?;
        let took = started.elapsed();
        ensure!(status.success(), "{}: {status}", self.name);
        let calls = account.calls();
        ensure!(calls == 1, "{}: {calls} calls to the load balancer", self.name);
        ensure!(account.state()? == before, "{}: it has written", self.name);
        Ok(took)
    }
}
