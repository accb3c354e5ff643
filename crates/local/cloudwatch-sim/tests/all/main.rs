//! The local alarms: what a switch changes, and what AWS's SDK reads.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod sdk;

use std::sync::Arc;

use cloudwatch_sim::{Alarm, AlarmState, Alarms};
use edge_time::{ManualClock, Timestamp};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::TryRecvError;

/// 2026-11-22T10:00:00Z
const NOW: Timestamp = Timestamp(1_795_341_600_000);

fn alarms() -> (Alarms, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(NOW));
    let names = ["shop-5xx", "shop-latency"].map(String::from);
    (Alarms::new(names, Arc::clone(&clock) as Arc<_>), clock)
}

#[test]
fn a_switch_is_a_transition_with_its_time() {
    let (alarms, clock) = alarms();
    let mut changes = alarms.changes();
    clock.set(Timestamp(NOW.0 + 1_500));
    alarms.set("shop-5xx", AlarmState::Alarm, "too many errors").unwrap();
    let on = Alarm {
        name: "shop-5xx".into(),
        state: AlarmState::Alarm,
        reason: "too many errors".into(),
        since: Timestamp(NOW.0 + 1_500),
    };
    assert_eq!(alarms.all()[0], on);
    assert_eq!(alarms.all()[1].state, AlarmState::Ok);
    let transition = changes.try_recv().unwrap();
    assert_eq!(transition.alarm, on);
    let mut event: Value = serde_json::from_str(&transition.event()).unwrap();
    assert!(event["id"].take().is_string());
    let expected = json!({
        "version": "0",
        "id": null,
        "detail-type": "CloudWatch Alarm State Change",
        "source": "aws.cloudwatch",
        "time": "2026-11-22T10:00:01Z",
        "resources": [],
        "detail": {
            "alarmName": "shop-5xx",
            "state": {
                "value": "ALARM",
                "reason": "too many errors",
                "timestamp": "2026-11-22T10:00:01.5Z",
            },
            "previousState": {
                "value": "OK",
                "reason": "nobody has switched it yet",
                "timestamp": "2026-11-22T10:00:00Z",
            },
        },
    });
    assert_eq!(event, expected);
}

#[test]
fn the_same_state_again_changes_nothing() {
    let (alarms, clock) = alarms();
    alarms.set("shop-5xx", AlarmState::Alarm, "one").unwrap();
    let before = alarms.all();
    let mut changes = alarms.changes();
    clock.set(Timestamp(NOW.0 + 1_000));
    alarms.set("shop-5xx", AlarmState::Alarm, "two").unwrap();
    assert_eq!(alarms.all(), before);
    assert_eq!(changes.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn an_unknown_alarm_is_named_with_those_that_exist() {
    let (alarms, _) = alarms();
    let refused = alarms.set("shop-4xx", AlarmState::Alarm, "").unwrap_err().to_string();
    assert_eq!(refused, "there is no alarm `shop-4xx`: there are `shop-5xx`, `shop-latency`");
}
