//! `edgeswitch dev --logs`: the rows are there while it runs.

use std::fs;
use std::path::Path;

use access_log::{Field, Reader};
use edgeswitch_dev::DevArgs;

use crate::dev::browser::Browser;
use crate::dev::sample;

/// The path, the status and the result of each row, and the release that its cookie names.
fn rows(folder: &Path) -> Vec<[String; 4]> {
    let mut rows = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let mut reader = Reader::open(fs::File::open(file.unwrap().path()).unwrap()).unwrap();
        while let Some(row) = reader.next_row().unwrap() {
            let text = |field| row.get(field).unwrap_or("-").to_owned();
            let release = row.cookie("release").unwrap_or("-").to_owned();
            rows.push([
                text(Field::UriStem),
                text(Field::Status),
                text(Field::ResultType),
                release,
            ]);
        }
        assert_eq!(reader.skipped().lines, 0);
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_is_in_the_log_when_it_has_its_answer() {
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().join("logs");
    let local = sample(DevArgs { logs: Some(logs.clone()), ..DevArgs::default() }).await;
    let mut browser = Browser::new(&local);
    assert_eq!(rows(&logs).len(), 0);
    let page = browser.load("/").await;
    let script = page.asset("/assets/app.", ".js");
    browser.fetch(&script).await;
    browser.fetch(&script).await;
    let row =
        |path: &str, result: &str, cookie: &str| [path, "200", result, cookie].map(str::to_owned);
    let cookie = "41ab03d.r1-0";
    let expected =
        [row("/", "Miss", "-"), row(&script, "Miss", cookie), row(&script, "Hit", cookie)];
    assert_eq!(rows(&logs), expected);
    local.stop().await;
}
