//! A Parameter Store, and command lines that work on it.

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_ssm::config::{Credentials, SharedCredentialsProvider};
use clap::Parser;
use edge_time::{Clock, SystemClock, Timestamp};
use edgeswitch::{
    Account, Cli, Cloud, Command, Console, Exit, Input, Paint, Session, WaitDisplay, carry_out,
    report,
};
use plan_change::{Context, Document, Summary};
use plan_format::ReleaseDefaults;
use ssm_sim::{ParameterStore, Put};

use virtual_clock::VirtualClock;

use crate::ramp::cloud::Memory;

/// 2026-11-22T10:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp(1_795_341_600_000);
pub(crate) const NAME: &str = "/shop/plan";
pub(crate) const HOME: &str = "eu-central-1";

/// A plan since nine o'clock: one release with all traffic, one staged.
pub(crate) const PLAN: &str = r#"{"schema":1,"revision":17,"releases":{"41ab03d":{"prefix":"/releases/41ab03d","slot":"blue"},"9f2c1e7":{"prefix":"/releases/9f2c1e7","slot":"green"}},"rollout":"r12","stages":[{"from":"2026-11-22T09:00:00Z","weights":[["41ab03d",100]]}]}"#;

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) exit: Exit,
}

/// An account in memory, on virtual time.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) cloud: Memory,
    pub(crate) clock: VirtualClock,
    /// The configuration of the commands. Without one they name the parameter.
    pub(crate) config: Option<PathBuf>,
}

impl World {
    /// It is ten o'clock.
    pub(crate) async fn new() -> Self {
        let clock = VirtualClock::at(NOW);
        let store = ParameterStore::new(Arc::new(clock.clone())).in_region(HOME);
        put(&store, PLAN).await;
        let (alarms, edge, calls, balancer) = Default::default();
        let cloud = Memory { store, alarms, edge, calls, balancer };
        Self { cloud, clock, config: None }
    }

    pub(crate) async fn run(&self, line: &str) -> Ran {
        if let Some(config) = &self.config {
            return self.run_with(config, line).await;
        }
        let line = format!("{line} --parameter {NAME} --region {HOME}");
        run(&self.cloud, &self.clock, &line, None).await
    }

    /// Runs a command line with a configuration.
    pub(crate) async fn run_with(&self, config: &std::path::Path, line: &str) -> Ran {
        let line = format!("{line} --config {}", config.display());
        run(&self.cloud, &self.clock, &line, None).await
    }

    pub(crate) fn text(&self) -> String {
        self.cloud.store.peek(NAME).unwrap().value
    }

    /// Who gets what now.
    pub(crate) fn summary(&self) -> Summary {
        let document = Document::parse(&self.text(), &ReleaseDefaults::default()).unwrap();
        Summary::of(&document, &Context::new(self.clock.now()))
    }

    /// The share of the candidate now, in percent.
    pub(crate) fn percent(&self) -> f64 {
        self.summary().percent("9f2c1e7")
    }
}

pub(crate) async fn put(store: &ParameterStore, text: &str) -> u64 {
    let put = Put { name: NAME.into(), value: text.into(), overwrite: true, ..Put::default() };
    store.put(put).await.unwrap()
}

/// The note of a guard that ran at `ran`.
pub(crate) async fn put_guard(store: &ParameterStore, ran: Timestamp, trouble: &[&str]) {
    let trouble = trouble.iter().map(ToString::to_string).collect();
    let ran = ran.to_string();
    let memory = guard_rules::Memory { ran, trouble, asks_gate: true, ..Default::default() };
    let (name, value) = (guard_rules::Memory::parameter(NAME), memory.text());
    store.put(Put { name, value, overwrite: true, ..Put::default() }).await.unwrap();
}

/// AWS's SDK in front of an endpoint, with nothing of this machine.
pub(crate) fn account(url: &str) -> Account {
    let credentials = Credentials::new("alice", "secret", None, None, "tests");
    let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
    let sdk = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(url)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(retries)
        .build();
    Account::new(sdk)
}

/// Runs a command line on this machine's clock.
pub(crate) async fn run_at(url: &str, line: &str) -> Ran {
    run(&account(url), &SystemClock, line, None).await
}

/// Runs a command line.
pub(crate) async fn run(
    cloud: &dyn Cloud,
    clock: &dyn Clock,
    line: &str,
    typed: Option<&str>,
) -> Ran {
    let words = ["edgeswitch".to_owned()].into_iter().chain(shlex::split(line).unwrap());
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let cli = match Cli::try_parse_from(words) {
        Ok(cli) => cli,
        Err(usage) => return Ran { out: String::new(), err: usage.to_string(), exit: Exit::Usage },
    };
    let Command::Control(command) = cli.command else { panic!("{line}: another command") };
    let mut typing = Cursor::new(typed.unwrap_or_default().to_owned());
    let input = match typed {
        Some(_) => Input::Person(&mut typing),
        None => Input::Nobody,
    };
    let (output, progress) = (cli.output, WaitDisplay::Lines);
    let (columns, paint) = (|| None, Paint::Plain);
    let console = Console { out: &mut out, err: &mut err, input, output, progress, paint, columns };
    let mut session = Session { cloud, clock, console, writer: Some("alice".into()) };
    let exit = match carry_out(&command, &mut session).await {
        Ok(exit) => exit,
        Err(failure) => {
            report(failure.as_ref(), cli.output, Paint::Plain, &mut err).unwrap();
            failure.exit()
        }
    };
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { out: text(out), err: text(err), exit }
}
