//! `edgeswitch doctor` on saved answers, and on an account that gives them: the good ones of the fixtures, and copies
//! with mistakes.

mod cloud;
mod followers;
mod live;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::control::world::{Ran, World};
use crate::golden;

fn good() -> PathBuf {
    fixture("good")
}

/// A folder of answers.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures/doctor").join(name)
}

/// A copy of the good answers.
pub(crate) struct Saved(TempDir);

impl Saved {
    pub(crate) fn new() -> Self {
        Self::of("good")
    }

    fn of(name: &str) -> Self {
        let folder = TempDir::new().unwrap();
        copy(&fixture(name), folder.path());
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    fn edit(&self, file: &str, edit: impl Fn(&mut Value)) -> &Self {
        let path = self.path().join(file);
        let mut value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        edit(&mut value);
        fs::write(path, value.to_string()).unwrap();
        self
    }

    fn remove(&self, file: &str) -> &Self {
        fs::remove_file(self.path().join(file)).unwrap();
        self
    }

    fn write(&self, file: &str, text: &str) -> &Self {
        fs::write(self.path().join(file), text).unwrap();
        self
    }

    /// Two mistakes, a refused answer and a missing one, and a measurement.
    pub(crate) fn with_trouble() -> Self {
        let saved = Self::new();
        let config = fs::read_to_string(saved.path().join("edgeswitch.toml")).unwrap();
        let gate = "[gate]\nlogs = \"s3://shop-access-logs/cdn/\"\n";
        saved
            .write("edgeswitch.toml", &format!("{config}\n{gate}"))
            .edit("roles/shop-edge.json", |role| {
                let statement = &mut role["Role"]["AssumeRolePolicyDocument"]["Statement"][0];
                statement["Principal"]["Service"] = "lambda.amazonaws.com".into();
            })
            .edit("distribution.json", |all| {
                all["Distribution"]["DistributionConfig"]["DefaultCacheBehavior"]["Compress"] =
                    false.into();
            })
            .remove("pricing-plans.json")
            .remove("origin-access-controls/E3OAC0SHOP.json")
            .write("origin-access-controls/E3OAC0SHOP.refused", "An error occurred (AccessDenied)");
        saved
    }

    async fn examine(&self, more: &str) -> Ran {
        let world = World::new().await;
        let line = format!("doctor --offline {} {more}", self.path().display());
        world.run_as("alice", line.trim(), None).await
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn screen(name: &str, ran: &Ran) -> String {
    format!("# {name}\n{}{}exit {}\n\n", ran.out, ran.err, ran.exit.code())
}

#[tokio::test]
async fn every_screen() {
    let mut text = String::new();
    text += &screen("sound", &Saved::new().examine("").await);
    text += &screen("findings", &Saved::with_trouble().examine("").await);
    let refused = Saved::new();
    refused
        .remove("roles/shop-edge.json")
        .write("roles/shop-edge.refused", "AccessDenied: no\x1b[2J");
    text += &screen("refused", &refused.examine("").await);
    let alone = Saved::new();
    alone.remove("edgeswitch.toml");
    text += &screen("no configuration", &alone.examine("").await);
    let detached = Saved::new();
    detached.edit("distribution.json", |all| {
        let config = &mut all["Distribution"]["DistributionConfig"];
        let none = serde_json::json!({ "Quantity": 0 });
        config["DefaultCacheBehavior"]["LambdaFunctionAssociations"] = none.clone();
        for behavior in config["CacheBehaviors"]["Items"].as_array_mut().unwrap() {
            behavior["LambdaFunctionAssociations"] = none.clone();
        }
    });
    text += &screen("before attach", &detached.examine("").await);
    let empty = Saved::new();
    empty.remove("distribution.json");
    let ran = empty.examine("").await;
    let last = ran.out.lines().last().unwrap();
    text += &format!("# no distribution\n{last}\nexit {}\n", ran.exit.code());
    golden::check("doctor/golden/screens.txt", &text);
}

#[tokio::test]
async fn the_same_as_json() {
    let ran = Saved::with_trouble().examine("--output json").await;
    golden::check("doctor/golden/trouble.json", &ran.out);
    assert_eq!(ran.exit.code(), 1);
}

/// Whatever keeps the doctor from looking is exit code 2.
#[tokio::test]
async fn what_cannot_be_read_is_never_sound() {
    let broken = Saved::new();
    broken.write("distribution.json", "{");
    let unknown = Saved::new();
    unknown.write("edgeswitch.toml", "nam = \"shop\"");
    for saved in [broken, unknown] {
        let ran = saved.examine("").await;
        assert_eq!((ran.exit.code(), &*ran.out), (2, ""), "{}", ran.err);
        assert!(ran.err.starts_with("error: "), "{}", ran.err);
    }
    let world = World::new().await;
    let ran = world.run_as("alice", "doctor --offline nowhere", None).await;
    assert_eq!(ran.exit.code(), 2);
    assert!(ran.err.contains("there is no folder `nowhere`"), "{}", ran.err);
}
