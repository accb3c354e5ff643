//! Every command against the real SDK: what it prints and what it leaves.

use edge_time::Timestamp;
use edgeswitch::Exit;
use ssm_sim::{Extent, Fault};

use crate::control::world::{HOME, NAME, NOW, PLAN, Ran, World};
use crate::golden;

fn shown(line: &str, ran: &Ran) -> String {
    format!("$ edgeswitch {line}\n{}{}exit {:?}\n\n", ran.err, ran.out, ran.exit)
}

/// A release's life, each step with its words, and a minute between two steps.
#[tokio::test]
async fn a_release_from_its_registration_to_its_end() {
    let world = World::with_plan().await;
    let mut text = String::new();
    let lines = [
        "status",
        "release add c0ffee1 --slot green --prefix /releases/c0ffee1 --origin api=green-alb.example.com -y",
        "release list",
        "canary 9f2c1e7 --weight 10 -y --dry-run",
        "canary 9f2c1e7 --weight 10 -y",
        "status",
        "canary 9f2c1e7 --weight 50 -y",
        "promote 9f2c1e7 --no-wait -y",
        "status",
        "rollback -y --reason checkout_is_slow",
        "status",
        "release withdraw 9f2c1e7 -y",
        "release remove 9f2c1e7 -y",
        "release remove 41ab03d -y",
        "history",
        "diff 1 2",
    ];
    for (step, line) in lines.into_iter().enumerate() {
        world.clock.set(Timestamp(NOW.0 + 60_000 * i64::try_from(step).unwrap()));
        text += &shown(line, &world.run(line).await);
    }
    golden::check("control/golden/life.txt", &text);
    assert!(text.lines().all(|line| !line.contains('\x1b')), "no colour");
    assert!(world.text().await.contains(r#""note":"kept""#), "an unknown field");
}

/// From an empty folder, with two Regions: what the other commands say, a minute between two.
#[tokio::test]
async fn a_ramp_that_is_paused_and_a_region_that_is_behind() {
    let world = World::new().await;
    let init = format!("init 41ab03d --name shop --region {HOME} --slot blue -y");
    let mut text = shown(&init, &world.configured(&init).await);
    let config = std::fs::read_to_string(world.config()).unwrap();
    world.configure(&config.replacen(
        "# replica_regions = []",
        "replica_regions = [\"us-east-1\"]",
        1,
    ));
    let lines = [
        "status",
        "sync -y",
        "release add 9f2c1e7 --slot green -y",
        "ramp 9f2c1e7 --preset linear-25-percent-every-10-minutes --detach -y",
        "status",
        "ramp pause -y",
        "status",
        "ramp resume -y",
        "ramp abort -y",
    ];
    for (step, line) in lines.into_iter().enumerate() {
        world.clock.set(Timestamp(NOW.0 + 60_000 * i64::try_from(step).unwrap()));
        text += &shown(line, &world.configured(line).await);
    }
    let off = "preview off --host shop.example.com --path /cart";
    text += &shown(off, &world.run_as("alice", off, None).await);
    let folder = world.folder.path().display().to_string();
    golden::check("control/golden/regions.txt", &text.replace(&folder, "shop"));
}

/// Ids as long as commits, in a terminal of 80 columns.
#[tokio::test]
async fn long_ids_are_folded_below_their_column() {
    let (old, new) = ("41ab03d".repeat(6), "9f2c1e7".repeat(6));
    let world = World::new().await;
    world.put(&PLAN.replace("41ab03d", &old).replace("9f2c1e7", &new)).await;
    let mut text = String::new();
    let lines = [
        format!("ramp {new} --steps 1,5,10,25,50,100 --every 10m --detach -y"),
        "status".into(),
        "release list".into(),
        "history".into(),
    ];
    for line in lines {
        let ran = world.run_narrow(&line).await;
        for line in ran.out.lines().filter(|line| line.chars().count() > 80) {
            assert_eq!(line.trim_start().split(' ').count(), 1, "not one word: {line}");
        }
        text += &shown(&line, &ran);
    }
    golden::check("control/golden/narrow.txt", &text);
}

/// The documented shapes: their fields are a promise.
#[tokio::test]
async fn json_has_the_documented_shape() {
    let world = World::with_plan().await;
    let mut text = String::new();
    let lines = [
        "status --output json",
        "release list --output json",
        "canary 9f2c1e7 --weight 10 --dry-run --output json",
        "canary 9f2c1e7 --weight 10 -y --output json",
        "history --output json",
        "diff 1 2 --output json",
    ];
    for line in lines {
        let ran = world.run(line).await;
        text += &format!("$ edgeswitch {line}\n{}\n", ran.out);
    }
    golden::check("control/golden/json.txt", &text);
}

#[tokio::test]
async fn a_question_is_asked_and_only_a_yes_writes() {
    let rows = [
        ("yes", "y\n", Exit::Done, 2),
        ("yes in full", "Yes\n", Exit::Done, 2),
        ("no", "n\n", Exit::Failed, 1),
        ("nothing", "\n", Exit::Failed, 1),
        ("the end", "", Exit::Failed, 1),
        ("something else", "sure\n", Exit::Failed, 1),
    ];
    for (name, typed, exit, version) in rows {
        let world = World::with_plan().await;
        let ran = world.answer("promote 9f2c1e7 --now", typed).await;
        assert_eq!((ran.exit, world.version().await), (exit, version), "{name}: {}", ran.err);
        assert!(ran.err.contains("Write `/shop/plan` in eu-central-1? [y/N] "), "{name}");
        assert!(ran.err.contains("everybody will get 9f2c1e7 at once"), "{name}");
    }
}

#[tokio::test]
async fn a_dry_run_shows_the_plan_and_writes_nothing() {
    let lines = [
        "promote 9f2c1e7",
        "canary 9f2c1e7 --weight 5",
        "rollback 9f2c1e7",
        "release add c0ffee1",
        "release withdraw 9f2c1e7",
        "release remove 9f2c1e7",
    ];
    for line in lines {
        let world = World::with_former().await;
        let ran = world.run(&format!("{line} --dry-run")).await;
        assert_eq!((ran.exit, world.version().await), (Exit::Done, 1), "{line}: {}", ran.err);
        assert!(ran.out.contains("\n+  \"revision\": 18,"), "{line}: {}", ran.out);
    }
}

/// An emergency has no time for more. The second read is the look whether it stands, after it is in force.
#[tokio::test]
async fn a_rollback_is_one_read_and_one_write() {
    let world = World::with_former().await;
    let (calls, counted) = (100, Fault::Latency { ms: 0 });
    for switch in [&world.store.faults().reads, &world.store.faults().writes] {
        switch.switch_on(counted.clone(), Extent::Next(calls));
    }
    let ran = world.run("rollback 9f2c1e7 -y").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let faults = world.store.faults();
    assert_eq!(faults.reads.in_force()[0].extent, Extent::Next(calls - 2), "and the look after it");
    assert_eq!(faults.writes.in_force()[0].extent, Extent::Next(calls - 1), "one write");
}

#[tokio::test]
async fn bare_release_ids_become_a_plan() {
    let world = World::new().await;
    world.put("41ab03d 9f2c1e7").await;
    let ran = world.run("promote 9f2c1e7 --now -y").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(world.text().await.starts_with(r#"{"schema":1,"revision":"#));
}

#[tokio::test]
async fn init_that_is_bad_usage_writes_no_configuration() {
    let table = [
        ("no slot", "init 41ab03d -y"),
        ("unknown slot", "init 41ab03d --slot red -y"),
        ("nobody to ask", "init 41ab03d --slot blue"),
    ];
    for (name, line) in table {
        let world = World::new().await;
        let ran = world.configured(&format!("{line} --name shop --region {HOME}")).await;
        assert_eq!(ran.exit, Exit::Usage, "{name}: {}", ran.err);
        assert!(!world.config().exists(), "{name}");
        assert!(world.store.get(NAME).await.is_err(), "{name}");
    }
}

#[tokio::test]
async fn init_asks_for_the_bucket() {
    let table = [
        ("option", " --bucket web-files", Some("other\n"), "\nbucket = \"web-files\"\n", false),
        ("answer", "", Some("web-files\n"), "\nbucket = \"web-files\"\n", false),
        ("empty answer", "", Some("\n"), "\n# bucket = \"shop-releases\"\n", true),
        ("not asked", " -y", Some("web-files\n"), "\n# bucket = \"shop-releases\"\n", true),
        ("nobody to ask", "", None, "\n# bucket = \"shop-releases\"\n", true),
    ];
    for (name, option, typed, expected, is_said) in table {
        let world = World::new().await;
        let config = world.config();
        let line = format!("init --name web --region {HOME}{option} --config {}", config.display());
        let ran = world.run_as("alice", &line, typed).await;
        assert_eq!(ran.exit, Exit::Done, "{name}: {}", ran.err);
        let text = std::fs::read_to_string(&config).unwrap();
        assert!(text.contains(expected), "{name}: {text}");
        assert_eq!(ran.err.contains("no bucket is named"), is_said, "{name}: {}", ran.err);
    }
}

#[tokio::test]
async fn init_makes_a_configuration_and_the_first_plan() {
    let world = World::new().await;
    let config = world.config();
    let line = format!(
        "init 41ab03d --name web --region {HOME} --slot blue -y --config {}",
        config.display()
    );
    let ran = world.run_as("alice", &line, None).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let plan = world.store.get("/web/plan").await.unwrap().value;
    assert!(plan.contains(r#""prefix":"/releases/41ab03d""#), "{plan}");
    assert!(plan.contains("blue-alb.example.com"), "the slot's origins: {plan}");
    let text = std::fs::read_to_string(&config).unwrap();
    assert!(text.contains("\nname = \"web\"\n") && text.contains("\n# distribution_id"), "{text}");
    world.clock.set(Timestamp(NOW.0 + 60_000));
    let again = world.run_as("alice", &line.replace(" --region eu-central-1", ""), None).await;
    assert_eq!(again.exit, Exit::Failed);
    assert!(again.err.contains("parameter `/web/plan` already exists in `eu-central-1`"));
    let status = world.configured("status").await;
    assert!(status.out.contains("active     41ab03d (blue) 100 %"), "{}", status.out);
}

#[tokio::test]
async fn a_difference_can_be_that_of_files() {
    let world = World::with_plan().await;
    let file = world.folder.path().join("plan.json");
    std::fs::write(&file, "9f2c1e7 41ab03d").unwrap();
    let ran = world.run(&format!("diff {}", file.display())).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.out.contains("release 41ab03d is changed"), "{}", ran.out);
}

#[tokio::test]
async fn who_wrote_is_in_the_history() {
    let world = World::with_plan().await;
    let line = format!("promote 9f2c1e7 --now -y --parameter {NAME} --region {HOME}");
    world.run_as("bob", &line, None).await;
    let history = world.run("history").await;
    assert!(history.out.contains("bob    promote 9f2c1e7"), "{}", history.out);
}
