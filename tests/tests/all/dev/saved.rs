//! `edgeswitch dev` with a distribution that was saved from an account.

use std::fs;
use std::path::Path;

use edgeswitch_dev::{DevArgs, LocalCloudFront};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::repository;

use crate::dev::browser::Browser;
use crate::dev::sample;

const DEFAULT: &str = "/Distribution/DistributionConfig/DefaultCacheBehavior";

/// A project with one release in its bucket, and the saved distribution of the doctor's fixtures.
struct Project(TempDir);

impl Project {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let good = repository().join("fixtures/doctor/good");
        let config = fs::read_to_string(good.join("edgeswitch.toml")).unwrap();
        let dev = "[dev]\nplan = \"plan\"\ndistribution = \"saved\"\n";
        let at = |path: &str| folder.path().join(path);
        fs::write(at("edgeswitch.toml"), format!("{config}\n{dev}")).unwrap();
        fs::write(at("plan"), "41ab03d").unwrap();
        fs::create_dir_all(at("bucket/releases/41ab03d")).unwrap();
        fs::write(at("bucket/releases/41ab03d/index.html"), "<h1>blue</h1>").unwrap();
        fs::write(at("bucket/index.html"), "<h1>before</h1>").unwrap();
        for below in ["", "cache-policies", "origin-request-policies"] {
            fs::create_dir_all(at("saved").join(below)).unwrap();
            for entry in fs::read_dir(good.join(below)).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_file() {
                    let copy = at("saved").join(below).join(entry.file_name());
                    fs::copy(entry.path(), copy).unwrap();
                }
            }
        }
        Self(folder)
    }

    /// Changes a field of the saved distribution.
    fn set(&self, pointer: &str, value: Value) {
        let path = self.path("saved/distribution.json");
        let mut saved: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        saved.pointer_mut(parent).unwrap()[key] = value;
        fs::write(path, saved.to_string()).unwrap();
    }

    fn path(&self, below: &str) -> std::path::PathBuf {
        self.0.path().join(below)
    }

    fn args(&self) -> DevArgs {
        DevArgs { config: Some(self.path("edgeswitch.toml")), ..DevArgs::default() }
    }

    async fn refusal(&self) -> String {
        let args = DevArgs { port: Some(0), ..self.args() };
        let Err(error) = LocalCloudFront::start(&args).await else { panic!("it started") };
        format!("{:#}", anyhow::Error::from(error))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_saved_distribution_serves_the_projects_releases() {
    let project = Project::new();
    let local = sample(project.args()).await;
    let mut browser = Browser::new(&local);
    let page = browser.load("/").await;
    assert_eq!((page.status, &*page.text), (200, "<h1>blue</h1>"));
    assert!(page.header("set-cookie").starts_with("release=41ab03d"));
    let report = local.report(std::time::Duration::ZERO).to_string();
    assert!(report.contains("blue-alb.example.com has no local address"), "{report}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_distribution_from_before_attaching_serves_what_it_served_and_says_so() {
    let project = Project::new();
    let behaviors = "/Distribution/DistributionConfig/CacheBehaviors";
    for behavior in [DEFAULT, &format!("{behaviors}/Items/0"), &format!("{behaviors}/Items/1")] {
        project.set(&format!("{behavior}/LambdaFunctionAssociations"), json!({ "Quantity": 0 }));
    }
    let local = sample(project.args()).await;
    let page = Browser::new(&local).load("/").await;
    assert_eq!((page.status, &*page.text), (200, "<h1>before</h1>"), "the default root object");
    let report = local.report(std::time::Duration::ZERO).to_string();
    assert!(report.contains("the saved distribution has no function"), "{report}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_does_not_start_with_what_it_cannot_run_as_it_is() {
    let project = Project::new();
    project.set(&format!("{DEFAULT}/SmoothStreaming"), json!(true));
    let refusal = project.refusal().await;
    let place = "`Distribution.DistributionConfig.DefaultCacheBehavior.SmoothStreaming`: `true`";
    assert!(refusal.contains(place), "{refusal}");
    project.set(&format!("{DEFAULT}/SmoothStreaming"), json!(false));

    let second = "/Distribution/DistributionConfig/Origins/Items/1/DomainName";
    project.set(second, json!("other.s3.eu-central-1.amazonaws.com"));
    let config = fs::read_to_string(project.path("edgeswitch.toml")).unwrap();
    let without_bucket = config.replace("bucket = \"shop-releases\"\n", "");
    fs::write(project.path("edgeswitch.toml"), &without_bucket).unwrap();
    assert!(project.refusal().await.contains("2 buckets without a local address"));
    fs::write(project.path("edgeswitch.toml"), config).unwrap();

    let arn = "arn:aws:lambda:us-east-1:123456789012:function:auth:3";
    for behavior in ["DefaultCacheBehavior", "CacheBehaviors/Items/0", "CacheBehaviors/Items/1"] {
        let functions = format!("{behavior}/LambdaFunctionAssociations/Items/0/LambdaFunctionARN");
        project.set(&format!("/Distribution/DistributionConfig/{functions}"), json!(arn));
    }
    let refusal = project.refusal().await;
    assert!(
        refusal.contains(&format!("`{arn}` at viewer-request is not a function of edgeswitch"))
    );
}

#[tokio::test]
async fn the_sample_has_its_own_distribution() {
    let args = DevArgs { distribution: Some(Path::new("saved").into()), ..DevArgs::default() };
    let Err(error) = LocalCloudFront::start(&args).await else { panic!("it started") };
    assert!(error.to_string().starts_with("`--distribution` needs a project"));
}
