//! What a project keeps between two runs, and what a run says when its configuration changes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::dev::{PROJECT, edgeswitch, project, refused, started_and_ended, stderr};

const CONFIG: &[&str] = &["--config", "shop.toml"];
const FILE: &str = ".edgeswitch/shop.parameters.json";

/// A run that has started.
struct Running {
    process: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    fn start(folder: &Path) -> Self {
        let mut process = edgeswitch(folder, CONFIG).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        let mut running = Self { process, lines };
        running.line_with("ready in");
        running
    }

    /// Reads until a line has this text.
    fn line_with(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.lines.read_line(&mut line).unwrap() > 0, "it ended before `{text}`");
            if line.contains(text) {
                return line;
            }
        }
    }

    fn end(mut self) {
        let kill = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(kill.success());
        assert_eq!(self.process.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn the_plan_is_kept_beside_the_project_until_a_fresh_start() {
    let folder = project();
    let first = started_and_ended(folder.path(), CONFIG);
    assert!(first.contains(&format!("kept       {FILE}, for the next run\n")), "{first}");
    assert_eq!(fs::read_to_string(folder.path().join(".edgeswitch/.gitignore")).unwrap(), "*\n");
    let other = PROJECT.replace("fallback = \"41ab03d\"", "fallback = \"9f2c1e7\"");
    fs::write(folder.path().join("shop.toml"), other).unwrap();
    let second = started_and_ended(folder.path(), CONFIG);
    let kept = format!("kept       {FILE}, version 1 of the last run; --fresh starts anew\n");
    assert!(second.contains(&kept), "{second}");
    assert!(second.contains("release 41ab03d has no"), "{second}");
    let fresh = started_and_ended(folder.path(), &["--config", "shop.toml", "--fresh"]);
    assert!(fresh.contains(&format!("kept       {FILE}, for the next run\n")), "{fresh}");
    assert!(fresh.contains("release 9f2c1e7 has no"), "{fresh}");
}

#[test]
fn every_run_begins_with_the_plan_that_the_project_names() {
    let folder = project();
    fs::write(folder.path().join("plan.json"), "9f2c1e7").unwrap();
    fs::write(folder.path().join("shop.toml"), format!("{PROJECT}plan = \"plan.json\"\n")).unwrap();
    for run in ["first", "second"] {
        let said = started_and_ended(folder.path(), CONFIG);
        assert!(said.contains("release 9f2c1e7 has no"), "{run}: {said}");
        assert!(!said.contains("  kept "), "{run}: {said}");
    }
}

#[test]
fn the_first_plan_is_not_read_while_a_named_file_keeps_one() {
    let folder = project();
    let config = format!("{PROJECT}state = \"kept.json\"\n");
    fs::write(folder.path().join("shop.toml"), &config).unwrap();
    started_and_ended(folder.path(), CONFIG);
    fs::write(folder.path().join("shop.toml"), format!("{config}plan = \"plan.json\"\n")).unwrap();
    let said = started_and_ended(folder.path(), CONFIG);
    let note = "plan.json is not read, because a plan is kept: --fresh starts with it\n";
    assert!(said.contains(note), "{said}");
}

#[test]
fn a_second_run_of_a_project_is_refused() {
    let folder = project();
    let running = Running::start(folder.path());
    for arguments in [&["--config", "shop.toml"][..], &["--config", "shop.toml", "--fresh"]] {
        let second = refused(folder.path(), arguments);
        assert_eq!(second.status.code(), Some(1));
        assert_eq!(
            stderr(&second),
            format!(
                "error: state file `{FILE}` is in use: end the program that uses it, or name another file\n\
                 hint: if another `edgeswitch dev` runs this project, use that one; `state` in [dev] names \
                 another file\n"
            )
        );
    }
    running.end();
}

#[test]
fn a_fresh_start_replaces_a_broken_file() {
    let folder = project();
    started_and_ended(folder.path(), CONFIG);
    fs::write(folder.path().join(FILE), "{").unwrap();
    let broken = stderr(&refused(folder.path(), CONFIG));
    assert!(broken.ends_with("hint: `--fresh` starts without the parameters in it\n"), "{broken}");
    started_and_ended(folder.path(), &["--config", "shop.toml", "--fresh"]);
    started_and_ended(folder.path(), CONFIG);
}

#[test]
fn a_project_that_cannot_be_written_runs_all_the_same() {
    let folder = project();
    fs::write(folder.path().join(".edgeswitch"), "a file in the place of the folder").unwrap();
    let said = started_and_ended(folder.path(), CONFIG);
    assert!(said.contains("note       the plan ends with this run: state file `"), "{said}");
    assert!(!said.contains("  kept "), "{said}");
}

#[test]
fn a_changed_configuration_is_said_with_its_keys() {
    let folder = project();
    let file = folder.path().join("shop.toml");
    let mut running = Running::start(folder.path());
    fs::write(
        &file,
        format!("{PROJECT}[cookies]\nmax_age_seconds = 60\n").replace("port = 0", "port = 9000"),
    )
    .unwrap();
    assert_eq!(
        running.line_with("changed"),
        "  changed    shop.toml: restart `edgeswitch dev` to apply `cookies`, `dev`\n"
    );
    fs::write(&file, PROJECT.replace("bucket = ", "bukket = ")).unwrap();
    assert_eq!(
        running.line_with("changed"),
        "  changed    shop.toml: not valid: configuration `shop.toml`: unknown key `bukket` in [dev]: did you \
         mean `bucket`?\n"
    );
    fs::write(&file, format!("# a comment\n{PROJECT}")).unwrap();
    assert_eq!(running.line_with("changed"), "  changed    shop.toml: no restart needed\n");
    running.end();
}
