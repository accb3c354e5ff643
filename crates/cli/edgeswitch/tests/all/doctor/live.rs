//! `edgeswitch doctor` on an account.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use edge_time::ManualClock;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::cloud::{Credentials, Told};
use super::{Saved, good, screen};
use crate::control::world::{NOW, Ran, run};
use crate::golden;

/// An account in which everything is as in `saved`.
fn told(saved: &Saved) -> Told {
    Told { folder: saved.path().into(), credentials: Credentials::Known }
}

async fn examine(cloud: &Told, line: &str) -> Ran {
    run(cloud, &ManualClock::new(NOW), "alice", &format!("doctor {line}"), None).await
}

/// The answers, and the packages that these say are deployed.
fn deployed() -> (Saved, TempDir) {
    let (saved, dist) = (Saved::new(), TempDir::new().unwrap());
    let configuration = fs::read(good().join("packaged-configuration.json")).unwrap();
    for (function, version) in
        [("viewer-request", 7), ("origin-request", 5), ("origin-response", 4)]
    {
        let path = dist.path().join(format!("{function}.zip"));
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        zip.start_file("edgeswitch.json", SimpleFileOptions::default()).unwrap();
        zip.write_all(&configuration).unwrap();
        zip.start_file(function, SimpleFileOptions::default()).unwrap();
        zip.finish().unwrap();
        let hash = BASE64_STANDARD.encode(Sha256::digest(fs::read(&path).unwrap()));
        saved.edit(&format!("functions/shop-{function}-{version}.json"), |known| {
            known["CodeSha256"] = hash.clone().into();
        });
    }
    (saved, dist)
}

fn line(saved: &Saved, dist: &Path, more: &str) -> String {
    let config = saved.path().join("edgeswitch.toml");
    format!("--config {} --dist {} {more}", config.display(), dist.display())
}

#[tokio::test]
async fn a_sound_account() {
    let (saved, dist) = deployed();
    let ran = examine(&told(&saved), line(&saved, dist.path(), "--deployer").trim()).await;
    let without = examine(&told(&saved), line(&saved, &dist.path().join("none"), "").trim()).await;
    let text = screen("sound", &ran) + &screen("no packages and no deployer", &without);
    golden::check("doctor/golden/live.txt", &text);
    let json = line(&saved, dist.path(), "--deployer --output json");
    golden::check("doctor/golden/sound.json", &examine(&told(&saved), &json).await.out);
}

#[tokio::test]
async fn the_argument_names_another_distribution_than_the_configuration() {
    let (saved, dist) = deployed();
    saved.edit("distribution.json", |known| known["Distribution"] = Value::Null);
    let ran = examine(&told(&saved), &line(&saved, dist.path(), "E1OTHER0000000")).await;
    assert!(ran.err.contains("`E1OTHER0000000`"), "{}", ran.err);
    assert_eq!(ran.exit.code(), 2);
}

#[tokio::test]
async fn saved_answers_have_the_same_findings_and_no_secret() {
    let (saved, dist) = deployed();
    saved
        .edit("distribution.json", |known| {
            let origin = &mut known["Distribution"]["DistributionConfig"]["Origins"]["Items"][2];
            origin["CustomHeaders"] = serde_json::json!({ "Quantity": 1, "Items": [
                { "HeaderName": "x-from-cloudfront", "HeaderValue": "s3cr3t" }
            ]});
        })
        .edit("functions/shop-viewer-request-7.json", |known| {
            known["Environment"] = serde_json::json!({ "Variables": { "KEY": "s3cr3t" } });
        })
        .remove("roles/shop-edge.json")
        .write("roles/shop-edge.refused", "AccessDenied: not authorized")
        .remove("certificates/blue-alb.example.com.json")
        .write("certificates/blue-alb.example.com.refused", "out of reach: timed out");
    let copy = TempDir::new().unwrap();
    let copy = copy.path().join("copy");
    let more = format!("--output json --deployer --save {}", copy.display());
    let ran = examine(&told(&saved), &line(&saved, dist.path(), &more)).await;
    assert_eq!(ran.exit.code(), 1, "{}", ran.err);
    assert!(ran.err.contains(&format!("answers in `{}`", copy.display())), "{}", ran.err);
    let again = examine(
        &Told { folder: "nowhere".into(), ..told(&saved) },
        &format!("--offline {} --output json", copy.display()),
    )
    .await;
    assert_eq!(again.out, ran.out);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{report:#}");
    assert!(!ran.out.contains("s3cr3t"));
    let files = all_files(&copy);
    assert!(files.len() > 30, "{files:?}");
    for file in files {
        assert!(!fs::read_to_string(&file).unwrap().contains("s3cr3t"), "{}", file.display());
    }
    // The plan is as it is.
    let plan = |folder: &Path| -> Value {
        let text = fs::read_to_string(folder.join("plans/eu-central-1.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    assert_eq!(plan(&copy), plan(saved.path()));
}

fn all_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    folders.iter().flat_map(|folder| all_files(folder)).chain(files).collect()
}

/// Whatever is wrong before the first question is bad usage, and nothing is asked.
#[tokio::test]
async fn nothing_is_asked_in_vain() {
    let (saved, dist) = deployed();
    let full = TempDir::new().unwrap();
    fs::write(full.path().join("distribution.json"), "{}").unwrap();
    let silent = Told { credentials: Credentials::None, ..told(&saved) };
    let line = line(&saved, dist.path(), &format!("--save {}", full.path().display()));
    let ran = examine(&silent, &line).await;
    assert_eq!((ran.exit.code(), &*ran.out), (2, ""));
    assert!(ran.err.contains("is not empty"), "{}", ran.err);
    saved.write("nameless.toml", &{
        let text = fs::read_to_string(saved.path().join("edgeswitch.toml")).unwrap();
        text.replace("distribution_id = \"E2QWRUHAPOMQZL\"\n", "")
    });
    let config = saved.path().join("nameless.toml");
    let ran = examine(&silent, &format!("--config {}", config.display())).await;
    assert_eq!((ran.exit.code(), &*ran.out), (2, ""));
    assert!(ran.err.contains("error: no distribution is named"), "{}", ran.err);
}

#[tokio::test]
async fn without_credentials_nothing_is_looked_at() {
    let (saved, dist) = deployed();
    let cloud = Told { credentials: Credentials::None, ..told(&saved) };
    let ran = examine(&cloud, line(&saved, dist.path(), "").trim()).await;
    assert_eq!((ran.exit.code(), &*ran.out), (2, ""));
    assert!(ran.err.contains("no credentials"), "{}", ran.err);
}

#[tokio::test]
async fn packages_that_are_no_packages_are_named() {
    let (saved, dist) = deployed();
    fs::write(dist.path().join("viewer-request.zip"), "no zip").unwrap();
    let ran = examine(&told(&saved), line(&saved, dist.path(), "").trim()).await;
    assert_eq!(ran.exit.code(), 2);
    assert!(ran.err.contains("viewer-request.zip"), "{}", ran.err);
}
