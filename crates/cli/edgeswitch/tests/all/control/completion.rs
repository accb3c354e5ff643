//! What bash, zsh and fish offer while somebody types: the shells themselves ask, and the plan answers.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use clap_complete::Shell;
use edge_time::{Clock, SystemClock, Timestamp};
use serde_json::json;

use crate::clock_environment::clock_environment;
use crate::control::manual::printed;
use crate::ramp::process::{Shop, Terminal};

const PROGRAM: &str = env!("CARGO_BIN_EXE_edgeswitch");

const SLOTS: &str = "[slots.blue]\napi = \"blue-alb.example.com\"\n\
                     [slots.green]\napi = \"green-alb.example.com\"\n";

/// A release for each state.
fn plan() -> String {
    let now = SystemClock.now();
    let former = |hours: i64| Timestamp(now.0 - hours * 3_600_000).floor_second().to_string();
    let release = |slot: &str| json!({ "slot": slot, "origins": {} });
    let served = |hours: i64| json!({ "served_until": former(hours) });
    json!({
        "schema": 1,
        "revision": 17,
        "releases": {
            "ac71fe0": release("blue"),
            "ca9a410": release("green"),
            "57a9ed0": {},
            "d4a1310": served(1),
            "d4a13d0": served(24 * 90),
            "17d4a30": {},
        },
        "rollout": "r12",
        "stages": [
            { "from": "2020-01-01T00:00:00Z", "weights": [["ac71fe0", 90], ["ca9a410", 10]] },
        ],
        "withdrawn": ["17d4a30"],
    })
    .to_string()
}

fn shop() -> Shop {
    let shop = Shop::open();
    let config = shop.folder().join("edgeswitch.toml");
    let text = fs::read_to_string(&config).unwrap() + SLOTS;
    fs::write(&config, text).unwrap();
    shop.put(&plan());
    shop
}

/// The program's folder first, so that a shell finds it by its name.
fn path() -> String {
    let folder = Path::new(PROGRAM).parent().unwrap();
    let path = env::var("PATH").unwrap();
    format!("{}:{path}", folder.display())
}

fn command(program: &str, shop: &Shop) -> Command {
    let mut command = Command::new(program);
    command.current_dir(shop.folder()).env_clear().envs(clock_environment());
    command.envs(shop.variables()).env("PATH", path()).stdin(Stdio::null());
    command
}

/// Whether a shell is installed.
fn has(shell: &str) -> bool {
    match Command::new(shell).arg("--version").output() {
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        ran => ran.unwrap().status.success(),
    }
}

#[test]
fn every_shell_gets_a_script_that_asks_the_program() {
    for shell in Shell::value_variants() {
        let script = printed(&format!("edgeswitch completions {shell}"));
        assert!(script.contains("EDGESWITCH_COMPLETE"), "{shell}: {script}");
        assert!(!script.contains(PROGRAM), "{shell}: it finds the program on the path: {script}");
    }
}

/// Asks as fish's script does, which needs no fish: answers and descriptions, without those that are options.
fn asked(command: &mut Command, words: &str) -> Vec<String> {
    command.env("EDGESWITCH_COMPLETE", "fish").arg("--").args(words.split(' '));
    let ran: Output = command.output().unwrap();
    assert!(ran.status.success() && ran.stderr.is_empty(), "{words}: {ran:?}");
    let answers = String::from_utf8(ran.stdout).unwrap();
    let is_option = |line: &&str| line.starts_with('-') && !line.contains('=');
    answers.lines().filter(|line| !is_option(line)).map(ToOwned::to_owned).collect()
}

fn values(shop: &Shop, words: &str) -> Vec<String> {
    asked(&mut command(PROGRAM, shop), words)
}

#[test]
fn each_argument_offers_the_releases_that_it_can_mean() {
    let shop = shop();
    let until = Timestamp(SystemClock.now().0 - 3_600_000).plus(Duration::from_secs(604_807));
    let draining = values(&shop, "edgeswitch release withdraw d4a131").remove(0);
    let (id, state) = draining.split_once('\t').unwrap();
    assert_eq!(id, "d4a1310");
    let date = &until.to_string()[..10];
    assert!(state.starts_with(&format!("draining until {date} ")), "{state}");

    let rows: [(&str, &[&str]); 12] = [
        ("promote ", &["57a9ed0\tstaged", "ca9a410\tcanary 10 %"]),
        ("canary ", &["57a9ed0\tstaged", "ca9a410\tcanary 10 %"]),
        ("rollback ", &["ac71fe0\tactive 90 %", "d4a1310", "d4a13d0\tdrained"]),
        ("rollback --from ", &["ac71fe0\tactive 90 %", "ca9a410\tcanary 10 %"]),
        ("release withdraw ", &["57a9ed0\tstaged", "d4a1310", "d4a13d0\tdrained"]),
        ("release remove ", &["17d4a30\twithdrawn", "57a9ed0\tstaged", "d4a13d0\tdrained"]),
        ("verify d4a13", &["d4a1310", "d4a13d0\tdrained"]),
        ("ramp 5", &["57a9ed0\tstaged"]),
        ("preview a", &["ac71fe0\tactive 90 %"]),
        (
            "release add c0ffee1 --slot ",
            &["blue\tserves ac71fe0", "green\tserves ca9a410", "idle\tthe slot without traffic"],
        ),
        ("release add c0ffee1 --slot=g", &["green\tserves ca9a410"]),
        ("promote none", &[]),
    ];
    for (words, expected) in rows {
        let found = values(&shop, &format!("edgeswitch {words}"));
        let found: Vec<&str> = found
            .iter()
            .map(|answer| answer.trim_start_matches("--slot="))
            .map(|answer| if answer.starts_with("d4a1310") { "d4a1310" } else { answer })
            .filter(|answer| !answer.starts_with("help") && !is_ramp_or_preview(answer))
            .collect();
        assert_eq!(found, expected, "{words}");
    }
}

fn is_ramp_or_preview(answer: &str) -> bool {
    let (word, _) = answer.split_once('\t').unwrap_or((answer, ""));
    ["abort", "off"].contains(&word)
}

/// The options that are typed already count.
#[test]
fn the_plan_is_the_one_that_the_line_names() {
    let shop = shop();
    let elsewhere = |words: &str, address: &str| {
        let mut command = command(PROGRAM, &shop);
        command.current_dir("/").env("AWS_ENDPOINT_URL", address);
        asked(&mut command, &format!("edgeswitch promote {words} 5"))
    };
    let (url, nowhere) = (shop.url(), "http://127.0.0.1:9");
    let config = shop.folder().join("edgeswitch.toml").display().to_string();
    let found = ["57a9ed0\tstaged"];
    let place = "--parameter /shop/plan --region=eu-central-1";
    assert_eq!(elsewhere(place, &url), found);
    assert_eq!(elsewhere(&format!("--config {config}"), &url), found);
    assert_eq!(elsewhere(&format!("--config={config} --local={url}"), nowhere), found);
    assert_eq!(elsewhere(&format!("--local={url} {place}"), nowhere), found);
    let none: [&str; 0] = [];
    assert_eq!(elsewhere("--parameter /shop/plan --region us-west-2", &url), none);
    assert_eq!(elsewhere("--config none.toml", &url), none);
    assert_eq!(elsewhere("", &url), none);
}

/// A shell that asks gets no error and no long wait, whatever is wrong.
#[test]
fn without_a_plan_nothing_is_said() {
    let shop = shop();
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let silent = format!("http://{}", silent.local_addr().unwrap());
    let config = shop.folder().join("edgeswitch.toml");
    let good = fs::read_to_string(&config).unwrap();
    let rows = [
        ("nobody answers", good.as_str(), silent.as_str()),
        ("nobody listens", good.as_str(), "http://127.0.0.1:9"),
        ("a mistake in the configuration", "nam = 1", shop.url().as_str()),
    ]
    .map(|(name, config, url)| (name, config.to_owned(), url.to_owned()));
    for (name, text, url) in rows {
        fs::write(&config, text).unwrap();
        let begin = Instant::now();
        let mut asking = command(PROGRAM, &shop);
        let found = asked(asking.env("AWS_ENDPOINT_URL", &url), "edgeswitch promote ");
        assert!(found.is_empty(), "{name}: {found:?}");
        assert!(begin.elapsed() < Duration::from_secs(15), "{name}: {:?}", begin.elapsed());
    }
    fs::write(&config, good).unwrap();
    let mut asking = command(PROGRAM, &shop);
    let line = "edgeswitch release add c0ffee1 --slot ";
    let found = asked(asking.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9"), line);
    assert_eq!(found, ["blue", "green"], "the configuration names them");
    shop.put("no plan!");
    assert!(values(&shop, "edgeswitch promote ").is_empty());

    let mut unknown = command(PROGRAM, &shop);
    let ran =
        unknown.env("EDGESWITCH_COMPLETE", "tcsh").args(["--", "edgeswitch"]).output().unwrap();
    assert!(!ran.status.success() && ran.stdout.is_empty() && ran.stderr.is_empty(), "{ran:?}");
}

/// A plan may have any text as a slot, and bash puts an answer into the line as it is.
#[test]
fn a_slot_that_a_shell_would_act_on_is_not_offered() {
    let shop = Shop::open();
    let plan = plan().replace(r#""slot":"green""#, r#""slot":"$(reboot)""#);
    shop.put(&plan.replace(r#""origins":{},"#, ""));
    assert_eq!(values(&shop, "edgeswitch release add c0ffee1 --slot "), ["blue\tno traffic"]);
}

/// What bash offers for the last of the words, which are as bash takes a line apart.
fn in_bash(shop: &Shop, words: &[&str]) -> Vec<String> {
    let script = printed("edgeswitch completions bash");
    let (last, previous) = (words.len() - 1, words[words.len() - 2]);
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let line = format!(
        "{script}\nCOMP_WORDS=({})\nCOMP_CWORD={last}\n\
         _clap_complete_edgeswitch edgeswitch '{}' '{previous}'\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
        quoted.join(" "),
        words[last],
    );
    let ran = command("bash", shop).args(["--norc", "-c", &line]).output().unwrap();
    assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");
    String::from_utf8(ran.stdout).unwrap().lines().map(ToOwned::to_owned).collect()
}

#[test]
fn bash_completes_commands_options_and_values() {
    let shop = shop();
    let rows: [(&[&str], &[&str]); 10] = [
        (&["edgeswitch", "ro"], &["rollback"]),
        (&["edgeswitch", "release", "w"], &["withdraw"]),
        (&["edgeswitch", "preview", "key"], &["keygen"]),
        (&["edgeswitch", "promote", "--dr"], &["--dry-run"]),
        (&["edgeswitch", "status", "--output", ""], &["text", "json"]),
        (&["edgeswitch", "completions", "z"], &["zsh"]),
        (&["edgeswitch", "status", "--config", "edges"], &["edgeswitch.toml"]),
        (&["edgeswitch", "promote", "57"], &["57a9ed0"]),
        (&["edgeswitch", "release", "add", "c0ffee1", "--slot", "=", "g"], &["green"]),
        (
            &["edgeswitch", "promote", "--at", "2030-01-01T10", ":", "00", ":", "00Z", "5"],
            &["57a9ed0"],
        ),
    ];
    for (words, expected) in rows {
        assert_eq!(in_bash(&shop, words), expected, "{words:?}");
    }
}

/// A shell in a terminal, with the script read.
fn shell(shop: &Shop, name: &str, line: &str) -> Terminal {
    let path = path();
    let mut terminal = shop.terminal_of(name, line, &[("PATH", &path), ("PS1", "> ")]);
    terminal.press("echo be''gun\n");
    terminal.until("begun");
    terminal
}

#[test]
fn bash_at_a_terminal_completes_the_line() {
    let shop = shop();
    let mut terminal = shell(&shop, "bash", "--norc --noprofile -i");
    terminal.press("source <(edgeswitch completions bash)\n");
    terminal.press("edgeswitch rollback d4a13d\t--rea\tslow");
    terminal.until("edgeswitch rollback d4a13d0 --reason slow");
    let url = shop.url();
    terminal.press(&format!("\x15AWS_ENDPOINT_URL= edgeswitch promote --local={url} 57\t-y"));
    terminal.until("57a9ed0 -y");
    terminal.press("\x15edgeswitch release add c0ffee1 --slot=gr\t-y");
    terminal.until("--slot=green -y");
}

#[test]
fn fish_shows_the_state_of_a_release() {
    if !has("fish") {
        return;
    }
    let shop = shop();
    let ask = |words: &str| {
        let line =
            format!("edgeswitch completions fish | source; complete -C 'edgeswitch {words}'");
        let ran = command("fish", &shop).args(["--no-config", "-c", &line]).output().unwrap();
        assert!(ran.status.success() && ran.stderr.is_empty(), "{words}: {ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    };
    assert_eq!(ask("promote 5"), "57a9ed0\tstaged\n");
    assert_eq!(ask("promote ca"), "ca9a410\tcanary 10 %\n");
    assert_eq!(ask("release add c0ffee1 --slot i"), "idle\tthe slot without traffic\n");
    assert_eq!(ask("rollb").split_once('\t').unwrap().0, "rollback");
}

/// Both ways to install the script: a line in `.zshrc`, and a file in a folder of `fpath`.
#[test]
fn zsh_shows_the_state_of_a_release() {
    if !has("zsh") {
        return;
    }
    let shop = shop();
    let functions = shop.folder().join("functions");
    fs::create_dir(&functions).unwrap();
    fs::write(functions.join("_edgeswitch"), printed("edgeswitch completions zsh")).unwrap();
    let begin = "autoload -U compinit; compinit -u -D";
    let ways = [
        format!("{begin}; source <(edgeswitch completions zsh)"),
        format!("fpath+=({}); {begin}", functions.display()),
    ];
    for way in ways {
        let mut terminal = shell(&shop, "zsh", "-f -i");
        terminal.press(&format!("{way}; clear\n"));
        terminal.press("edgeswitch rollback d4a13d\t--rea\tslow");
        terminal.until("edgeswitch rollback d4a13d0 --reason slow");
        terminal.press("\x15edgeswitch verify \t");
        let screen = terminal.until("57a9ed0");
        assert!(screen.contains("-- staged"), "{screen}");
        assert!(screen.contains("-- canary 10 %"), "{screen}");
    }
}

/// The variable of other programs' scripts is not this program's.
#[test]
fn an_ordinary_command_line_is_not_a_question() {
    let shop = shop();
    for (name, value) in [("COMPLETE", "bash"), ("EDGESWITCH_COMPLETE", "")] {
        let variable: (OsString, OsString) = (name.into(), value.into());
        let mut asking = command(PROGRAM, &shop);
        let ran = asking.envs([variable]).arg("--version").output().unwrap();
        assert!(ran.stdout.starts_with(b"edgeswitch "), "{name}: {ran:?}");
    }
}
