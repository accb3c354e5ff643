//! A plan in a file, as the simulator and local runs have it.

use std::fs;

use plan_store::{FileStore, PlanStore, StoreErrorKind};

#[tokio::test]
async fn every_read_gives_what_the_file_holds_then() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.txt");
    let store = FileStore::new(&path);
    for text in ["9f2c1e7", "41ab03d 9f2c1e7", ""] {
        fs::write(&path, text).unwrap();
        assert_eq!(store.fetch().await.unwrap(), text);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let not_text = folder.path().join("not-text");
    fs::write(&not_text, [0xff]).unwrap();
    let rows = [
        ("missing", folder.path().join("missing"), StoreErrorKind::Missing),
        ("a folder", folder.path().into(), StoreErrorKind::Other),
        ("not text", not_text, StoreErrorKind::Other),
    ];
    for (name, path, kind) in rows {
        let store = FileStore::new(&path);
        let error = store.fetch().await.unwrap_err();
        assert_eq!((error.kind, store.name()), (kind, path.to_str().unwrap()), "{name}");
        let start = format!("file `{}`: ", path.display());
        assert!(error.detail.starts_with(&start), "{name}: {error}");
    }
}
