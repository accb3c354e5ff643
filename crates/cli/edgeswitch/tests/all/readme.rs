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

/// The local CloudFront on ports that are free, and the option that it prints for other terminals.
struct Dev {
    process: Child,
    local: String,
}

impl Dev {
    fn start() -> Self {
        let mut command = Command::new(PROGRAM);
        let mut process =
            command.args(["dev", "--port", "0"]).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        // It is ready, and writes nothing more to a pipe that is closed.
        let said: Vec<String> = lines.take_while(|line| !line.contains("ready in")).collect();
        // The option with its address is the last word.
        let status = said.iter().find(|line| line.contains("edgeswitch status ")).unwrap();
        Self { process, local: status.rsplit(' ').next().unwrap().to_owned() }
    }

    /// What a shell says to `line`, at the address that was printed.
    fn say(&self, folder: &Path, line: &str) -> String {
        let path = Path::new(PROGRAM).parent().unwrap();
        let line = line.replace("--local", &self.local);
        let output = Command::new("sh")
            .args(["-c", &format!("{line} 2>&1")])
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
    for (line, said) in commands() {
        assert_eq!(timeless(dev.say(&shop, line).trim_end()), timeless(&said), "{line}");
    }
}
