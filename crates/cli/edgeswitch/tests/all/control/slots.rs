//! The slot of a new release: the idle one, one with traffic, and the releases that are removed from it.

use edgeswitch::Exit;

use crate::control::world::{HOME, NAME, PLAN, World};

const SLOTS: &str = "[slots.blue]\napi = \"blue-alb.example.com\"\n[slots.green]\napi = \"green-alb.example.com\"\n";

async fn shop(slots: &str) -> World {
    let world = World::with_plan().await;
    world.configure(&format!(
        "name = \"shop\"\nprefix_template = \"/releases/{{release}}\"\n[parameter]\nname = \"{NAME}\"\nhome_region = \"{HOME}\"\n{slots}"
    ));
    world
}

#[tokio::test]
async fn the_idle_slot_is_the_one_without_traffic() {
    let world = shop(SLOTS).await;
    let ran = world.configured("release add c0ffee1 --slot idle -y").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(world.text().await.contains(r#""c0ffee1":{"slot":"green"}"#));
    let ran = world.configured("release add c0ffee1 --slot idle -y").await;
    assert!(ran.err.contains("nothing to change: `c0ffee1` is registered"), "{}", ran.err);
}

#[tokio::test]
async fn without_an_idle_slot_the_error_says_why() {
    let only_blue = "[slots.blue]\napi = \"blue-alb.example.com\"\n";
    let only_green = "[slots.green]\napi = \"green-alb.example.com\"\n";
    let rows = [
        (
            "",
            Exit::Usage,
            "error: the configuration has no slots\nhint: add the slots to `edgeswitch.toml`",
        ),
        (
            only_blue,
            Exit::Failed,
            "error: no slot is idle: `blue` serves `41ab03d`\nhint: wait until",
        ),
        (
            only_green,
            Exit::Failed,
            "`41ab03d` has traffic, and names no slot of the configuration\nhint: name the slot: `--slot green`\n",
        ),
    ];
    for (slots, exit, words) in rows {
        let world = shop(slots).await;
        world.put(&PLAN.replace(r#""slot":"blue""#, r#""origins":{},"slot":"blue""#)).await;
        world.put(&PLAN.replace(r#""slot":"#, r#""origins":{},"slot":"#)).await;
        let before = world.version().await;
        let ran = world.configured("release add c0ffee1 --slot idle -y").await;
        assert_eq!(ran.exit, exit, "{}", ran.err);
        assert!(ran.err.contains(words), "{}", ran.err);
        assert_eq!(world.version().await, before);
    }
}

#[tokio::test]
async fn a_slot_with_traffic_is_asked_about() {
    let world = shop(SLOTS).await;
    let ran = world.configured("release add c0ffee1 --slot blue").await;
    assert_eq!(ran.exit, Exit::Usage, "{}", ran.err);
    let error = "error: slot `blue` serves `41ab03d`, which has traffic\n\
        hint: `--slot idle` takes the slot without traffic, `-y` registers the release in this one\n";
    assert!(ran.err.ends_with(error), "{}", ran.err);

    let line = format!("release add c0ffee1 --slot blue --config {}", world.config().display());
    let told = "blue also serves 41ab03d, which has traffic: they share its back ends\n";
    let ran = world.run_as("alice", &line, Some("n\n")).await;
    assert_eq!(ran.exit, Exit::Failed);
    let (said, question) = ran.err.split_once("Write `/shop/plan`").unwrap();
    assert!(said.contains(told) && question.contains("nothing was written"), "{}", ran.err);

    let ran = world.configured("release add c0ffee1 --slot blue -y").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.err.contains(told), "{}", ran.err);
}

#[tokio::test]
async fn only_a_staged_release_is_removed_if_that_is_asked() {
    let world = shop(SLOTS).await;
    for release in ["41ab03d", "c0ffee1"] {
        let ran = world.configured(&format!("release remove {release} --if-staged -y")).await;
        assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
        assert_eq!(ran.err, format!("{release} is not staged: it is not removed\n"));
        assert_eq!(world.text().await, PLAN);
    }
    let ran = world.configured("release remove 9f2c1e7 --if-staged -y").await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(!world.text().await.contains(r#""9f2c1e7""#));
}
