//! The README's way from an empty folder to a canary: each command as it is written there says what is written there.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::clock_environment::clock_environment;
use crate::timeless::timeless;

const README: &str = include_str!("../../../../../README.md");
const PROGRAM: &str = env!("CARGO_BIN_EXE_edgeswitch");

/// The local CloudFront on ports that are free, and what it prints for other terminals.
struct Dev {
    process: Child,
    export: String,
}

impl Dev {
    fn start() -> Self {
        let mut command = Command::new(PROGRAM);
        let mut process =
            command.args(["dev", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let export = lines.map(|line| line.trim().to_owned()).find(|line| is_export(line));
        Self { process, export: export.unwrap() }
    }

    /// What a shell says to `line` with the variables that were printed.
    fn say(&self, folder: &Path, line: &str) -> String {
        let path = Path::new(PROGRAM).parent().unwrap();
        let output = Command::new("sh")
            .args(["-c", &format!("{}; {line} 2>&1", self.export)])
            .current_dir(folder)
            .env_clear()
            .envs(clock_environment())
            .env("PATH", format!("{}:/usr/bin:/bin", path.display()))
            .output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn is_export(line: &str) -> bool {
    line.starts_with("export AWS_ENDPOINT_URL_SSM=")
}

/// The commands of the block that begins with `edgeswitch dev`, and what each says.
fn commands() -> Vec<(&'static str, String)> {
    let (_, block) = README.split_once("```console\n$ edgeswitch dev\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let commands = block.strip_prefix("$ ").unwrap().split("\n$ ");
    let split = commands.map(|command| command.split_once('\n').unwrap_or((command, "")));
    split.map(|(line, said)| (line, said.trim_end().to_owned())).collect()
}

#[test]
fn five_commands_lead_from_an_empty_folder_to_a_canary() {
    let folder = TempDir::new().unwrap();
    let shop = folder.path().join("shop");
    fs::create_dir(&shop).unwrap();
    let dev = Dev::start();
    let mut commands = commands().into_iter();
    let (export, nothing) = commands.next().unwrap();
    assert!(is_export(export) && nothing.is_empty(), "{export}");
    let names = |line: &str| {
        line.split(' ').map(|word| word.split('=').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(export), names(&dev.export));
    for (line, said) in commands {
        assert_eq!(timeless(dev.say(&shop, line).trim_end()), timeless(&said), "{line}");
    }
}
