use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use cloudfront_sim::{EdgeLocation, Function, FunctionError, FunctionHost};
use edge_event::Trigger;
use lambda_sim::{Options, Packages};
use serde_json::{Value, json};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The example function; cargo builds examples before tests.
pub(crate) fn binary() -> Vec<u8> {
    let test = env::current_exe().unwrap();
    let example = test.ancestors().nth(2).unwrap().join("examples/function");
    fs::read(&example).unwrap_or_else(|error| {
        panic!("{}: {error}: `cargo build -p lambda-sim --examples`", example.display())
    })
}

/// A zip with one file.
pub(crate) fn zip(path: &Path, name: &str, mode: u32, content: &[u8]) {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .unix_permissions(mode);
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    zip.start_file(name, options).unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap();
}

/// Three packages of the example function.
pub(crate) fn packages(options: Options) -> Packages {
    let folder = TempDir::new().unwrap();
    let package = |trigger: &str| folder.path().join(trigger).with_extension("zip");
    zip(&package("viewer-request"), "bootstrap", 0o755, &binary());
    for trigger in ["origin-request", "origin-response"] {
        fs::hard_link(package("viewer-request"), package(trigger)).unwrap();
    }
    Packages::open(folder.path(), options).unwrap()
}

pub(crate) fn edge(name: &str) -> EdgeLocation {
    EdgeLocation(name.to_owned())
}

/// viewer-request in Frankfurt.
pub(crate) fn function(packages: &Packages) -> Arc<dyn Function> {
    packages.function(&edge("FRA56-P4"), Trigger::ViewerRequest).unwrap()
}

pub(crate) async fn play(function: &dyn Function, what: &str) -> Result<Value, FunctionError> {
    let event = Bytes::from(json!({ "do": what }).to_string());
    Ok(serde_json::from_slice(&function.invoke(event).await?).unwrap())
}

/// The process that serves, and how many events it has served.
pub(crate) async fn count(function: &dyn Function) -> Result<(i32, u64), FunctionError> {
    let counted = play(function, "count").await?;
    let process = i32::try_from(counted["process"].as_i64().unwrap()).unwrap();
    Ok((process, counted["events"].as_u64().unwrap()))
}
