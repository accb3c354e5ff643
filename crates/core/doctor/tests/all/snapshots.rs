//! Snapshots from `fixtures/doctor`, with changes.

use std::fs;
use std::path::{Path, PathBuf};

use doctor::{Read, Snapshot, Source};
use edge_config::{Config, Follower, Gate};
use serde_json::Value;

/// A change of the good distribution.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Sets the value at a JSON pointer of a file. The last part may be new.
    Set(&'static str, &'static str, Value),
    /// Removes it.
    Remove(&'static str, &'static str),
    /// AWS answers with this message.
    Refused(&'static str, &'static str),
    /// Nobody asked.
    NotAsked(&'static str),
    /// Replaces a text of the configuration.
    Configure(&'static str, &'static str),
}

/// The folder of a snapshot without a mistake: `good`, or `followers` without a distribution.
fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures/doctor").join(name)
}

/// The good distribution with changes.
pub(crate) fn snapshot(changes: &[Change]) -> Snapshot {
    snapshot_of("good", changes)
}

/// The good followers with changes.
pub(crate) fn followers(changes: &[Change]) -> Snapshot {
    snapshot_of("followers", changes)
}

fn snapshot_of(name: &str, changes: &[Change]) -> Snapshot {
    let mut text = fs::read_to_string(folder(name).join("edgeswitch.toml")).unwrap();
    for change in changes {
        if let Change::Configure(from, to) = change {
            assert!(text.contains(from), "`{from}` is not in the configuration");
            text = text.replace(from, to);
        }
    }
    let mut snapshot = Snapshot::new(Some(Config::from_toml(&text).unwrap()));
    snapshot.followers = Follower::all_from_toml(&text).unwrap();
    snapshot.gate = Gate::from_toml(&text).unwrap();
    gather_from(&folder(name), &mut snapshot, changes);
    snapshot
}

/// Adds everything that the snapshot wants of the good distribution.
pub(crate) fn gather(snapshot: &mut Snapshot, changes: &[Change]) {
    gather_from(&folder("good"), snapshot, changes);
}

fn gather_from(folder: &Path, snapshot: &mut Snapshot, changes: &[Change]) {
    loop {
        let wanted = snapshot.wanted();
        if wanted.is_empty() {
            return;
        }
        for source in wanted {
            let mut read = read(folder, &source.file(), changes);
            if let (Source::PackagedConfiguration, Read::Known(packaged), Some(config)) =
                (&source, &mut read, &snapshot.config)
                && changes.iter().any(|change| matches!(change, Change::Configure(..)))
            {
                *packaged = of_the_same_build(config, packaged);
            }
            snapshot.insert(source, read);
        }
    }
}

/// The configuration in packages that were built from `config`.
fn of_the_same_build(config: &Config, packaged: &Value) -> Value {
    let mut value: Value = serde_json::from_str(&config.to_json()).unwrap();
    value["fallback"] = packaged["fallback"].clone();
    value
}

fn read(folder: &Path, file: &str, changes: &[Change]) -> Read {
    let text = fs::read_to_string(folder.join(format!("{file}.json"))).ok();
    let mut read = text.map_or(Read::NotAsked, |text| Read::Known(of_texts(&text)));
    for change in changes {
        match change {
            Change::Set(of, pointer, value) if *of == file => {
                set(known(&mut read, file), pointer, Some(value.clone()));
            }
            Change::Remove(of, pointer) if *of == file => {
                set(known(&mut read, file), pointer, None);
            }
            Change::Refused(of, message) if *of == file => read = Read::from_error(message),
            Change::NotAsked(of) if *of == file => read = Read::NotAsked,
            Change::Set(..)
            | Change::Remove(..)
            | Change::Refused(..)
            | Change::NotAsked(_)
            | Change::Configure(..) => {}
        }
    }
    read
}

/// Opens policy documents, so that pointers lead into them.
fn of_texts(text: &str) -> Value {
    let mut value: Value = serde_json::from_str(text).unwrap();
    if let Some(policy) = value.get_mut("Policy") {
        *policy = serde_json::from_str(policy.as_str().unwrap()).unwrap();
    }
    value
}

fn known<'a>(read: &'a mut Read, file: &str) -> &'a mut Value {
    match read {
        Read::Known(value) => value,
        Read::Missing(_) | Read::Refused(_) | Read::OutOfReach(_) | Read::NotAsked => {
            panic!("no `{file}` to change")
        }
    }
}

fn set(value: &mut Value, pointer: &str, to: Option<Value>) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = value.pointer_mut(parent).unwrap_or_else(|| panic!("no `{parent}`"));
    match (parent, to) {
        (Value::Object(fields), Some(to)) => _ = fields.insert(key.into(), to),
        (Value::Object(fields), None) => _ = fields.remove(key).unwrap(),
        (Value::Array(all), Some(to)) => match key {
            "-" => all.push(to),
            index => all[index.parse::<usize>().unwrap()] = to,
        },
        (Value::Array(all), None) => _ = all.remove(key.parse().unwrap()),
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_), _) => {
            panic!("`{pointer}` has no parent")
        }
    }
}
