//! Every event in `tests/events`: read, written, and passed through.

use edge_event::{Event, Trigger, check};
use serde_json::Value;

use crate::support::event_files;

#[test]
fn every_event_comes_back_equal_and_may_pass_through() {
    for trigger in Trigger::ALL {
        for (file, json) in event_files(trigger) {
            let event = Event::from_json(&json).unwrap_or_else(|error| panic!("{file}: {error}"));
            let document: Value = serde_json::from_str(&json).expect("an event is JSON");
            assert_eq!(event.to_value(), document, "{file}");
            assert_eq!(event.trigger(), trigger, "{file}");
            assert_eq!(check(&event, &event.passthrough()), [], "{file}");
        }
    }
}
