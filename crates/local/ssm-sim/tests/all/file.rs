//! Parameters that survive restarts.

use std::fs;
use std::path::Path;

use crate::world::{NAME, clock, code, put};
use ssm_sim::{OpenError, Page, ParameterStore, Put};
use tempfile::tempdir;

fn open(path: &Path) -> Result<ParameterStore, OpenError> {
    ParameterStore::open(path, clock())
}

fn refusal(path: &Path) -> String {
    open(path).err().unwrap().to_string()
}

#[tokio::test]
async fn all_parameters_survive_a_restart() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("parameters.json");
    let before = open(&path).unwrap();
    let (description, user) = (Some("canary".into()), "ada".into());
    before.put(Put { description, user, ..put(NAME, "first") }).await.unwrap();
    before.put(put(NAME, "second")).await.unwrap();
    before.in_region("eu-west-1").put(put(NAME, "copy")).await.unwrap();
    before.put(put("/other", "x")).await.unwrap();
    before.delete("/other").await.unwrap();
    let page = Page::default();
    let history = before.history(NAME, &page).await;
    let copy = before.in_region("eu-west-1").get(NAME).await;
    drop(before);
    let after = open(&path).unwrap();
    assert_eq!(after.history(NAME, &page).await, history);
    assert_eq!(after.in_region("eu-west-1").get(NAME).await, copy);
    assert_eq!(code(after.get("/other").await), "ParameterNotFound");
    assert_eq!(after.put(put(NAME, "third")).await, Ok(3));
}

#[tokio::test]
async fn a_hundred_writes_at_once_are_all_in_the_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("parameters.json");
    let store = open(&path).unwrap();
    let writes = (0..100).map(|number| store.put(put(NAME, &number.to_string())));
    futures_util::future::try_join_all(writes.collect::<Vec<_>>()).await.unwrap();
    drop(store);
    assert_eq!(open(&path).unwrap().get(NAME).await.unwrap().version, 100);
    assert!(!folder.path().join("parameters.json.new").exists(), "nothing half written");
}

#[test]
fn two_stores_cannot_have_the_same_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("parameters.json");
    let first = open(&path).unwrap();
    let replica = first.in_region("eu-west-1");
    drop(first);
    assert!(
        refusal(&path).ends_with("is in use: end the program that uses it, or name another file")
    );
    drop(replica);
    assert!(open(&path).is_ok());
}

#[test]
fn an_invalid_file_is_named_and_left_unchanged() {
    let version = r#"{"version":1,"value":"x","last_modified_ms":0,"user":""}"#;
    let regions = |versions: &str| {
        format!(r#"{{"format":1,"regions":{{"us-east-1":{{"/p":[{versions}]}}}}}}"#)
    };
    let rows = [
        ("empty", String::new(), "EOF while parsing a value at line 1 column 0"),
        ("half", r#"{"format":1,"regions":{"#.into(), "EOF while parsing an object at line 1"),
        ("not its JSON", "[]".into(), "invalid length 0"),
        ("another field", r#"{"format":1,"plans":{}}"#.into(), "unknown field `plans`"),
        (
            "another format",
            r#"{"format":2,"regions":{}}"#.into(),
            "unknown format 2: this version reads format 1",
        ),
        (
            "a version twice",
            regions(&format!("{version},{version}")),
            "the versions of `/p` in `us-east-1` are out of order",
        ),
        ("no version", regions(""), "the versions of `/p` in `us-east-1` are out of order"),
    ];
    let folder = tempdir().unwrap();
    let path = folder.path().join("parameters.json");
    for (name, text, expected) in rows {
        fs::write(&path, &text).unwrap();
        let message = refusal(&path);
        let start = format!("state file `{}`: {expected}", path.display());
        assert!(message.starts_with(&start), "{name}: {message}");
        assert!(
            message.ends_with("repair it, or move it away to start without parameters"),
            "{name}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "{name}");
    }
}

#[test]
fn the_folder_is_created_with_the_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join(".edgeswitch/kept/parameters.json");
    open(&path).unwrap();
    assert!(path.is_file());
}

#[test]
fn an_impossible_path_is_refused_at_the_start() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(refusal(&file.join("parameters.json")).contains("a path where a file can be created"));
    assert!(refusal(folder.path()).contains("a file that can be read and written"), "a folder");
    let not_text = folder.path().join("not-text");
    fs::write(&not_text, [0xff]).unwrap();
    assert!(refusal(&not_text).contains("is not text: repair it"));
}

#[tokio::test]
async fn a_write_that_cannot_be_saved_changes_nothing() {
    let folder = tempdir().unwrap();
    let home = folder.path().join("home");
    fs::create_dir(&home).unwrap();
    let store = open(&home.join("parameters.json")).unwrap();
    store.put(put(NAME, "first")).await.unwrap();
    fs::rename(&home, folder.path().join("moved")).unwrap();
    assert_eq!(code(store.put(put(NAME, "second")).await), "InternalServerError");
    assert_eq!(store.get(NAME).await.unwrap().value, "first");
    fs::rename(folder.path().join("moved"), &home).unwrap();
    assert_eq!(store.put(put(NAME, "second")).await, Ok(2));
}

#[tokio::test]
async fn a_store_that_is_opened_empty_forgets_what_the_file_holds() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("parameters.json");
    let store = open(&path).unwrap();
    store.put(put(NAME, "first")).await.unwrap();
    let in_use = ParameterStore::open_empty(&path, clock()).map(drop).unwrap_err();
    assert!(matches!(in_use, OpenError::InUse { .. }), "{in_use}");
    drop(store);
    let store = ParameterStore::open_empty(&path, clock()).unwrap();
    assert_eq!(code(store.get(NAME).await), "ParameterNotFound");
    assert_eq!(store.put(put(NAME, "anew")).await, Ok(1));
}
