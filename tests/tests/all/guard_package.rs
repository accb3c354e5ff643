//! The guard's package, as cargo-lambda builds and deploys it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cloudfront_sim::Function;
use http::Request;
use lambda_sim::{Options, Regional};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use testkit::{Ministack, Tools, repository};
use ureq::SendBody;
use zip::ZipArchive;

const REGION: &str = "eu-central-1";
const PLAN: &str = r#"{"schema":1,"revision":17,"releases":{"41ab03d":{"prefix":"/releases/41ab03d"}},
  "rollout":"r12","stages":[{"from":"2026-11-22T08:00:00Z","weights":[["41ab03d",100]]}]}"#;

fn zip() -> Vec<u8> {
    fs::read(repository().join("target/lambda/guard/bootstrap.zip")).unwrap()
}

/// `cargo lambda deploy`, as docs/guard.md says it.
fn deploy(tools: &Tools, ministack: &Ministack) {
    let mut command = Command::new(tools.python("cargo-lambda"));
    command.args(["lambda", "deploy", "shop-guard", "--binary-name", "guard", "--region", REGION]);
    command.args(["--endpoint-url", ministack.endpoint()]);
    command.args(["--role", "arn:aws:iam::000000000000:role/shop-guard"]);
    command.env("AWS_ACCESS_KEY_ID", "any").env("AWS_SECRET_ACCESS_KEY", "any");
    command.env("AWS_ENDPOINT_URL", ministack.endpoint()).current_dir(repository());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

fn deployed(ministack: &Ministack) -> Value {
    let request = Request::get("/2015-03-31/functions/shop-guard/configuration");
    let request = request.body(SendBody::none()).unwrap();
    serde_json::from_str(&ministack.send(REGION, "lambda", request).unwrap()).unwrap()
}

fn unpack(zip: &Path, folder: &Path) {
    ZipArchive::new(fs::File::open(zip).unwrap()).unwrap().extract(folder).unwrap();
}

#[test]
#[ignore = "needs `make guard`"]
fn cargo_lambda_deploys_it_and_deploys_it_again() {
    let (tools, zip) = (Tools::find().unwrap(), zip());
    let ministack = Ministack::start(&tools).unwrap();
    for _ in 0..2 {
        deploy(&tools, &ministack);
        let configuration = deployed(&ministack);
        assert_eq!(configuration["Runtime"], "provided.al2023");
        assert_eq!(configuration["Handler"], "bootstrap");
        assert_eq!(configuration["Architectures"], json!(["x86_64"]));
        let sha = BASE64_STANDARD.encode(Sha256::digest(&zip));
        assert_eq!(configuration["CodeSha256"], json!(sha));
    }
}

#[tokio::test]
#[ignore = "needs `make guard`"]
async fn it_holds_the_configuration_and_runs_beside_a_parameter_store() {
    let ministack = Ministack::start(&Tools::find().unwrap()).unwrap();
    ministack.put_parameter(REGION, "/shop/plan", PLAN).unwrap();
    let folder = TempDir::new().unwrap();
    unpack(&repository().join("target/lambda/guard/bootstrap.zip"), folder.path());
    assert!(folder.path().join("edgeswitch.toml").exists());
    let endpoint = ("AWS_ENDPOINT_URL".to_owned(), ministack.endpoint().to_owned());
    let options = Options {
        name: "shop-guard".into(),
        variables: BTreeMap::from([endpoint]),
        memory: 256,
        ..Options::default()
    };
    let guard = Regional::new(folder.path().into(), REGION, options);
    let schedule = fs::read(repository().join("fixtures/regional/made-schedule.json")).unwrap();
    let answer = guard.invoke(schedule.into()).await.unwrap();
    let answer: Value = serde_json::from_slice(&answer).unwrap();
    assert_eq!(answer["version"], 1, "{answer}");
    let notes = ministack.parameter_versions(REGION, "/shop/plan-guard").unwrap();
    assert_eq!(notes.len(), 1);
}
