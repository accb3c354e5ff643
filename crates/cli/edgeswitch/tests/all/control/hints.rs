//! The commands that errors, hints and help name are command lines of this program.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use clap::error::ErrorKind;
use edgeswitch::Cli;
use regex_lite::Regex;

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = |path: PathBuf| if path.is_dir() { sources(&path) } else { vec![path] };
    entries.flat_map(below).collect()
}

/// Every `edgeswitch ...` in back quotes; what is filled in later is `1`.
fn commands() -> Vec<(PathBuf, String)> {
    let command = Regex::new("`(edgeswitch [^`\n]*)`").unwrap();
    let filled_in = Regex::new(r"\{[^}]*\}|<[^>]*>").unwrap();
    let of = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let lines = command.captures_iter(&text).map(|found| found[1].to_owned());
        let lines = lines.map(|line| filled_in.replace_all(&line, "1").into_owned());
        lines.map(|line| (path.clone(), line)).collect::<Vec<_>>()
    };
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).into_iter().flat_map(of).collect()
}

/// A command may be named without what it needs.
#[test]
fn every_command_that_is_named_is_one() {
    let commands = commands();
    assert!(commands.len() > 40, "{commands:?}");
    for (path, line) in commands {
        let parsed = Cli::try_parse_from(line.split_whitespace());
        let kind = parsed.err().map(|error| error.kind());
        let is_command = match kind {
            None | Some(ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand) => true,
            Some(_) => false,
        };
        assert!(is_command, "{}: `{line}`: {kind:?}", path.display());
    }
}
