//! A project in its own folder, and the control program that runs there.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use edge_time::{Clock, SystemClock};
use plan_change::{Context, Document, Summary};
use plan_format::ReleaseDefaults;
use tempfile::TempDir;
use testkit::{Ministack, program};

use crate::aws::account::{create_bucket, shared, upload};
use crate::aws::{HOME, REPLICA};

/// More than enough for any step, even on a busy machine.
const LONGEST_STEP: Duration = Duration::from_secs(60);

/// A project with two releases in its bucket. Its edge locations follow a change within two seconds.
pub(crate) struct Shop {
    pub(crate) account: Arc<Ministack>,
    name: &'static str,
    endpoint: String,
    folder: TempDir,
    /// More variables of the program's environment.
    environment: Vec<(&'static str, String)>,
}

/// The exit code and the output of a command.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Shop {
    /// A project without a plan.
    pub(crate) fn new(name: &'static str) -> Self {
        let account = shared();
        let bucket = format!("{name}-releases");
        create_bucket(&account, &bucket);
        for release in ["41ab03d", "9f2c1e7"] {
            upload(&account, &bucket, release);
        }
        let endpoint = account.endpoint().to_owned();
        let folder = TempDir::new().unwrap();
        let shop = Self { account, name, endpoint, folder, environment: Vec::new() };
        shop.configure("");
        shop
    }

    /// A project where all viewers get 41ab03d, and 9f2c1e7 is staged.
    pub(crate) fn open(name: &'static str) -> Self {
        let shop = Self::new(name);
        shop.expect("init 41ab03d -y", 0, "everybody will get 41ab03d");
        shop.expect("release add 9f2c1e7 -y", 0, "9f2c1e7 is registered");
        shop
    }

    /// The same project, but the program reaches the account at another endpoint.
    pub(crate) fn through(self, endpoint: &str) -> Self {
        Self { endpoint: endpoint.into(), ..self }
    }

    /// The same project with slots and followers. `endpoint` is the one of the load balancers.
    pub(crate) fn followed_by(mut self, followers: &str, endpoint: &str) -> Self {
        let path = self.path().join("edgeswitch.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, format!("{text}[slots.blue]\n[slots.green]\n{followers}")).unwrap();
        let variable = "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2";
        self.environment.push((variable, endpoint.to_owned()));
        self
    }

    /// The same project, with another value of a variable of the program's environment.
    pub(crate) fn with(mut self, variable: &'static str, value: &str) -> Self {
        self.environment.push((variable, value.to_owned()));
        self
    }

    /// Writes the configuration with additional lines at its beginning.
    fn configure(&self, settings: &str) {
        let (name, parameter) = (self.name, self.parameter());
        let text = format!(
            "name = \"{name}\"\nbucket = \"{name}-releases\"\n{settings}\n\
             [parameter]\nname = \"{parameter}\"\nhome_region = \"{HOME}\"\n\
             replica_regions = [\"{REPLICA}\"]\n\
             [refresh]\nsoft_ttl_seconds = 1\nhard_ttl_seconds = 2\n"
        );
        std::fs::write(self.path().join("edgeswitch.toml"), text).unwrap();
    }

    /// Configures a distribution whose functions decide on a cache miss.
    pub(crate) fn decide_at_origin_request(&self, distribution: &str) {
        self.configure(&format!(
            "decide_at = \"origin-request\"\ndistribution_id = \"{distribution}\""
        ));
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn parameter(&self) -> String {
        format!("/{}/plan", self.name)
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, line: &str) -> Ran {
        self.run_in(self.path(), line)
    }

    /// Runs a command in another folder.
    pub(crate) fn run_in(&self, folder: &Path, line: &str) -> Ran {
        Ran::of(self.command(folder, line).output().unwrap())
    }

    /// Runs a command that must end with `code` and print `words`.
    pub(crate) fn expect(&self, line: &str, code: i32, words: &str) -> Ran {
        let ran = self.run(line);
        ran.check(line, code, words);
        ran
    }

    /// Starts a command.
    pub(crate) fn start(&self, line: &str) -> Running {
        Running::start(self.command(self.path(), line))
    }

    fn command(&self, folder: &Path, line: &str) -> Command {
        let mut command = control_program(line, "alice", &self.endpoint);
        command.current_dir(folder).env("HOME", self.path());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Every version of the plan in a Region, oldest first.
    pub(crate) fn versions(&self, region: &str) -> Vec<String> {
        self.account.parameter_versions(region, &self.parameter()).unwrap()
    }

    /// The current traffic in words. The parameter must hold a valid plan.
    pub(crate) fn summary(&self) -> Summary {
        let text = self.versions(HOME).pop().unwrap();
        let document = Document::parse(&text, &ReleaseDefaults::default()).unwrap();
        Summary::of(&document, &Context::new(SystemClock.now()))
    }
}

/// The control program with its arguments, as `user`, who is also the access key, and with nothing else of this
/// machine's environment.
pub(crate) fn control_program(line: &str, user: &str, endpoint: &str) -> Command {
    let mut command = Command::new(program().unwrap());
    command.args(line.split_whitespace()).env_clear().env("AWS_ENDPOINT_URL", endpoint);
    command.env("AWS_ACCESS_KEY_ID", user).env("AWS_SECRET_ACCESS_KEY", "test");
    command.env("USER", user).stdin(Stdio::null()).stdout(Stdio::piped());
    command
}

impl Ran {
    pub(crate) fn of(Output { status, stdout, stderr }: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: status.code(), out: text(stdout), err: text(stderr) }
    }

    pub(crate) fn check(&self, line: &str, code: i32, words: &str) {
        let Self { code: ended, out, err } = self;
        assert_eq!(*ended, Some(code), "{line}: {out}{err}");
        assert!(out.contains(words) || err.contains(words), "{line}: {out}{err}");
    }
}

/// A running command.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
    err: String,
}

impl Running {
    /// Starts a command.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = read_along(child.stderr.take().unwrap());
        Self { child, lines, err: String::new() }
    }

    /// Waits until it has printed `words`.
    pub(crate) fn until(&mut self, words: &str) {
        while !self.err.contains(words) {
            let line = self.lines.recv_timeout(LONGEST_STEP);
            let line = line.unwrap_or_else(|_| panic!("no `{words}` in: {}", self.err));
            self.err += &line;
        }
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        assert_eq!(self.child.wait().unwrap().code(), None, "it ended before: {}", self.err);
    }

    /// Waits until it ends.
    pub(crate) fn end(mut self) -> Ran {
        self.err.extend(self.lines.iter());
        let out = std::io::read_to_string(self.child.stdout.take().unwrap()).unwrap();
        Ran { code: self.child.wait().unwrap().code(), out, err: self.err }
    }
}

fn read_along(from: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut line = String::new();
        while from.read_line(&mut line).is_ok_and(|length| length > 0) {
            if sender.send(std::mem::take(&mut line)).is_err() {
                break;
            }
        }
    });
    receiver
}
