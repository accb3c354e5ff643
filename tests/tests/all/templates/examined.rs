//! The doctor looks at what CloudFormation made of the templates.

use std::fs;
use std::io::{Cursor, Write};
use std::process::Command;
use std::sync::Arc;

use cloudfront_sim::{EdgeLocation, SavedDistribution};
use edge_config::Config;
use http::Request;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{AccessKey, Ministack, program};
use url::form_urlencoded::Serializer;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::site::Site;
use crate::aws::HOME;
use crate::aws::account::{remove_index, shared, upload};

/// The back end. Nothing listens on its port for TLS.
const API: &str = "localhost";

/// A site with its packages, its configuration and its first release.
pub(crate) struct Examined {
    pub(crate) site: Site,
    folder: TempDir,
    key: AccessKey,
}

impl Examined {
    fn new(name: &'static str) -> Self {
        Self::of(shared(), name)
    }

    /// A site in another account, which its root user looks at.
    pub(crate) fn of(account: Arc<Ministack>, name: &'static str) -> Self {
        let config = |distribution: &str| {
            format!(
                "name = \"{name}\"\ndistribution_id = \"{distribution}\"\n\
                 bucket = \"{name}-releases\"\nprefix_template = \"/releases/{{release}}\"\n\
                 fallback = \"first\"\n\n\
                 [parameter]\nname = \"/{name}/plan\"\nhome_region = \"{HOME}\"\n\n\
                 [[routes]]\npath = \"/api/*\"\norigin = \"api\"\n\n\
                 [slots.blue]\napi = \"{API}\"\n"
            )
        };
        let folder = TempDir::new().unwrap();
        let dist = folder.path().join("dist");
        fs::create_dir(&dist).unwrap();
        let packaged = Config::from_toml(&config("E1BEFORE")).unwrap().to_json();
        let site = Site::deploy_packages(account, name, "/api/*", API, |trigger| {
            let package = package(trigger, &packaged);
            fs::write(dist.join(format!("{trigger}.zip")), &package).unwrap();
            package
        });
        upload(&site.account, &site.bucket, "releases/first");
        fs::write(folder.path().join("edgeswitch.toml"), config(&site.distribution)).unwrap();
        let key = AccessKey { id: "test".into(), secret: "test".into() };
        Self { site, folder, key }
    }

    /// The same site, which a user looks at.
    pub(crate) fn looked_at_by(self, key: AccessKey) -> Self {
        Self { key, ..self }
    }

    /// Gives the project followers, and writes its plan again: one release in the slot `blue`.
    pub(crate) fn follow(&self, followers: &str) {
        let path = self.folder.path().join("edgeswitch.toml");
        let config = fs::read_to_string(&path).unwrap();
        fs::write(path, format!("{config}\n{followers}")).unwrap();
        let plan = json!({
            "schema": 1, "revision": 1, "releases": { "first": { "slot": "blue" } }, "rollout": "r1",
            "stages": [{ "from": "2026-11-22T09:00:00Z", "weights": [["first", 100]] }],
        });
        self.site.account.put_parameter(HOME, &self.site.plan, &plan.to_string()).unwrap();
    }

    /// The report of the doctor, and its exit code.
    pub(crate) fn report(&self, arguments: &str) -> (Value, Option<i32>) {
        let output = Command::new(program().unwrap())
            .arg("doctor")
            .args(arguments.split_whitespace())
            .args(["--output", "json"])
            .current_dir(self.folder.path())
            .env("AWS_ENDPOINT_URL", self.site.account.endpoint())
            .env("AWS_ACCESS_KEY_ID", &self.key.id)
            .env("AWS_SECRET_ACCESS_KEY", &self.key.secret)
            .output()
            .unwrap();
        let report = serde_json::from_slice(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        (report.unwrap_or_else(|_| panic!("{errors}")), output.status.code())
    }
}

/// A package that the doctor can read.
fn package(trigger: &str, configuration: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [("lambda_function.py", trigger), ("edgeswitch.json", configuration)] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What ministack does not have, and nothing listens for: the check, the answer, and why.
pub(crate) const NOT_THERE: [(&str, &str, &str); 2] = [
    // Loopback has no listener with TLS.
    ("custom-origin", "certificates/localhost", "out-of-reach"),
    // ministack has no API of the flat-rate plans.
    ("flat-rate-plan", "pricing-plans", "refused"),
];

fn texts<'a>(report: &'a Value, list: &str, field: &str) -> Vec<&'a str> {
    let all = report[list].as_array().unwrap().iter();
    all.map(|one| one[field].as_str().unwrap()).collect()
}

/// What was not checked: the check, the answer, and why.
pub(crate) fn not_checked(report: &Value) -> Vec<(&str, &str, &str)> {
    let checks = texts(report, "not_checked", "check").into_iter();
    let sources = texts(report, "not_checked", "source");
    let why = texts(report, "not_checked", "why");
    checks.zip(sources).zip(why).map(|((check, source), why)| (check, source, why)).collect()
}

#[test]
#[ignore = "needs `make setup`"]
fn a_new_site_has_no_mistake() {
    let site = Examined::new("examined");
    let (report, code) = site.report("--deployer --save saved");
    assert_eq!(report["findings"], json!([]), "{report:#}");
    assert_eq!(not_checked(&report), NOT_THERE);
    assert_eq!(code, Some(2));
    assert_eq!(site.report("--offline saved"), (report, code));
    // The same folder is what `edgeswitch dev --distribution` runs.
    let saved = SavedDistribution::read(&site.folder.path().join("saved")).unwrap();
    let imported = saved.import(vec![EdgeLocation("FRA50".into())]);
    let imported = imported.unwrap_or_else(|error| panic!("{error}")).distribution;
    assert!(!imported.default_behavior.response_headers.add.is_empty());
    assert_eq!(imported.id, site.site.distribution);
}

#[test]
#[ignore = "needs `make setup`"]
fn mistakes_in_an_account_are_found() {
    let site = Examined::new("mistaken");
    let (account, region) = (&site.site.account, HOME);
    let send = |service: &str, request: Request<String>| {
        account.send(region, service, request).unwrap();
    };
    let found = || texts(&site.report("").0, "findings", "check").join(" ");

    let trust = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let mut form = Serializer::new(String::new());
    form.append_pair("Action", "UpdateAssumeRolePolicy").append_pair("Version", "2010-05-08");
    form.append_pair("RoleName", "mistaken-edge-functions").append_pair("PolicyDocument", trust);
    let request = Request::post("/").header("Content-Type", "application/x-www-form-urlencoded");
    send("iam", request.body(form.finish()).unwrap());
    assert_eq!(found(), "role-trust");

    let bucket = &site.site.bucket;
    send("s3", Request::delete(format!("/{bucket}?policy")).body(String::new()).unwrap());
    assert_eq!(found(), "role-trust bucket-access");

    remove_index(account, bucket, "releases/first");
    assert_eq!(found(), "role-trust pages bucket-access");

    account.put_parameter(region, &site.site.plan, "second").unwrap();
    upload(account, bucket, "releases/second");
    assert_eq!(found(), "role-trust fallback bucket-access");

    account.put_parameter(region, &site.site.plan, "{}").unwrap();
    assert_eq!(found(), "role-trust plan bucket-access");
}
