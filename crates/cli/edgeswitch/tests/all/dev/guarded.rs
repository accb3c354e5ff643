//! A ramp whose terminal is closed: the guard of `edgeswitch dev` stops it when an alarm is switched on.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::clock_environment::clock_environment;
use crate::dev::own_project::build;
use crate::dev::running::Running;
use crate::dev::{exchange, send, stderr};

/// Edge locations follow within two seconds.
const CONFIG: &str = r#"
name = "shop"
prefix_template = "/releases/{release}"
[parameter]
name = "/shop/plan"
home_region = "eu-central-1"
[refresh]
soft_ttl_seconds = 1
hard_ttl_seconds = 2
[slots.blue]
[slots.green]
[dev]
port = 0
bucket = "bucket"
guard = true
alarms = ["shop-5xx", "shop-latency"]
"#;

struct Shop {
    folder: TempDir,
    dev: Running,
    host: String,
}

impl Shop {
    fn start(config: &str) -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("shop.toml"), config).unwrap();
        for release in ["v1", "v2"] {
            build(folder.path(), release);
        }
        let dev = Running::start(folder.path());
        let host = dev.word_after("FRA50 at http://").trim_end_matches('/').to_owned();
        Self { folder, dev, host }
    }

    /// Runs a command of the control program to its end, which must have this exit code.
    fn control(&self, line: &str, exit: i32) -> Output {
        let output = command(self.folder.path(), line).arg(self.dev.local()).output().unwrap();
        assert_eq!(output.status.code(), Some(exit), "{line}: {}", stderr(&output));
        output
    }

    /// Presses the switch of an alarm.
    fn switch(&self, alarm: &str, on: bool) {
        let head = format!(
            "POST /_edgeswitch/api/alarms HTTP/1.1\r\nOrigin: http://{}\r\nContent-Type: application/json",
            self.host
        );
        let body = format!(r#"{{"name":"{alarm}","on":{on}}}"#);
        let response = exchange(&self.host, &head, &body);
        assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    }

    /// Reads what the page is told until it has this text.
    fn told_until(&self, text: &str) {
        let stream = send(&self.host, "GET /_edgeswitch/api/stream HTTP/1.1", "");
        let mut lines = BufReader::new(stream).lines();
        assert!(lines.any(|line| line.unwrap().contains(text)), "the page is not told `{text}`");
    }
}

fn command(folder: &Path, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_edgeswitch"));
    command.args(line.split(' ')).args(["--config", "shop.toml"]).current_dir(folder);
    command.env_clear().envs(clock_environment());
    command
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_ramp_without_a_terminal_is_stopped_by_an_alarm() {
    let mut shop = Shop::start(CONFIG);
    assert_eq!(shop.dev.word_after("alarms     "), "shop-5xx,");
    shop.control("init v1 --slot blue -y", 0);
    shop.dev.next_line("announced version 1");
    shop.control("release add v2 --slot green -y", 0);
    let ramp = "ramp v2 --steps 50,100 --every 1h --alarm shop-5xx --guarded -y";
    let said = stderr(&shop.control(ramp, 0));
    assert!(said.contains("the guard holds the ramp"), "{said}");
    shop.told_until("v2 (green) 50 %");
    let status = stdout(&shop.control("status", 3));
    assert!(status.contains("it holds the ramp of v2"), "{status}");

    shop.switch("shop-latency", true);
    shop.dev
        .next_line("alarm `shop-latency` does not end the ramp: the ramp does not name the alarm");
    shop.switch("shop-5xx", true);
    let why = "rollback to v1: alarm `shop-5xx`: switched on, on the page of edgeswitch dev";
    shop.dev.next_line(why);
    shop.told_until("\"headline\":\"v1 (blue) 100 %\"");
    let history = stdout(&shop.control("history", 0));
    let why = "alarm `shop-5xx`: switched on, on the page of edgeswitch dev";
    assert!(history.contains(why) && history.contains("guard"), "{history}");
    shop.dev.end();
}

/// The guard of `edgeswitch dev` reads the logs of its viewers. The step is held, because nobody has come.
#[test]
fn the_guard_asks_the_gate_about_the_local_logs() {
    let logs = "logs = \"logs\"\nguard = true\n";
    let mut shop = Shop::start(&CONFIG.replace("guard = true\n", logs));
    shop.control("init v1 --slot blue -y", 0);
    shop.dev.next_line("announced version 1");
    shop.control("release add v2 --slot green -y", 0);
    let ramp = "ramp v2 --steps 50,100 --every 187s --guarded --gate --logs logs -y";
    let said = stderr(&shop.control(ramp, 0));
    assert!(said.contains("the guard asks the gate every minute"), "{said}");
    shop.told_until("v2 (green) 50 %");
    exchange(&shop.host, "GET / HTTP/1.1\r\nSec-Fetch-Dest: document", "");
    // Any alarm wakes the guard.
    shop.switch("shop-latency", true);
    shop.dev.next_line("ramp pause: gate: cannot tell: ");
    let status = stdout(&shop.control("status", 3));
    assert!(status.contains("           gate: cannot tell: "), "{status}");
    assert!(status.contains("the next step is held: `edgeswitch ramp resume` lets it pass"));
    shop.control("ramp resume -y", 0);
    shop.dev.end();
}

#[test]
fn a_ramp_is_not_left_to_a_guard_that_is_off() {
    let shop = Shop::start(&CONFIG.replace("guard = true\n", ""));
    let rows = [
        ("init v1 --slot blue -y", 0, ""),
        ("release add v2 --slot green -y", 0, ""),
        ("ramp v2 --steps 50,100 --every 1h --guarded -y", 1, "no guard has run for this plan"),
        (
            "ramp v2 --steps 50,100 --every 1h --alarm shop-4xx -y",
            1,
            "there is no alarm `shop-4xx`",
        ),
    ];
    for (line, exit, text) in rows {
        let said = stderr(&shop.control(line, exit));
        assert!(said.contains(text), "{line}: {said}");
    }
    shop.dev.end();
}
