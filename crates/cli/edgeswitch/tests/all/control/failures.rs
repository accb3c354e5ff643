//! Failures of the program as a process: lines for people, or one JSON document for programs.

use std::process::Output;

use serde_json::{Value, json};

use crate::control::program::{program, run};
use crate::control::world::{HOME, NAME, World};

/// The last line of standard error, as JSON.
fn document(ran: &Output) -> Value {
    let err = String::from_utf8(ran.stderr.clone()).unwrap();
    assert!(ran.stdout.is_empty(), "{err}");
    assert!(!err.contains('\x1b'), "no colours: {err}");
    serde_json::from_str(err.lines().last().unwrap()).unwrap_or_else(|_| panic!("{err}"))
}

/// The line, the exit code, the start of the error, and of the hint if there is one.
type Row = (String, u64, &'static str, Option<&'static str>);

fn rows() -> Vec<Row> {
    let place = format!("--parameter {NAME} --region {HOME}");
    let row = |line: &str, code, error, hint| (line.to_owned(), code, error, hint);
    vec![
        row("status", 2, "no `edgeswitch.toml`", Some("`edgeswitch init`")),
        row("diff none.json", 1, "read `none.json`: No such file", Some("check that it exists")),
        row("init", 2, "`--region` is missing", None),
        row(
            "explain --uri / --no-plan",
            1,
            "read `edgeswitch.toml`: ",
            Some("check that it exists"),
        ),
        row("package", 1, "read `edgeswitch.toml`: ", Some("check that it exists")),
        row("dev --bucket none", 2, "`--bucket` ", Some("name its configuration")),
        row("preview a --key none.key", 2, "no `edgeswitch.toml`", Some("`edgeswitch init`")),
        (format!("rollback -y {place}"), 1, "read `/shop/plan`", Some("sign in")),
        (
            format!("preview a --key none {place}"),
            2,
            "there is no key",
            Some("`edgeswitch preview"),
        ),
    ]
}

#[tokio::test]
async fn a_failure_is_one_json_document() {
    let world = World::new().await;
    for (line, code, error, hint) in rows() {
        let ran = run(program(&format!("{line} --output json"), &world)).await;
        let found = document(&ran);
        assert_eq!(ran.status.code().map(i64::from), found["code"].as_i64(), "{line}: {found}");
        assert_eq!((&found["schema"], &found["code"]), (&json!(1), &json!(code)), "{line}");
        assert!(found["error"].as_str().unwrap().starts_with(error), "{line}: {found}");
        match hint {
            Some(hint) => {
                assert!(found["hint"].as_str().unwrap().starts_with(hint), "{line}: {found}");
            }
            None => assert_eq!(found["hint"], Value::Null, "{line}"),
        }
    }
}

#[tokio::test]
async fn bad_usage_is_a_json_document_too() {
    let rows = [
        (
            "promotee a --output json",
            "unrecognized subcommand 'promotee'",
            "a similar subcommand exists: 'promote'",
        ),
        (
            "--output=json promote",
            "the following required arguments were not provided: <ID>",
            "Usage: edgeswitch promote",
        ),
        (
            "promote a/b --output json",
            "invalid value 'a/b' for '<ID>': `a/b` is not an id",
            "For more information",
        ),
        ("--output json", "'edgeswitch' requires a subcommand", "Usage: edgeswitch"),
    ];
    let world = World::new().await;
    for (line, error, hint) in rows {
        let ran = run(program(line, &world)).await;
        let found = document(&ran);
        assert_eq!((ran.status.code(), &found["code"]), (Some(2), &json!(2)), "{line}");
        assert!(found["error"].as_str().unwrap().starts_with(error), "{line}: {found}");
        assert!(found["hint"].as_str().unwrap().starts_with(hint), "{line}: {found}");
    }
}

#[tokio::test]
async fn help_and_the_version_are_no_failures() {
    let world = World::new().await;
    for line in ["--output json --help", "--output json --version"] {
        let ran = run(program(line, &world)).await;
        assert_eq!((ran.status.code(), ran.stderr.len()), (Some(0), 0), "{line}");
        assert!(ran.stdout.starts_with(b"Blue/green") || ran.stdout.starts_with(b"edgeswitch"));
    }
}
