//! A ramp whose terminal closes: the guard holds it.

use std::time::Duration;

use edgeswitch::{AlarmState, Exit};
use plan_change::{After, GateTerms, Hold, Progress};
use serde_json::Value;

use crate::ramp::world::{NOW, World, put_guard};

const RAMP: &str = "ramp 9f2c1e7 --steps 10,50,100 --every 10m --guarded -y";

fn held(world: &World) -> Option<Hold> {
    world.summary().lease.and_then(|lease| lease.guard)
}

#[tokio::test(start_paused = true)]
async fn the_plan_has_the_instructions_and_the_command_returns() {
    let world = World::new().await;
    put_guard(&world.cloud.store, NOW, &[]).await;
    world.cloud.alarms.set("errors", AlarmState::Ok);
    let began = world.clock.clone();
    let line = format!("{RAMP} --alarm errors --alarm-region us-east-1 --bake 10m");
    let ran = world.run(&line).await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert!(ran.err.contains("the guard holds the ramp: no command has to run until it ends"));
    let hold = held(&world).unwrap();
    assert_eq!(hold.alarms, ["errors"]);
    assert_eq!((hold.alarm_region.as_deref(), hold.bake_seconds), (Some("us-east-1"), 600));
    // The hard TTL, three runs and seven minutes.
    assert_eq!((hold.seconds, hold.then), (45 + 180 + 420, None));
    let passed = edge_time::Clock::now(&began).0 - NOW.0;
    assert!(passed < 5_000, "it waits for nothing: {passed} ms");
}

#[tokio::test(start_paused = true)]
async fn a_ramp_is_left_only_to_a_guard_that_runs() {
    let world = World::new().await;
    let before = world.text();
    let refused = |ran: &crate::ramp::world::Ran, problem: &str| {
        assert_eq!(ran.exit, Exit::Failed, "{ran:?}");
        assert!(ran.err.contains(problem), "{}", ran.err);
    };
    refused(&world.run(RAMP).await, "error: no guard has run for this plan; nothing was written");
    put_guard(&world.cloud.store, edge_time::Timestamp(NOW.0 - 301_000), &[]).await;
    refused(&world.run(RAMP).await, "error: the guard ran at 09:54:59 UTC, and not since then");
    put_guard(&world.cloud.store, NOW, &[]).await;
    let open = world.run("ramp 9f2c1e7 --steps 10,50 --every 10m --guarded -y").await;
    assert_eq!(open.exit, Exit::Usage, "{open:?}");
    assert!(open.err.contains("`--guarded` needs `--then`"), "{}", open.err);
    let short = world.run(&format!("{RAMP} --lease 224s")).await;
    assert_eq!(short.exit, Exit::Usage, "{short:?}");
    let said = "error: a lease of 224 s is too short for the guard: at least 225 s are allowed\n\
                hint: use `--lease 225s` or longer\n";
    assert!(short.err.ends_with(said), "{}", short.err);
    assert_eq!(world.text(), before);
    let least = world.run(&format!("{RAMP} --lease 225s")).await;
    assert_eq!(least.exit, Exit::Done, "{least:?}");
}

/// Whoever takes the ramp over need not know how it was started.
#[tokio::test(start_paused = true)]
async fn the_terms_of_the_guard_stay_unless_they_are_named_again() {
    let started = "--alarm errors --alarm-region us-east-1 --bake 5m --then detach";
    let rows = [
        ("", "errors", Some("us-east-1"), 300, After::Detach),
        ("--bake 0s", "errors", Some("us-east-1"), 0, After::Detach),
        ("--then promote", "errors", Some("us-east-1"), 300, After::Promote),
        ("--alarm slow", "slow", None, 300, After::Detach),
    ];
    for (named, alarm, region, bake, then) in rows {
        let world = World::new().await;
        put_guard(&world.cloud.store, NOW, &[]).await;
        for each in ["errors", "slow"] {
            world.cloud.alarms.set(each, AlarmState::Ok);
        }
        assert_eq!(world.run(&format!("{RAMP} {started}")).await.exit, Exit::Done);
        let given = world.run(&format!("ramp --resume --guarded -y {named}")).await;
        assert_eq!(given.exit, Exit::Done, "{named}: {given:?}");
        let hold = held(&world).unwrap();
        assert_eq!((&*hold.alarms[0], hold.alarm_region.as_deref()), (alarm, region), "{named}");
        assert_eq!((hold.bake_seconds, hold.then), (bake, Some(then)), "{named}");
    }
}

/// The lease has what the guard needs for the gate: the logs, and what differs from the defaults.
#[tokio::test(start_paused = true)]
async fn the_gate_goes_with_the_ramp() {
    let gate = |logs: &str| GateTerms { logs: logs.into(), ..GateTerms::default() };
    let started = GateTerms { soak_seconds: Some(300), ..gate("s3://shop-logs/cdn/") };
    let rows = [
        ("", started.clone()),
        ("--gate --soak 15m", GateTerms { soak_seconds: Some(900), ..started.clone() }),
        ("--alpha 0.05", GateTerms { alpha: Some(0.05), ..started.clone() }),
        ("--logs s3://other/", GateTerms { logs: "s3://other/".into(), ..started.clone() }),
        ("--soak 10m --lateness 10m", gate("s3://shop-logs/cdn/")),
    ];
    for (named, expected) in rows {
        let world = World::new().await;
        put_guard(&world.cloud.store, NOW, &[]).await;
        let line = format!("{RAMP} --gate --logs s3://shop-logs/cdn/ --soak 5m --alpha 0.01");
        let ran = world.run(&line).await;
        assert_eq!(ran.exit, Exit::Done, "{ran:?}");
        assert_eq!(held(&world).unwrap().gate, Some(started.clone()), "defaults take no room");
        let given = world.run(&format!("ramp --resume --guarded -y {named}")).await;
        assert_eq!(given.exit, Exit::Done, "{named}: {given:?}");
        assert_eq!(held(&world).unwrap().gate, Some(expected), "{named}");
    }
    let world = World::new().await;
    put_guard(&world.cloud.store, NOW, &[]).await;
    assert_eq!(world.run(RAMP).await.exit, Exit::Done);
    let options = world.run("ramp --resume --guarded -y --logs s3://shop-logs/").await;
    assert!(options.err.contains("need `--gate`"), "{}", options.err);
    let given = world.run("ramp --resume --guarded -y --gate --logs s3://shop-logs/").await;
    assert_eq!(given.exit, Exit::Done, "{given:?}");
    assert_eq!(held(&world).unwrap().gate, Some(gate("s3://shop-logs/")));
}

#[tokio::test(start_paused = true)]
async fn a_gate_that_the_guard_cannot_ask_is_refused() {
    let world = World::new().await;
    put_guard(&world.cloud.store, NOW, &[]).await;
    let before = world.text();
    let bucket =
        "hint: name the bucket, `--logs s3://BUCKET/PREFIX`; without `--guarded` this command";
    let rows = [
        (RAMP.to_owned(), "--gate --logs logs/", "error: the guard cannot read `logs/`", bucket),
        (RAMP.to_owned(), "--gate --logs -", "error: the guard cannot read `-`", bucket),
        (RAMP.to_owned(), "--gate", "error: no logs: neither `--logs`", "hint: for example"),
        (
            RAMP.replace("10m", "229s"),
            "--gate --logs s3://shop-logs/",
            "error: steps of 229 s are too short for a guard that asks the gate: at least 230 s",
            "hint: use `--every 230s` or longer",
        ),
    ];
    for (line, options, problem, hint) in rows {
        let ran = world.run(&format!("{line} {options}")).await;
        assert_eq!(ran.exit, Exit::Usage, "{options}: {ran:?}");
        assert!(ran.err.contains(problem) && ran.err.contains(hint), "{options}: {}", ran.err);
        assert_eq!(world.text(), before, "{options}");
    }
    let least = RAMP.replace("10m", "230s");
    let ran = world.run(&format!("{least} --gate --logs s3://shop-logs/")).await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    let folder = world.run("ramp --resume --guarded -y --logs logs/").await;
    assert!(folder.err.contains("the guard cannot read `logs/`"), "{}", folder.err);
}

/// A command that takes the ramp from the guard watches the guard's alarms.
#[tokio::test(start_paused = true)]
async fn an_alarm_of_the_guard_ends_the_ramp_that_a_command_has_taken_over() {
    let world = World::new().await;
    put_guard(&world.cloud.store, NOW, &[]).await;
    world.cloud.alarms.set("errors", AlarmState::Ok);
    assert_eq!(world.run(&format!("{RAMP} --alarm errors --bake 5m")).await.exit, Exit::Done);
    let alarm = async {
        tokio::time::sleep(Duration::from_secs(120)).await;
        world.cloud.alarms.set("errors", AlarmState::Alarm);
    };
    let (ran, ()) = tokio::join!(world.run("ramp --resume -y"), alarm);
    let said = "the guard holds the ramp: it goes on with --alarm errors --bake 300s\n";
    assert!(ran.err.contains(said), "{}", ran.err);
    assert!(ran.err.contains("rolled back: alarm `errors`"), "{}", ran.err);
    assert_eq!((ran.exit, world.percent(), held(&world)), (Exit::Failed, 0.0, None));
}

#[tokio::test(start_paused = true)]
async fn the_ramp_changes_hands() {
    let world = World::new().await;
    put_guard(&world.cloud.store, NOW, &[]).await;
    assert_eq!(world.run(RAMP).await.exit, Exit::Done);
    tokio::time::sleep(Duration::from_secs(120)).await;
    // A command takes it, and is killed.
    let taken = tokio::time::timeout(
        Duration::from_secs(20),
        world.run("ramp --resume -y --alarm-region eu-central-1 --alarm errors"),
    );
    world.cloud.alarms.set("errors", AlarmState::Ok);
    assert!(taken.await.is_err(), "it watches the ramp");
    assert_eq!(held(&world), None);
    put_guard(&world.cloud.store, edge_time::Clock::now(&world.clock), &[]).await;
    let given = world.run("ramp --resume --guarded --then detach --bake 5m -y").await;
    assert_eq!(given.exit, Exit::Done, "{given:?}");
    let hold = held(&world).unwrap();
    assert_eq!((hold.then, hold.bake_seconds), (Some(After::Detach), 300));
}

#[tokio::test(start_paused = true)]
async fn status_says_when_the_guard_ran_and_what_it_could_not_do() {
    let world = World::new().await;
    assert!(!world.run("status").await.out.contains("guard"), "without a guard");
    put_guard(&world.cloud.store, NOW, &[]).await;
    assert_eq!(world.run(RAMP).await.exit, Exit::Done);
    let ran = world.run("status").await;
    assert!(ran.out.contains("guard      ran at 10:00:00 UTC\n"), "{}", ran.out);
    assert!(!ran.out.contains("hint"), "{}", ran.out);
    assert_eq!(ran.exit, Exit::InProgress, "{ran:?}");

    put_guard(&world.cloud.store, NOW, &["invalidate `/*`: denied"]).await;
    let trouble = world.run("status").await;
    assert!(trouble.out.contains("           invalidate `/*`: denied\n"), "{}", trouble.out);
    assert_eq!(trouble.exit, Exit::Failed);

    put_guard(&world.cloud.store, NOW, &[]).await;
    tokio::time::sleep(Duration::from_secs(302)).await;
    assert_eq!(world.summary().progress, Progress::UnderWay);
    let gone = world.run("status --output json").await;
    let gone: Value = serde_json::from_str(&gone.out).unwrap();
    assert_eq!(gone["state"], "trouble");
    assert_eq!(gone["guard"]["is_late"], true);
    assert_eq!(gone["summary"]["lease"]["guard"]["seconds"], 645);
}
