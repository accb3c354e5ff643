use std::fs;
use std::path::PathBuf;

use edgeswitch::Exit;
use edgeswitch_dev::{DevArgs, LocalCloudFront};
use serde_json::Value;
use tempfile::TempDir;

use crate::ramp::world::{Ran, run_at};

pub(crate) const CONFIG: &str = r#"
name = "shop"
release_header = true
prefix_template = "/releases/{release}"
fallback = "41ab03d 9f2c1e7"

[parameter]
name = "/shop/plan"
home_region = "eu-central-1"

[override]
policy = "known-release"

[dev]
bucket = "bucket"
"#;

const INDEX: &str = r#"<!doctype html><title>RELEASE</title>
<link rel="stylesheet" href="/assets/RELEASE.css"><script type="module" src="/assets/RELEASE.js"></script>"#;

/// The local CloudFront with two releases: one with all traffic, one staged.
pub(crate) struct Site {
    cloudfront: LocalCloudFront,
    folder: TempDir,
}

impl Site {
    pub(crate) async fn open() -> Self {
        Self::of(CONFIG).await
    }

    pub(crate) async fn of(config: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("edgeswitch.toml");
        fs::write(&path, config).unwrap();
        for release in ["41ab03d", "9f2c1e7"] {
            let assets = folder.path().join("bucket/releases").join(release).join("assets");
            fs::create_dir_all(&assets).unwrap();
            fs::write(assets.join("../index.html"), INDEX.replace("RELEASE", release)).unwrap();
            fs::write(assets.join(format!("{release}.css")), "body {}").unwrap();
            fs::write(assets.join(format!("{release}.js")), "export {}").unwrap();
        }
        let args = DevArgs { config: Some(path), port: Some(0), ..DevArgs::default() };
        Self { cloudfront: LocalCloudFront::start(&args).await.unwrap(), folder }
    }

    /// Writes a file of the folder, for example `bucket/releases/9f2c1e7/app.js`. Returns its path.
    pub(crate) fn write(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let file = self.folder.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        file
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.folder.path().join("bucket/releases").join(path)).unwrap();
    }

    pub(crate) async fn verify(&self, arguments: &str) -> Ran {
        let (_, url) = self.cloudfront.edges().next().unwrap();
        let config = self.folder.path().join("edgeswitch.toml");
        let line = format!("verify {arguments} --host {url} --config {}", config.display());
        run_at(&self.cloudfront.parameter_store(), &line).await
    }

    pub(crate) async fn failed(&self, arguments: &str) -> Vec<(String, String, String)> {
        let ran = self.verify(&format!("{arguments} --output json")).await;
        assert_eq!(ran.exit, Exit::Failed, "{ran:?}");
        let value: Value = serde_json::from_str(&ran.out).unwrap();
        let text = |check: &Value, name: &str| check[name].as_str().unwrap().to_owned();
        let checks = value["checks"].as_array().unwrap().iter();
        let failed = checks.filter(|check| check["verdict"] == "failed");
        failed.map(|one| (text(one, "check"), text(one, "address"), text(one, "problem"))).collect()
    }
}

#[tokio::test]
async fn a_staged_release_is_visited_with_everything_that_it_loads() {
    let site = Site::open().await;
    let ran = site.verify("9f2c1e7").await;
    let expected = "\
RESULT  CHECK    ADDRESS              PROBLEM
passed  status   /
passed  type     /
passed  release  /
passed  private  /
passed  asset    /assets/9f2c1e7.css
passed  asset    /assets/9f2c1e7.js
passed  others   /

9f2c1e7: 7 passed, 0 failed, 0 not told
";
    assert_eq!(ran.out, expected, "{}", ran.err);
    assert_eq!(ran.exit, Exit::Done);
}

#[tokio::test]
async fn every_path_is_visited() {
    let site = Site::open().await;
    let ran = site.verify("9f2c1e7 --path /cart --path /orders/17").await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert!(ran.out.ends_with("9f2c1e7: 14 passed, 0 failed, 0 not told\n"), "{}", ran.out);
}

#[tokio::test]
async fn an_active_release_is_not_looked_for_among_the_others() {
    let site = Site::open().await;
    let ran = site.verify("41ab03d").await;
    // Its id is in everybody's cookie: only a signed link shows it.
    assert!(ran.out.contains("the override was refused"), "{}", ran.out);
    assert!(ran.out.contains("not told  others"), "{}", ran.out);
}

#[tokio::test]
async fn an_asset_that_is_missing_fails() {
    let site = Site::open().await;
    site.remove("9f2c1e7/assets/9f2c1e7.js");
    let failed = site.failed("9f2c1e7").await;
    let expected = ("asset".into(), "/assets/9f2c1e7.js".into(), "it is 403".into());
    assert_eq!(failed, [expected]);
}

/// The origin group's second attempt never serves another release's page.
#[tokio::test]
async fn a_release_without_its_index_document_fails() {
    let site = Site::open().await;
    site.remove("9f2c1e7/index.html");
    let failed = site.failed("9f2c1e7").await;
    assert_eq!(failed[0], ("status".into(), "/".into(), "it is 403".into()));
}

#[tokio::test]
async fn an_asset_that_is_a_page_is_missing() {
    let site = Site::open().await;
    let index = site.folder.path().join("bucket/releases/9f2c1e7/index.html");
    fs::write(index, "<script src=/assets/app></script>").unwrap();
    let failed = site.failed("9f2c1e7").await;
    let problem = "it is an HTML page: the asset is missing".into();
    assert_eq!(failed, [("asset".into(), "/assets/app".into(), problem)]);
}

/// Responses under an override say their release, and other pages set its cookie.
#[tokio::test]
async fn a_site_without_the_release_header_is_verified_as_well() {
    let site = Site::of(&CONFIG.replace("release_header = true", "")).await;
    let ran = site.verify("9f2c1e7").await;
    assert_eq!(ran.exit, Exit::Done, "{ran:?}");
    assert!(ran.out.ends_with("7 passed, 0 failed, 0 not told\n"), "{}", ran.out);
    site.remove("9f2c1e7/index.html");
    let failed = site.failed("9f2c1e7").await;
    assert_eq!(failed[0].2, "it is 403");
}

#[tokio::test]
async fn an_override_that_the_edge_does_not_take_fails() {
    let site = Site::of(&CONFIG.replace("known-release", "signed")).await;
    fs::write(site.folder.path().join("edgeswitch.toml"), CONFIG).unwrap();
    let failed = site.failed("9f2c1e7").await;
    let (check, _, problem) = &failed[0];
    assert_eq!(check, "status");
    assert!(problem.starts_with("it is 302 to `/`: the override was refused"), "{problem}");
}

#[tokio::test]
async fn a_distribution_that_does_not_answer_fails() {
    let site = Site::open().await;
    let config = site.folder.path().join("edgeswitch.toml");
    let line = format!("verify 9f2c1e7 --host http://127.0.0.1:1 --config {}", config.display());
    let ran = run_at(&site.cloudfront.parameter_store(), &line).await;
    assert_eq!(ran.exit, Exit::Failed, "{ran:?}");
    assert!(ran.out.contains("Connection refused"), "{}", ran.out);
}

#[tokio::test]
async fn an_unknown_release_is_not_looked_for() {
    let site = Site::open().await;
    let ran = site.verify("c0ffee1").await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""));
    assert!(ran.err.contains("`c0ffee1` is not registered"), "{}", ran.err);
}
