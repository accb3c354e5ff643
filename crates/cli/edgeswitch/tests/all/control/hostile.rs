//! Values that attack a terminal, a table or a pipeline's log, in every field that takes any text.

use serde_json::{Value, json};

use crate::control::world::{Ran, World};

/// The name of the attack, and the value.
const ATTACKS: [(&str, &str); 9] = [
    ("a clipboard", "\x1b]52;c;aGk=\x07"),
    ("a colour in one byte", "\u{9b}31m"),
    ("a second row", "x\nactive     evil 100 %"),
    ("a row over this one", "x\ractive     evil 100 %"),
    ("a command of GitHub", "x\n::error::evil"),
    ("a command of GitHub anywhere", "##[stop-commands]evil"),
    ("another direction", "x\u{202e}y\u{2066}z"),
    ("no width", "x\u{200b}\u{feff}\u{e0041}y"),
    ("delete", "x\u{7f}y"),
];

fn hostile_plan(attack: &str) -> String {
    let release = |slot: &str| json!({ "prefix": "/releases/a", "slot": slot });
    json!({
        "schema": 1,
        "revision": 18,
        "releases": { "41ab03d": release(attack), "9f2c1e7": release(attack) },
        "rollout": "r12",
        "stages": [{ "from": "2026-11-22T09:00:00Z", "weights": [["41ab03d", 90], ["9f2c1e7", 10]] }],
        "last_change": { "at": "2026-11-22T09:59:00Z", "what": attack, "by": attack, "why": attack },
        "note": attack,
    })
    .to_string()
}

fn check(name: &str, line: &str, text: &str) {
    let unseen = |one: char| {
        let is_format =
            matches!(one, '\u{200b}' | '\u{202e}' | '\u{2066}' | '\u{feff}' | '\u{e0041}');
        is_format || (one.is_control() && one != '\n')
    };
    assert!(!text.contains(unseen), "{name}, {line}: {text:?}");
    assert!(!text.contains("##["), "{name}, {line}: {text}");
    for row in text.lines() {
        let is_forged = row.starts_with("active     evil") || row.trim_start().starts_with("::");
        assert!(!is_forged, "{name}, {line}: {text}");
    }
}

async fn attacked(attack: &str) -> World {
    let world = World::with_plan().await;
    world.put(&hostile_plan(attack)).await;
    world
}

const LINES: [&str; 9] = [
    "status",
    "history",
    "diff 1 2",
    "release list",
    "release add c0ffee1 -y",
    "ramp c0ffee1 --steps 10 --every 10m --dry-run",
    "canary 9f2c1e7 --weight 20 --dry-run",
    "preview 9f2c1e7",
    "rollback -y --dry-run",
];

#[tokio::test]
async fn no_command_prints_a_value_that_acts_on_a_terminal_or_a_log() {
    for (name, attack) in ATTACKS {
        let world = attacked(attack).await;
        let mut all = String::new();
        for line in LINES {
            for Ran { out, err, .. } in [world.run(line).await, world.run_narrow(line).await] {
                check(name, line, &out);
                check(name, line, &err);
                all.push_str(&out);
            }
        }
        assert!(all.contains('\\'), "{name}: it is printed, escaped: {all}");
    }
}

#[tokio::test]
async fn json_has_the_value_itself() {
    for (name, attack) in ATTACKS {
        let world = attacked(attack).await;
        let ran = world.run("status --output json").await;
        check(name, "status --output json", &ran.out);
        let status: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(status["summary"]["traffic"][0]["slot"], attack, "{name}");
        assert_eq!(status["summary"]["last_change"]["by"], attack, "{name}");
        let ran = world.run("diff 1 2 --output json").await;
        check(name, "diff --output json", &ran.out);
        let diff: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(diff["after"]["note"], attack, "{name}");
    }
}

#[tokio::test]
async fn an_error_and_a_question_are_one_line_each() {
    for (name, attack) in ATTACKS {
        let world = attacked(attack).await;
        world.put(&format!(r#"{{"schema":1,{}:1}}"#, json!(attack))).await;
        let ran = world.run("status").await;
        check(name, "an invalid plan", &ran.err);
        assert_eq!(ran.err.lines().count(), 2, "{name}: {}", ran.err);
        let world = attacked(attack).await;
        let ran = world.answer("canary 9f2c1e7 --weight 20", attack).await;
        check(name, "a question", &ran.err);
    }
}
