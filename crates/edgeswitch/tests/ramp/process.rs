//! The program itself, in processes and terminals of its own.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use plan_change::{Context, Document, Summary};
use plan_store::{Clock, PrefixTemplate, SystemClock};
use portable_pty::{Child as PtyChild, CommandBuilder, MasterPty, PtySize, native_pty_system};
use ssm_sim::{Endpoint, ParameterStore};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use vt100::Parser;

use crate::world::{HOME, NAME, PLAN, put};

const PROGRAM: &str = env!("CARGO_BIN_EXE_edgeswitch");
/// The longest that anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Edge locations follow within two seconds, so that nobody waits for long.
const CONFIG: &str = r#"
name = "shop"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
[refresh]
soft_ttl_seconds = 1
hard_ttl_seconds = 2
"#;

/// A Parameter Store on loopback and on this machine's clock.
pub(crate) struct Shop {
    pub(crate) store: ParameterStore,
    runtime: Runtime,
    endpoint: Endpoint,
    folder: TempDir,
}

impl Shop {
    pub(crate) fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        let store = ParameterStore::new(Arc::new(SystemClock)).in_region(HOME);
        let address = ([127, 0, 0, 1], 0).into();
        let endpoint = runtime.block_on(Endpoint::start(store.clone(), address)).unwrap();
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("edgeswitch.toml"), CONFIG).unwrap();
        let shop = Self { store, runtime, endpoint, folder };
        shop.put(PLAN);
        shop
    }

    pub(crate) fn put(&self, text: &str) {
        self.runtime.block_on(put(&self.store, text));
    }

    pub(crate) fn summary(&self) -> Summary {
        let text = self.store.peek(NAME).unwrap().value;
        let document = Document::parse(&text, &PrefixTemplate::default()).unwrap();
        Summary::of(&document, &Context::new(SystemClock.now()))
    }

    fn variables(&self) -> Vec<(&str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", self.endpoint.url()),
            ("AWS_ACCESS_KEY_ID", "alice".into()),
            ("AWS_SECRET_ACCESS_KEY", "secret".into()),
            ("HOME", self.folder.path().display().to_string()),
            ("USER", "alice".into()),
            ("TERM", "xterm".into()),
        ]
    }

    fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the program without a terminal.
    pub(crate) fn spawn(&self, line: &str) -> Child {
        let mut command = Command::new(PROGRAM);
        command.args(shlex::split(line).unwrap()).current_dir(self.folder()).env_clear();
        command.envs(self.variables()).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Runs the program to its end; its exit code, and what it printed.
    pub(crate) fn run(&self, line: &str) -> (Option<i32>, String) {
        let done = self.spawn(line).wait_with_output().unwrap();
        let text = [done.stdout, done.stderr].concat();
        (done.status.code(), String::from_utf8(text).unwrap())
    }

    /// Runs the program in a terminal of 80 columns and 24 rows.
    pub(crate) fn terminal(&self, line: &str) -> Terminal {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(PROGRAM);
        command.args(shlex::split(line).unwrap());
        command.cwd(self.folder());
        command.env_clear();
        for (name, value) in self.variables() {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        Terminal {
            chunks: read_along(pair.master.try_clone_reader().unwrap()),
            keyboard: pair.master.take_writer().unwrap(),
            _master: pair.master,
            screen: screen(),
            child,
        }
    }
}

/// A program in a terminal.
pub(crate) struct Terminal {
    screen: Parser,
    chunks: Receiver<Vec<u8>>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn PtyChild + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Waits until the screen shows a text; returns the whole of it, without figures that depend on the time.
    pub(crate) fn until(&mut self, text: &str) -> String {
        let began = Instant::now();
        while !self.shown().contains(text) {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let chunk = self.chunks.recv_timeout(left);
            let chunk = chunk.unwrap_or_else(|_| panic!("no `{text}` on:\n{}", self.shown()));
            self.screen.process(&chunk);
        }
        timeless(&self.shown())
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Waits for the end; the exit code, and the screen.
    pub(crate) fn end(mut self) -> (u32, String) {
        while let Ok(chunk) = self.chunks.recv_timeout(PATIENCE) {
            self.screen.process(&chunk);
        }
        let code = self.child.wait().unwrap().exit_code();
        (code, timeless(&self.shown()))
    }

    fn shown(&self) -> String {
        self.screen.screen().contents()
    }
}

fn screen() -> Parser {
    let size = |cells| NonZero::new(cells).unwrap();
    Parser::new(size(24), size(80), 0)
}

fn read_along(mut from: Box<dyn Read + Send>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        // A terminal whose program has ended is an error, and so is a test that has ended.
        while let Ok(length) = from.read(&mut buffer)
            && length > 0
            && sender.send(buffer[..length].to_vec()).is_ok()
        {}
    });
    receiver
}

/// `00:00:00` for every time of day, and `n s` for what is left.
fn timeless(screen: &str) -> String {
    let words = |line: &str| {
        let words: Vec<String> = line.split(' ').map(word).collect();
        words.join(" ").trim_end().to_owned()
    };
    screen.lines().map(words).collect::<Vec<_>>().join("\n")
}

fn word(word: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = word.split(':').collect();
    match parts.as_slice() {
        [hour, minute, second]
            if digits(hour) && digits(minute) && digits(&second[..second.len().min(2)]) =>
        {
            format!("00:00:00{}", &second[second.len().min(2)..])
        }
        _ => word.to_owned(),
    }
}
