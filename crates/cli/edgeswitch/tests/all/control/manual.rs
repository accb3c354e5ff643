//! What `man` reads: it is made of the same definitions as the help.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output};

use clap::Parser;
use edgeswitch::{Cli, run};
use tempfile::TempDir;

use crate::control::help::{after_help, commands};

pub(crate) fn printed(line: &str) -> String {
    let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
    let mut out = Vec::new();
    run(&cli, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn manual() -> TempDir {
    let folder = TempDir::new().unwrap();
    printed(&format!("edgeswitch manual --out {}", folder.path().display()));
    folder
}

#[test]
fn every_command_has_a_page_with_its_examples() {
    let folder = manual();
    let commands = commands(80);
    for command in &commands {
        let name = command.get_display_name().unwrap_or(command.get_name());
        let page = fs::read_to_string(folder.path().join(format!("{name}.1"))).unwrap();
        assert!(page.contains(&format!(".TH {name} 1")), "{page}");
        let has_examples = after_help(command).contains("$ edgeswitch ");
        assert_eq!(page.contains("$ edgeswitch "), has_examples, "{name}");
    }
    let pages = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(pages, commands.len(), "a page for each command, and no other");
}

/// The page as a terminal shows it; `None` where nothing formats pages.
fn formatted(page: &Path) -> Option<Output> {
    match Command::new("groff").args(["-man", "-ww", "-Tutf8", "-rLL=80n"]).arg(page).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        ran => Some(ran.unwrap()),
    }
}

#[test]
fn the_pages_have_no_errors_in_their_markup() {
    for page in fs::read_dir(manual().path()).unwrap() {
        let page = page.unwrap().path();
        let Some(ran) = formatted(&page) else { return };
        let problems = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success() && problems.is_empty(), "{}: {problems}", page.display());
    }
}
