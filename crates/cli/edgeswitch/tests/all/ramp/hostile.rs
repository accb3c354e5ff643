//! Values that attack a log, while a ramp runs: reasons of alarms, and changes of others.

use std::time::Duration;

use edgeswitch::{AlarmState, Exit};
use serde_json::{Value, json};

use crate::control::hostile::{ATTACKS, check};
use crate::ramp::schedule::{RAMP, beside, minutes};
use crate::ramp::world::{World, put};
use tokio::time::sleep;

#[tokio::test(start_paused = true)]
async fn the_reason_of_an_alarm_is_one_line_of_the_log() {
    for (name, attack) in ATTACKS {
        for output in ["text", "json"] {
            let world = World::new().await;
            world.cloud.alarms.set("errors", AlarmState::Ok);
            world.cloud.alarms.explain(attack);
            let fire = async {
                minutes(12).await;
                world.cloud.alarms.set("errors", AlarmState::Alarm);
                sleep(Duration::from_secs(6)).await;
            };
            let line = format!("{RAMP} --alarm errors --output {output}");
            let ran = beside(&world, &line, fire).await;
            assert_eq!(ran.exit, Exit::Failed, "{name}: {ran:?}");
            check(name, &line, &ran.err);
            let last = ran.err.lines().rev().find(|line| line.contains("rolled back")).unwrap();
            if output == "json" {
                let failure: Value = serde_json::from_str(last).unwrap();
                assert_eq!(failure["error"], format!("rolled back: alarm `errors`: {attack}"));
            }
            let why = world.summary().last_change.unwrap().why;
            assert_eq!(
                why,
                Some(format!("alarm `errors`: {attack}")),
                "{name}: the plan has it as it is"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_of_somebody_else_is_one_line_of_the_log() {
    for (name, attack) in ATTACKS {
        let world = World::new().await;
        let end = async {
            minutes(5).await;
            let mut plan: Value = serde_json::from_str(&world.text()).unwrap();
            plan["stages"] =
                json!([{ "from": "2026-11-22T09:00:00Z", "weights": [["41ab03d", 100]] }]);
            plan["revision"] = json!(30);
            plan["rollout"] = json!("r30");
            plan["lease"] = Value::Null;
            plan.as_object_mut().unwrap().remove("lease");
            plan["last_change"] = json!({ "at": "2026-11-22T10:05:00Z", "what": attack, "by": attack, "why": attack });
            put(&world.cloud.store, &plan.to_string()).await;
        };
        let ran = beside(&world, RAMP, end).await;
        assert_eq!(ran.exit, Exit::Failed, "{name}: {ran:?}");
        check(name, RAMP, &ran.err);
        let words = "error: the ramp of `9f2c1e7` was ended: ";
        let error = ran.err.lines().find(|line| line.starts_with(words)).unwrap();
        assert!(error.contains('\\'), "{name}: it is printed, escaped: {error}");
    }
}
