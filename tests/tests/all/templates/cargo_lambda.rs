//! `cargo lambda deploy` updates a function of the template with a package of `edgeswitch package`.

use std::fs;
use std::path::Path;
use std::process::Command;

use http::Request;
use serde_json::Value;
use tempfile::TempDir;
use testkit::{Tools, program};

use super::created::Functions;
use super::stack::code_sha256;
use crate::aws::REPLICA as US_EAST_1;

/// The smallest file that is a static ELF binary for x86_64: a header and one segment to load.
fn binary() -> Vec<u8> {
    let mut file = vec![0; 120];
    file[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    let fields = [(16, 2), (18, 62), (20, 1), (32, 64), (52, 64), (54, 56), (56, 1), (64, 1)];
    for (at, value) in fields {
        file[at] = value;
    }
    file
}

/// Builds packages, with copies in `lambda`.
fn package(folder: &Path) {
    fs::write(folder.join("edgeswitch.toml"), include_str!("../../../../edgeswitch.toml")).unwrap();
    for function in ["viewer-request", "origin-request", "origin-response"] {
        fs::write(folder.join(function), binary()).unwrap();
    }
    let line = "package --bin-dir . --cargo-lambda lambda --without-fallback";
    let built = Command::new(program().unwrap()).args(line.split(' ')).current_dir(folder).output();
    let built = built.unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}

#[test]
#[ignore = "needs `make setup`"]
fn cargo_lambda_uploads_the_package_byte_for_byte_and_keeps_runtime_and_handler() {
    let functions = Functions::new("cargo-lambda");
    functions.stack.create(&functions.parameters);
    let folder = TempDir::new().unwrap();
    package(folder.path());
    // cargo-lambda works only in the folder of a package of cargo.
    let manifest = "[package]\nname = \"any\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[[bin]]\n\
                    name = \"any\"\npath = \"any.rs\"\n[workspace]\n";
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.path().join("any.rs"), "fn main() {}").unwrap();

    let mut deploy = Command::new(Tools::find().unwrap().python("cargo-lambda"));
    let line = "lambda deploy --lambda-dir lambda --binary-name viewer-request --region us-east-1 \
                cargo-lambda-viewer-request";
    deploy.args(line.split_whitespace()).current_dir(folder.path());
    deploy.env("AWS_ENDPOINT_URL", functions.stack.account.endpoint());
    deploy.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    let deployed = deploy.output().unwrap();
    assert!(deployed.status.success(), "{}", String::from_utf8_lossy(&deployed.stderr));

    let path = "/2015-03-31/functions/cargo-lambda-viewer-request/configuration?Qualifier=2";
    let request = Request::get(path).body(String::new()).unwrap();
    let version = functions.stack.account.send(US_EAST_1, "lambda", request).unwrap();
    let version: Value = serde_json::from_str(&version).unwrap();
    let zip = fs::read(folder.path().join("dist/viewer-request.zip")).unwrap();
    assert_eq!(version["CodeSha256"], code_sha256(&zip));
    assert_eq!(version["Handler"], "lambda_function.lambda_handler");
    assert_eq!(version["Runtime"], "python3.13");
}
