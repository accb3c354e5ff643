//! Ramps that are refused.

use edgeswitch::Exit;

use crate::ramp::world::{World, put};

#[tokio::test(start_paused = true)]
async fn bad_ramps_write_nothing() {
    let world = World::new().await;
    put(&world.cloud.store, &world.text()).await;
    let before = world.cloud.store.peek("/shop/plan").unwrap().version;
    let table = [
        (
            "steps that shrink",
            "9f2c1e7 --steps 50,10 --every 10m",
            "step 10 % is not above 50 %",
            Exit::Failed,
        ),
        (
            "a step of nothing",
            "9f2c1e7 --steps 0,10 --every 10m",
            "`0` is not a share",
            Exit::Usage,
        ),
        (
            "a step above everybody",
            "9f2c1e7 --steps 10,101 --every 10m",
            "`101` is not a share",
            Exit::Usage,
        ),
        ("no steps", "9f2c1e7", "--steps", Exit::Usage),
        ("steps without a time", "9f2c1e7 --steps 10,100", "--every", Exit::Usage),
        (
            "no time between",
            "9f2c1e7 --steps 10,100 --every 0s",
            "at least 1 s between two steps",
            Exit::Failed,
        ),
        (
            "two schedules",
            "9f2c1e7 --steps 10 --every 1m --preset all-at-once",
            "cannot be used with",
            Exit::Usage,
        ),
        ("unknown preset", "9f2c1e7 --preset quick", "invalid schedule `quick`", Exit::Usage),
        (
            "pause at no step",
            "9f2c1e7 --steps 10,100 --every 1m --pause-at 20",
            "cannot pause at 20 %",
            Exit::Failed,
        ),
        (
            "short lease",
            "9f2c1e7 --steps 10,100 --every 1m --lease 60s",
            "at least 90 s",
            Exit::Failed,
        ),
        (
            "lease of a detached one",
            "9f2c1e7 --preset all-at-once --detach --lease 2m",
            "cannot be used with",
            Exit::Usage,
        ),
        (
            "unknown release",
            "c0ffee1 --preset all-at-once",
            "`c0ffee1` is not registered",
            Exit::Failed,
        ),
        (
            "active release",
            "41ab03d --preset all-at-once",
            "`41ab03d` is the active release",
            Exit::Failed,
        ),
        ("release id with a slash", "a/b --preset all-at-once", "a/b", Exit::Usage),
        ("nothing to pause", "pause", "no ramp is under way", Exit::Failed),
        ("nothing to resume", "resume", "no ramp is under way", Exit::Failed),
        ("nothing to abort", "abort", "no ramp is under way", Exit::Failed),
        ("nothing to take over", "--resume", "no ramp is under way", Exit::Failed),
        ("a release to take over", "9f2c1e7 --resume", "cannot be used with", Exit::Usage),
    ];
    for (name, arguments, problem, exit) in table {
        let ran = world.run(&format!("ramp {arguments} -y")).await;
        assert_eq!(ran.exit, exit, "{name}: {ran:?}");
        assert!(ran.err.contains(problem), "{name}: {}", ran.err);
        assert_eq!(world.cloud.store.peek("/shop/plan").unwrap().version, before, "{name}");
    }
}
