//! What is promised before a question and written after it, and a first step that is taken twice.

use std::fs;
use std::time::Duration;

use edgeswitch::Exit;

use crate::control::world::{HOME, NAME, World};

/// The line that says when a stage begins, and the moment in the plan, for each second that the answer takes.
#[tokio::test]
async fn the_second_that_is_written_is_the_one_that_was_promised_last() {
    let rows = [
        ("promote 9f2c1e7 --no-wait", "everybody will get 9f2c1e7 from"),
        ("canary 9f2c1e7 --weight 10", "10 % of new viewers will get 9f2c1e7 from"),
        (
            "ramp 9f2c1e7 --steps 10,50 --every 10m --detach",
            "10 % of new viewers will get 9f2c1e7 from",
        ),
    ];
    for (line, words) in rows {
        for (later, second) in [(0, "50"), (1, "51"), (999, "51"), (1000, "51"), (5000, "55")] {
            let world = World::with_plan().await;
            let ran = world.answer_late(line, "y\n", Duration::from_millis(later)).await;
            assert_eq!(ran.exit, Exit::Done, "{line}: {}", ran.err);
            let promised: Vec<&str> =
                ran.err.lines().filter(|said| said.starts_with(words)).collect();
            let last = format!("{words} 10:00:{second} UTC on");
            assert_eq!(promised.last(), Some(&last.as_str()), "{line}, {later} ms: {}", ran.err);
            assert_eq!(promised.len(), if later == 0 { 1 } else { 2 }, "{line}: {}", ran.err);
            let moved = ran.err.contains("the question was open for some time");
            assert_eq!(moved, later > 0, "{line}: {}", ran.err);
            let written = format!(r#""from":"2026-11-22T10:00:{second}Z""#);
            assert!(world.text().await.contains(&written), "{}", world.text().await);
        }
    }
}

#[tokio::test]
async fn a_moment_that_was_early_enough_before_the_question_can_be_too_soon_after_it() {
    let world = World::with_plan().await;
    let line = "promote 9f2c1e7 --no-wait --at 2026-11-22T10:00:55Z";
    let ran = world.answer_late(line, "y\n", Duration::from_secs(30)).await;
    assert_eq!((ran.exit, world.version().await), (Exit::Failed, 1), "{}", ran.err);
    assert!(ran.err.contains("error: 10:00:55 UTC is too soon"), "{}", ran.err);
}

#[tokio::test]
async fn a_configuration_is_written_once() {
    let world = World::new().await;
    let line = format!("init --name shop --region {HOME} -y");
    assert_eq!(world.configured(&line).await.exit, Exit::Done);
    let first = fs::read_to_string(world.config()).unwrap();
    for line in [line, format!("init --name other --region {HOME} --bucket other -y")] {
        let ran = world.configured(&line).await;
        assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
        let error = format!(
            "error: `{}` already exists: nothing is overwritten\n",
            world.config().display()
        );
        assert!(ran.err.starts_with(&error) && ran.err.contains("\nhint: "), "{}", ran.err);
        assert_eq!(fs::read_to_string(world.config()).unwrap(), first);
    }
}

#[tokio::test]
async fn a_first_plan_is_written_once() {
    let world = World::new().await;
    let line = format!("init 41ab03d --name shop --region {HOME} --slot blue -y");
    let ran = world.configured(&line).await;
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let (config, plan) = (fs::read_to_string(world.config()).unwrap(), world.text().await);
    for line in ["init 41ab03d --slot blue -y", "init 9f2c1e7 --slot green -y", &line] {
        let ran = world.configured(line).await;
        assert_eq!(ran.exit, Exit::Failed, "{line}: {}", ran.err);
        let error = format!(
            "error: parameter `{NAME}` already exists in `{HOME}`\nhint: `edgeswitch status` shows its plan\n"
        );
        assert!(ran.err.ends_with(&error), "{line}: {}", ran.err);
        let is_told = ran.err.contains("exists already: `--name` and `--bucket` do not change it");
        assert_eq!(is_told, line.contains("--name"), "{line}: {}", ran.err);
        assert_eq!((world.text().await, world.version().await), (plan.clone(), 1));
        assert_eq!(fs::read_to_string(world.config()).unwrap(), config);
    }
}
