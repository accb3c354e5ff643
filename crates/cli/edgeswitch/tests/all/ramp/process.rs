//! The program itself, in processes and terminals of its own.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use edge_time::{Clock, SystemClock};
use plan_change::{Context, Document, Summary};
use plan_format::ReleaseDefaults;
use portable_pty::{Child as PtyChild, CommandBuilder, MasterPty, PtySize, native_pty_system};
use regex_lite::Regex;
use ssm_sim::{Endpoint, ParameterStore};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use vt100::Parser;

use crate::clock_environment::clock_environment;
use crate::golden;
use crate::ramp::world::{HOME, NAME, PLAN, put};
use crate::timeless::timeless;

const PROGRAM: &str = env!("CARGO_BIN_EXE_edgeswitch");
/// How long a screen is looked at that becomes a file.
const SETTLED: Duration = Duration::from_millis(1500);
/// The screen keeps more rows than the program's terminal has. Otherwise the hour would decide which lines scroll
/// away: a line with a date can take one more row.
const ROWS: u16 = 60;
/// The longest that anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Edge locations follow within two seconds, so that nobody waits for long.
const CONFIG: &str = r#"
name = "shop"
prefix_template = "/releases/{release}"
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
        let document = Document::parse(&text, &ReleaseDefaults::default()).unwrap();
        Summary::of(&document, &Context::new(SystemClock.now()))
    }

    pub(crate) fn url(&self) -> String {
        self.endpoint.url()
    }

    pub(crate) fn variables(&self) -> Vec<(&str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", self.endpoint.url()),
            ("AWS_ACCESS_KEY_ID", "alice".into()),
            ("AWS_SECRET_ACCESS_KEY", "secret".into()),
            ("HOME", self.folder.path().display().to_string()),
            ("USER", "alice".into()),
            ("TERM", "xterm".into()),
        ]
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the program without a terminal.
    pub(crate) fn spawn(&self, line: &str) -> Child {
        let mut command = Command::new(PROGRAM);
        command.args(shlex::split(line).unwrap()).current_dir(self.folder()).env_clear();
        command.envs(clock_environment()).envs(self.variables()).stdin(Stdio::null());
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
        self.terminal_with(line, &[])
    }

    /// The same with more in the environment.
    pub(crate) fn terminal_with(&self, line: &str, variables: &[(&str, &str)]) -> Terminal {
        self.terminal_of(PROGRAM, line, variables)
    }

    /// The same for another program.
    pub(crate) fn terminal_of(
        &self,
        program: &str,
        line: &str,
        variables: &[(&str, &str)],
    ) -> Terminal {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(shlex::split(line).unwrap());
        command.cwd(self.folder());
        command.env_clear();
        for (name, value) in clock_environment() {
            command.env(name, value);
        }
        for (name, value) in self.variables() {
            command.env(name, value);
        }
        for (name, value) in variables {
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
        let is_there = self.wait(PATIENCE, |screen| screen.contains(text));
        assert!(is_there, "no `{text}` on:\n{}", self.shown());
        self.shown()
    }

    /// Waits until the whole screen is as a file below `tests` has it.
    pub(crate) fn shows(&mut self, path: &str) {
        if golden::is_update() {
            self.wait(SETTLED, |_| false);
        } else {
            let expected = golden::expected(path);
            self.wait(PATIENCE, |screen| screen == expected);
        }
        golden::check(path, &self.shown());
    }

    /// Paints until the screen is as it should be; whether it is.
    fn wait(&mut self, patience: Duration, is_so: impl Fn(&str) -> bool) -> bool {
        let began = Instant::now();
        while !is_so(&self.shown()) {
            let left = patience.saturating_sub(began.elapsed());
            let Ok(chunk) = self.chunks.recv_timeout(left) else { return false };
            self.screen.process(&chunk);
        }
        true
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
        (code, self.shown())
    }

    /// Whether anything on the screen is coloured.
    pub(crate) fn is_coloured(&self) -> bool {
        let screen = self.screen.screen();
        let cells =
            (0..ROWS).flat_map(|row| (0..80).filter_map(move |column| screen.cell(row, column)));
        cells.into_iter().any(|cell| cell.fgcolor() != vt100::Color::Default)
    }

    fn shown(&self) -> String {
        without_figures(&unfolded(&self.screen.screen().contents()))
    }
}

fn screen() -> Parser {
    let size = |cells| NonZero::new(cells).unwrap();
    Parser::new(size(ROWS), size(80), 0)
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

/// The screen with whole lines. A date is printed only near midnight, and then more lines are folded.
fn unfolded(screen: &str) -> String {
    Regex::new(r" *\n {4,}").unwrap().replace_all(screen, " ").into_owned()
}

/// The screen without figures that depend on the time: moments, countdowns, and how far a bar is.
fn without_figures(screen: &str) -> String {
    let figures = [
        (r"\bin \d+ (s|min \d+ s|h \d+ min)\b", "in 0 s"),
        (r"[█░]+ \d+ of \d+ s", "████ 0 of 0 s"),
    ];
    let hide = |text: String, (figure, zero): (&str, &str)| {
        Regex::new(figure).unwrap().replace_all(&text, zero).into_owned()
    };
    let text = figures.into_iter().fold(timeless(screen), hide);
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}
