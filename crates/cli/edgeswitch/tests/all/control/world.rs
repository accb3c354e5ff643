//! A Parameter Store on loopback, the real SDK in front of it, and the commands as people type them.

use std::io::{self, BufRead, Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_ssm::config::Credentials;
use clap::Parser;
use edge_time::{Clock, ManualClock, Timestamp};
use edgeswitch::{
    Account, Cli, Cloud, Command, Console, Exit, Input, Paint, Session, WaitDisplay, carry_out,
    report,
};
use ssm_sim::{Endpoint, Page, ParameterStore, Put};
use tempfile::TempDir;

/// 2026-11-22T10:00:00Z.
pub(crate) const NOW: Timestamp = Timestamp(1_795_341_600_000);
pub(crate) const NAME: &str = "/shop/plan";
pub(crate) const HOME: &str = "eu-central-1";

/// A plan since nine o'clock: one release with all traffic, one staged.
pub(crate) const PLAN: &str = r#"{"schema":1,"revision":17,"releases":{"41ab03d":{"prefix":"/releases/41ab03d","slot":"blue"},"9f2c1e7":{"prefix":"/releases/9f2c1e7","slot":"green"}},"rollout":"r12","stages":[{"from":"2026-11-22T09:00:00Z","weights":[["41ab03d",100]]}],"note":"kept"}"#;

/// [`PLAN`], three weeks after `9f2c1e7` had all traffic.
pub(crate) fn former() -> String {
    let noted = r#""slot":"green","served_until":"2026-11-01T09:00:00Z"}"#;
    PLAN.replace(r#""slot":"green"}"#, noted)
}

/// The same account for every command.
pub(crate) struct World {
    pub(crate) store: ParameterStore,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) folder: TempDir,
    endpoint: Endpoint,
}

/// What a command left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) exit: Exit,
}

impl World {
    pub(crate) async fn new() -> Self {
        let clock = Arc::new(ManualClock::new(NOW));
        let store = ParameterStore::new(clock.clone()).in_region(HOME);
        let endpoint = Endpoint::start(store.clone(), ([127, 0, 0, 1], 0).into()).await.unwrap();
        Self { store, clock, folder: TempDir::new().unwrap(), endpoint }
    }

    pub(crate) async fn with_plan() -> Self {
        Self::with(PLAN).await
    }

    /// With [`former`] as its plan.
    pub(crate) async fn with_former() -> Self {
        Self::with(&former()).await
    }

    async fn with(plan: &str) -> Self {
        let world = Self::new().await;
        world.clock.set(Timestamp(NOW.0 - 3_600_000));
        world.put(plan).await;
        world.clock.set(NOW);
        world
    }

    pub(crate) async fn put(&self, text: &str) -> u64 {
        put(&self.store, text).await
    }

    pub(crate) async fn text(&self) -> String {
        self.store.get(NAME).await.unwrap().value
    }

    pub(crate) async fn version(&self) -> u64 {
        self.store.get(NAME).await.unwrap().version
    }

    pub(crate) async fn texts(&self) -> Vec<String> {
        let history = self.store.history(NAME, &Page::default()).await.unwrap();
        history.parameters.into_iter().map(|one| one.value).collect()
    }

    /// Runs a command that nobody watches, with the parameter named.
    pub(crate) async fn run(&self, line: &str) -> Ran {
        self.run_as("alice", &format!("{line} --parameter {NAME} --region {HOME}"), None).await
    }

    /// The same in a terminal of 80 columns.
    pub(crate) async fn run_narrow(&self, line: &str) -> Ran {
        let line = format!("{line} --parameter {NAME} --region {HOME}");
        let account = account(&self.endpoint.url(), "alice").await;
        run_in(|| Some(80), &account, self.clock.as_ref(), "alice", &line, None).await
    }

    /// The same for somebody who answers.
    pub(crate) async fn answer(&self, line: &str, typed: &str) -> Ran {
        let line = format!("{line} --parameter {NAME} --region {HOME}");
        self.run_as("alice", &line, Some(typed)).await
    }

    /// The same for somebody who takes `later` to answer.
    pub(crate) async fn answer_late(&self, line: &str, typed: &str, later: Duration) -> Ran {
        let line = format!("{line} --parameter {NAME} --region {HOME}");
        let mut answer = LateAnswer { clock: &self.clock, later, typed: Cursor::new(typed) };
        let account = account(&self.endpoint.url(), "alice").await;
        run_in(|| None, &account, self.clock.as_ref(), "alice", &line, Some(&mut answer)).await
    }

    /// Runs a command with the configuration of this folder.
    pub(crate) async fn configured(&self, line: &str) -> Ran {
        let config = self.config();
        self.run_as("alice", &format!("{line} --config {}", config.display()), None).await
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("edgeswitch.toml")
    }

    pub(crate) fn configure(&self, text: &str) {
        std::fs::write(self.config(), text).unwrap();
    }

    /// Runs a command on a machine with another clock.
    pub(crate) async fn run_at(&self, clock: &dyn Clock, line: &str) -> Ran {
        run(&account(&self.endpoint.url(), "alice").await, clock, "alice", line, None).await
    }

    pub(crate) async fn account(&self) -> Account {
        account(&self.endpoint.url(), "alice").await
    }

    pub(crate) async fn run_as(&self, user: &str, line: &str, typed: Option<&str>) -> Ran {
        run(&account(&self.endpoint.url(), user).await, self.clock.as_ref(), user, line, typed)
            .await
    }
}

pub(crate) async fn put(store: &ParameterStore, text: &str) -> u64 {
    let put = Put { name: NAME.into(), value: text.into(), overwrite: true, ..Put::default() };
    store.put(put).await.unwrap()
}

/// What the SDK is told about this machine: nothing of the real one.
pub(crate) async fn account(url: &str, user: &str) -> Account {
    let credentials = Credentials::new(user, "secret", None, None, "tests");
    let retries = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
    let sdk = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(url)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .credentials_provider(credentials)
        .retry_config(retries);
    Account::new(sdk.load().await)
}

/// Runs a command line in `cloud`, without a terminal.
pub(crate) async fn run(
    cloud: &dyn Cloud,
    clock: &dyn Clock,
    writer: &str,
    line: &str,
    typed: Option<&str>,
) -> Ran {
    let mut typed = typed.map(|typed| Cursor::new(typed.to_owned()));
    let typed = typed.as_mut().map(|typed| typed as &mut dyn BufRead);
    run_in(|| None, cloud, clock, writer, line, typed).await
}

/// An answer that moves the clock before it is typed.
struct LateAnswer<'a> {
    clock: &'a ManualClock,
    later: Duration,
    typed: Cursor<&'a str>,
}

impl Read for LateAnswer<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.typed.read(buffer)
    }
}

impl BufRead for LateAnswer<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.clock.set(self.clock.now().plus(std::mem::take(&mut self.later)));
        self.typed.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.typed.consume(amount);
    }
}

/// The same in a terminal of so many columns.
async fn run_in(
    columns: fn() -> Option<usize>,
    cloud: &dyn Cloud,
    clock: &dyn Clock,
    writer: &str,
    line: &str,
    typed: Option<&mut dyn BufRead>,
) -> Ran {
    run_parsed(columns, cloud, clock, writer, &parsed(line), typed).await
}

/// A command line without the program's name.
pub(crate) fn parsed(line: &str) -> Cli {
    let words = std::iter::once("edgeswitch").chain(line.split_whitespace());
    Cli::try_parse_from(words).unwrap()
}

/// The same for a line that has been parsed: it can run many times.
pub(crate) async fn run_parsed(
    columns: fn() -> Option<usize>,
    cloud: &dyn Cloud,
    clock: &dyn Clock,
    writer: &str,
    cli: &Cli,
    typed: Option<&mut dyn BufRead>,
) -> Ran {
    let Command::Control(command) = &cli.command else { panic!("another command") };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let input = match typed {
        Some(typed) => Input::Person(typed),
        None => Input::Nobody,
    };
    let console = Console {
        out: &mut out,
        err: &mut err,
        input,
        output: cli.output,
        progress: WaitDisplay::Lines,
        paint: Paint::Plain,
        columns,
    };
    let mut session = Session { cloud, clock, console, writer: Some(writer.into()) };
    let exit = match carry_out(command, &mut session).await {
        Ok(exit) => exit,
        Err(failure) => {
            report(failure.as_ref(), cli.output, Paint::Plain, &mut err).unwrap();
            failure.exit()
        }
    };
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { out: text(out), err: text(err), exit }
}
