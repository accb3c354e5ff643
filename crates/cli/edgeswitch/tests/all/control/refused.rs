//! Bad input: one clear error each, a way out, and nothing written.

use clap::Parser;
use edge_time::Timestamp;
use edgeswitch::{Cli, Exit};

use crate::control::world::{HOME, NAME, NOW, PLAN, Ran, World};

fn check(name: &str, ran: &Ran, exit: Exit, words: &str) {
    assert_eq!(ran.exit, exit, "{name}: {}", ran.err);
    assert!(ran.out.is_empty(), "{name}: {}", ran.out);
    let errors = ran.err.lines().filter(|line| line.starts_with("error: ")).count();
    assert_eq!(errors, 1, "{name}: {}", ran.err);
    assert!(ran.err.contains(words), "{name}: {}", ran.err);
    assert!(ran.err.contains("\nhint: "), "{name}: {}", ran.err);
}

#[tokio::test]
async fn a_change_against_the_rules_is_refused_with_the_way_out() {
    let rows = [
        ("unknown release", "promote c0ffee1 -y", "`c0ffee1` is not registered"),
        ("nothing to change", "promote 41ab03d -y", "nothing to change"),
        ("canary of the active one", "canary 41ab03d --weight 5 -y", "is the active release"),
        ("canary of everybody", "canary 9f2c1e7 --weight 100 -y", "would get all viewers"),
        ("too soon", "promote 9f2c1e7 -y --at 2026-11-22T10:00:10Z", "is too soon"),
        ("registered otherwise", "release add 9f2c1e7 --prefix /other -y", "is already registered"),
        ("withdraw with traffic", "release withdraw 41ab03d -y", "has traffic"),
        ("remove with traffic", "release remove 41ab03d -y", "has traffic"),
        (
            "no release before",
            "rollback -y",
            "the plan does not say which release was active before",
        ),
        ("no such version", "diff 1 99", "hint: `edgeswitch history` lists the versions"),
        ("nobody to ask", "promote 9f2c1e7 --now", "nobody to ask"),
    ];
    for (name, line, words) in rows {
        let world = World::with_plan().await;
        let ran = world.run(line).await;
        let exit = if name == "nobody to ask" { Exit::Usage } else { Exit::Failed };
        check(name, &ran, exit, words);
        assert_eq!(world.version().await, 1, "{name}: nothing is written");
    }
}

#[tokio::test]
async fn a_slot_that_the_configuration_does_not_have_is_named() {
    let world = World::with_plan().await;
    world.configure(&format!(
        "name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n\
         [slots.blue]\napi = \"blue-alb.example.com\"\n"
    ));
    let ran = world.configured("release add c0ffee1 --slot red -y").await;
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.ends_with("error: the configuration has no slot `red`: it has `blue`\n"));
}

#[tokio::test]
async fn a_parameter_that_holds_no_plan_is_left_alone() {
    let large = PLAN.replacen("kept", &"x".repeat(4000), 1);
    let rows = [
        ("not JSON", "{\"schema\":", "is not a valid plan: schema: EOF"),
        ("unknown schema", r#"{"schema":2}"#, "schema: 2 is not known: this version reads 1"),
        ("a slash in an id", "41ab03d/x", "is not a valid plan"),
        ("weights that sum to 0", &PLAN.replacen("100", "0", 1), "is not a valid plan"),
        ("nothing", " ", "the plan is empty"),
    ];
    for (name, text, words) in rows {
        for line in ["status", "promote 9f2c1e7 --now -y", "rollback -y", "release list"] {
            let world = World::new().await;
            world.put(text).await;
            check(&format!("{name}, {line}"), &world.run(line).await, Exit::Failed, words);
            assert_eq!(world.version().await, 1, "{name}");
        }
    }
    let world = World::new().await;
    let file = world.folder.path().join("large.json");
    std::fs::write(&file, &large).unwrap();
    let ran = world.run(&format!("diff {} {}", file.display(), file.display())).await;
    assert!(ran.err.contains("bytes: at most 4096 are allowed"), "{}", ran.err);
}

#[tokio::test]
async fn a_release_that_does_not_fit_is_refused() {
    let world = World::with_plan().await;
    let mut last = world.run("release list").await;
    for number in 0..100 {
        last = world.run(&format!("release add {number:060} -y --dry-run")).await;
        let text = world.text().await;
        let grown = text.replacen(
            r#""releases":{"#,
            &format!(r#""releases":{{"{number:060}":{{"prefix":"/releases/{number:060}"}},"#),
            1,
        );
        if last.exit != Exit::Done {
            break;
        }
        world.put(&grown).await;
    }
    check("full", &last, Exit::Failed, "this change may use");
    let hint = last.err.lines().last().unwrap();
    let is_way_out = hint.starts_with("hint: no viewer gets `") && hint.contains(" other releases");
    assert!(is_way_out, "staged releases can go: {hint}");
}

/// A plan that is full of releases that viewers can still have names the one that drains first.
#[tokio::test]
async fn a_full_plan_names_the_release_that_makes_room_next() {
    let world = World::new().await;
    let served = |hour: usize| format!("2026-11-22T{hour:02}:00:00Z");
    let former = |hour: usize| {
        format!(
            r#""{hour:064}":{{"slot":"blue","origins":{{}},"served_until":"{}","x":"{}"}},"#,
            served(hour),
            "y".repeat(230)
        )
    };
    let releases: String = (1..9).map(former).collect();
    let active = r#""41ab03d":{"prefix":"/releases/41ab03d""#;
    let staged = r#","9f2c1e7":{"prefix":"/releases/9f2c1e7","slot":"green"}"#;
    let plan = PLAN.replace(active, &(releases + active)).replace(staged, "");
    let padding = "x".repeat(4000 - plan.len());
    world.put(&plan.replace("kept", &padding)).await;
    let ran = world.run("release add c0ffee1 -y").await;
    let first = format!("{:064}", 1);
    let words = format!(
        "of 4096; viewers can have `{first}` until 2026-11-29 01:00:50 UTC, then it makes room\n"
    );
    check("full", &ran, Exit::Failed, &words);
    let hint = format!("hint: stop serving `{first}`: `edgeswitch release withdraw {first}`, then");
    assert!(ran.err.contains(&hint), "{}", ran.err);
}

#[tokio::test]
async fn a_ramp_in_progress_is_refused_with_every_way_out() {
    let world = World::with_plan().await;
    let ran = world.run("ramp 9f2c1e7 --steps 10,50 --every 10m --lease 10m -y --dry-run").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let leased = PLAN
        .replace(r#"}],"note""#, r#"},{"from":"2026-11-22T09:30:00Z","weights":[["41ab03d",90],["9f2c1e7",10]]}],"lease":{"until":"2026-11-22T11:00:00Z","else":0},"note""#);
    world.put(&leased).await;
    let ran = world.run("canary 9f2c1e7 --weight 20 -y").await;
    check("leased", &ran, Exit::Failed, "a ramp is under way: its lease ends at 11:00:00 UTC");
    for way in ["ramp abort", "ramp detach", "ramp --resume"] {
        assert!(ran.err.contains(&format!("`edgeswitch {way}`")), "{way}: {}", ran.err);
    }
}

#[tokio::test]
async fn a_release_without_a_prefix_is_listed_with_the_default_one() {
    let configured =
        format!("name = \"shop\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n");
    for plan in ["41ab03d", &PLAN.replace(r#""prefix":"/releases/41ab03d","#, r#""origins":{},"#)] {
        let world = World::new().await;
        world.put(plan).await;
        world.configure(&configured);
        for ran in [world.configured("release list").await, world.run("release list").await] {
            let row = ran.out.lines().find(|line| line.starts_with("41ab03d")).unwrap();
            assert!(row.contains("  /41ab03d"), "{}", ran.out);
        }
    }
}

#[tokio::test]
async fn a_missing_parameter_or_configuration_is_named() {
    let world = World::new().await;
    let elsewhere = format!("--parameter {NAME} --region us-west-2");
    let rows = [
        (
            "missing",
            format!("status --parameter {NAME} --region {HOME}"),
            Exit::Failed,
            "there is no parameter `/shop/plan` in `eu-central-1`",
        ),
        ("another Region", format!("rollback -y {elsewhere}"), Exit::Failed, "in `us-west-2`"),
        ("missing history", format!("history {elsewhere}"), Exit::Failed, "ParameterNotFound"),
        ("no configuration", "status".into(), Exit::Usage, "no `edgeswitch.toml` in this folder"),
        ("no Region", format!("status --parameter {NAME}"), Exit::Usage, "needs `--region`"),
        (
            "no such file",
            "status --config none.toml".into(),
            Exit::Usage,
            "there is no file `none.toml`",
        ),
    ];
    for (name, line, exit, words) in rows {
        check(name, &world.run_as("alice", &line, None).await, exit, words);
    }
    world.configure("name = \"shop\"\nparametr = 1\n");
    let ran = world.configured("status").await;
    assert!(ran.err.contains("unknown key `parametr`"), "{}", ran.err);
    assert_eq!(ran.exit, Exit::Failed);
    world.put(PLAN).await;
    let ran = world.run("diff 7 1").await;
    check("no such version", &ran, Exit::Failed, "could not find version 7");
}

/// A schedule by a clock that is wrong would begin where nobody knows of it.
#[tokio::test]
async fn a_clock_that_is_wrong_makes_no_schedule() {
    let rows = [
        ("right", 0, "promote 9f2c1e7 --no-wait -y", None),
        ("two seconds behind", -2, "promote 9f2c1e7 --no-wait -y", None),
        (
            "ten seconds behind",
            -10,
            "promote 9f2c1e7 --no-wait -y",
            Some("clock is 10 s behind AWS's"),
        ),
        (
            "an hour ahead",
            3600,
            "canary 9f2c1e7 --weight 5 -y",
            Some("clock is 3600 s ahead of AWS's"),
        ),
        ("behind, at once", -10, "promote 9f2c1e7 --now -y", None),
        ("behind, back", -10, "rollback 9f2c1e7 -y", None),
    ];
    for (name, seconds, line, words) in rows {
        let world = World::with_former().await;
        let ours = edge_time::ManualClock::new(Timestamp(NOW.0 + seconds * 1000 + 400));
        let line = format!("{line} --parameter {NAME} --region {HOME}");
        let ran = world.run_at(&ours, &line).await;
        match words {
            Some(words) => check(name, &ran, Exit::Failed, words),
            None => assert_eq!(ran.exit, Exit::Done, "{name}: {}", ran.err),
        }
    }
}

#[test]
fn a_command_line_that_means_nothing_is_refused_before_anything_is_read() {
    let rows = [
        ("a slash in an id", "promote a/b", "`a/b` is not an id: allowed are"),
        ("an empty id", "release add", "required arguments"),
        ("two moments", "promote a --now --at +5m", "cannot be used with"),
        ("no moment", "promote a --at noon", "invalid time `noon`"),
        ("no share", "canary a", "--weight"),
        ("a share of nothing", "canary a --weight 0", "is not a share of viewers"),
        ("a share of too many", "canary a --weight 101", "is not a share of viewers"),
        ("no duration", "status --wait --timeout soon", "invalid duration `soon`"),
        ("an origin without a domain", "release add a --origin api", "expected KEY=DOMAIN"),
        ("watch and wait", "status --watch --wait", "cannot be used with"),
    ];
    for (name, line, words) in rows {
        let words_of = std::iter::once("edgeswitch").chain(line.split_whitespace());
        let error = Cli::try_parse_from(words_of).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{name}");
        assert!(error.to_string().contains(words), "{name}: {error}");
    }
}

/// The edge would refuse the plan and keep the last good one, so nobody would get the new release.
#[tokio::test]
async fn a_release_outside_the_packages_bounds_is_refused() {
    let world = World::with_plan().await;
    let bounds = "name = \"shop\"\nprefix_template = \"/releases/{release}\"\n[parameter]\nname = \"/shop/plan\"\n\
                  home_region = \"eu-central-1\"\n[slots.blue]\napi = \"blue-alb.example.com\"\n\
                  [slots.green]\napi = \"green-alb.example.com\"\n";
    world.configure(bounds);
    for (name, wrong, said) in [
        (
            "a foreign domain",
            "--origin api=evil.example",
            "`evil.example` is not allowed by `domains`",
        ),
        ("another prefix", "--prefix /private", "`/private` is not allowed by `prefixes`"),
    ] {
        let line = format!("release add aaaaaaa {wrong} -y");
        let ran = world.configured(&line).await;
        assert_eq!((ran.exit, world.version().await), (Exit::Failed, 1), "{name}: {}", ran.err);
        assert!(ran.err.contains(said) && ran.err.contains("hint: "), "{name}: {}", ran.err);
    }
}
