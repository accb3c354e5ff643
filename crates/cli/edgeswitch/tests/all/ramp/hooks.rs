//! Hooks as programs beside a real process: a signal ends both.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::Child;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use rustix::fs::{CWD, Mode, mkfifoat};
use rustix::process::{Pid, Signal, kill_process};

use crate::ramp::process::Shop;

/// The longest that anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// The longest that a hook may live after the signal.
const AT_ONCE: Duration = Duration::from_secs(20);

/// A program that starts another one, tells that it runs, and does not end. Both keep the pipe open.
const HOOK: &str = "exec 3>runs; sleep 600 & echo started >&3; wait";

/// A project whose hook at this point is [`HOOK`].
fn shop(point: &str) -> Shop {
    let shop = Shop::open();
    let path = shop.folder().join("edgeswitch.toml");
    let hooks = format!("[hooks.{point}]\ncommand = [\"sh\", \"-c\", \"{HOOK}\"]\n");
    fs::write(&path, fs::read_to_string(&path).unwrap() + &hooks).unwrap();
    mkfifoat(CWD, shop.folder().join("runs"), Mode::RWXU).unwrap();
    shop
}

/// Waits until the hook runs, sends the signal, and returns the exit code and standard error. The hook and its child
/// have ended then: nobody has the pipe open any more.
fn interrupt(shop: &Shop, line: &str, signal: Signal) -> (Option<i32>, String) {
    let program: Child = shop.spawn(line);
    let runs = shop.folder().join("runs");
    let (tell, told) = channel();
    thread::spawn(move || {
        let mut pipe = BufReader::new(fs::File::open(runs).unwrap());
        let mut started = String::new();
        pipe.read_line(&mut started).unwrap();
        tell.send(started).unwrap();
        pipe.read_to_end(&mut Vec::new()).unwrap();
        tell.send("ended".into()).unwrap();
    });
    assert_eq!(told.recv_timeout(PATIENCE).as_deref(), Ok("started\n"));
    kill_process(Pid::from_child(&program), signal).unwrap();
    assert_eq!(told.recv_timeout(AT_ONCE).as_deref(), Ok("ended"), "the hook lives on");
    let done = program.wait_with_output().unwrap();
    (done.status.code(), String::from_utf8(done.stderr).unwrap())
}

#[test]
fn a_signal_ends_the_hook_before_the_traffic_and_nothing_is_written() {
    for (signal, by) in [(Signal::INT, "Ctrl-C"), (Signal::TERM, "a signal")] {
        let shop = shop("before-traffic");
        let before = shop.summary().revision;
        let (code, err) = interrupt(&shop, "promote 9f2c1e7 --now -y", signal);
        let said = format!("hook `before-traffic` was ended by {by}; nothing was written\n");
        assert!(err.contains(&said), "{err}");
        assert_eq!((code, shop.summary().revision), (Some(1), before), "{err}");
    }
}

#[test]
fn a_signal_ends_the_hook_of_a_step_with_the_command_that_holds_the_ramp() {
    let shop = shop("after-step");
    let line = "ramp 9f2c1e7 --steps 10,100 --every 20m -y --lease 10m";
    let slow = fs::read_to_string(shop.folder().join("edgeswitch.toml")).unwrap();
    let slow = slow.replace("[hooks.after-step]\n", "[hooks.after-step]\ntimeout_seconds = 600\n");
    fs::write(shop.folder().join("edgeswitch.toml"), slow).unwrap();
    let (code, err) = interrupt(&shop, line, Signal::TERM);
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("stopped: when the lease ends at"), "{err}");
}

/// After a hook has ended by itself, Ctrl-C ends the program as before.
#[test]
fn a_signal_after_the_hook_ends_the_program() {
    let shop = Shop::open();
    let path = shop.folder().join("edgeswitch.toml");
    let hooks = "[hooks.before-traffic]\ncommand = [\"true\"]\n";
    fs::write(&path, fs::read_to_string(&path).unwrap() + hooks).unwrap();
    let mut program = shop.spawn("promote 9f2c1e7 --at +1h -y");
    let mut err = BufReader::new(program.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("without this command") {
        line.clear();
        assert!(err.read_line(&mut line).unwrap() > 0, "it has ended");
    }
    kill_process(Pid::from_child(&program), Signal::INT).unwrap();
    let (end, ended) = channel();
    thread::spawn(move || end.send(program.wait().unwrap()));
    let status = ended.recv_timeout(AT_ONCE).expect("the program lives on");
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(Signal::INT.as_raw()));
}
