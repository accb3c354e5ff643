//! What CloudFront sends, as others have recorded or documented it.

use std::fs;
use std::path::{Path, PathBuf};

use edge_event::{Event, Trigger, check};
use serde_json::Value;

/// Events that name no trigger and show no origin, though an origin trigger is meant.
const SHAPELESS: &str = "origin-request-aws-lambda-at-edge-examples-test";

/// The folders to look in, relative to this crate. The first may be absent outside its authors' tree.
const FOLDERS: [&str; 2] = ["../../../shared/events", "../../fixtures/events"];

#[test]
fn every_event_comes_back_equal_and_its_passthrough_breaks_no_rule() {
    for folder in FOLDERS {
        let files = event_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
        if files.is_empty() {
            println!("skipped: no events in {folder}");
        }
        for file in files {
            let json = fs::read(&file).unwrap();
            let event = Event::from_slice(&json).unwrap_or_else(|e| panic!("{file:?}: {e}"));
            let whole: Value = serde_json::from_slice(&json).unwrap();
            assert_eq!(event.to_value(), whole, "{file:?}");
            assert_eq!(event.trigger(), named_trigger(&file), "{file:?}");
            assert_eq!(check(&event, &event.passthrough()), [], "{file:?}");
        }
    }
}

/// The trigger that a file's folder or name begins with.
fn named_trigger(file: &Path) -> Trigger {
    let path = file.to_string_lossy();
    if path.contains(SHAPELESS) {
        return Trigger::ViewerRequest;
    }
    let named = |part: &str| Trigger::ALL.into_iter().find(|t| part.starts_with(t.as_str()));
    path.rsplit('/').find_map(named).expect("an event's path names its trigger")
}

/// The JSON files under a folder that hold events, none if there is no folder.
fn event_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.expect("a readable folder").path()) {
        if path.is_dir() && !path.ends_with("wire") {
            files.extend(event_files(&path));
        } else if is_event(&path) {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn is_event(path: &Path) -> bool {
    let name = path.to_string_lossy();
    name.ends_with(".json") && !name.ends_with(".expect.json")
}
