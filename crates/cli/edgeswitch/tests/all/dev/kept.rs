//! What a project keeps between two runs.

use std::fs;

use crate::dev::running::Running;
use crate::dev::{PROJECT, project, refused, started_and_ended, stderr};

const CONFIG: &[&str] = &["--config", "shop.toml"];
const FILE: &str = ".edgeswitch/shop.parameters.json";

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
