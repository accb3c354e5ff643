//! What cannot run: one error each, and nothing is started.

use std::fs::{self, File};
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::dev::{PROJECT, project, refused, stderr};

/// Name, the line of the project that is replaced, by what, the arguments, what is said.
type Row = (&'static str, &'static str, &'static str, &'static [&'static str], &'static str);

const CONFIG: &[&str] = &["--config", "shop.toml"];
const ROWS: &[Row] = &[
    (
        "missing configuration",
        "",
        "",
        &["--config", "none.toml"],
        "error: read `none.toml`: No such file or directory (os error 2)\n\
         hint: name a file that exists; without `--config` a sample runs\n",
    ),
    (
        "misspelt key",
        "bucket = ",
        "bukket = ",
        CONFIG,
        "error: configuration `shop.toml`: unknown key `bukket` in [dev]: did you mean `bucket`?\n",
    ),
    (
        "setting that the local CloudFront does not have",
        "bucket = ",
        "compress = true\nbucket = ",
        CONFIG,
        "error: configuration `shop.toml`: `compress` is not modelled by the local CloudFront: see \
         DIFFERENCES.md of cloudfront-sim\n",
    ),
    (
        "missing folder",
        "",
        "",
        &["--config", "shop.toml", "--bucket", "gone"],
        "error: bucket folder `gone` is not a folder\n\
         hint: build a release into it first, `gone/releases/<id>/index.html`, or name another one: `bucket` \
         in [dev], or `--bucket DIR`\n",
    ),
    (
        "missing plan file",
        "port = 0",
        "port = 0\nplan = \"plan.json\"",
        CONFIG,
        "error: read the first plan `plan.json`: No such file or directory (os error 2)\n\
         hint: `plan` in [dev] names it; without `plan`, `fallback` is the first plan\n",
    ),
    (
        "broken plan file",
        "port = 0",
        "port = 0\nplan = \"broken.json\"",
        CONFIG,
        "error: plan `broken.json`: plan: missing field `rollout` at line 1 column 29\nhint: docs/plan.md describes the plan\n",
    ),
    (
        "broken state file",
        "port = 0",
        "port = 0\nstate = \"broken.json\"",
        CONFIG,
        "error: state file `broken.json`: ",
    ),
    (
        "route to an origin without a domain name",
        "[dev]",
        "[[routes]]\npath = \"/api/*\"\norigin = \"api\"\n[dev]",
        CONFIG,
        "error: no domain name is known for origin `api`\nhint: name one: `api = \"...\"` in [slots.blue]\n",
    ),
    (
        "origin's local address",
        "",
        "",
        &["--config", "shop.toml", "--origin", "a.example=ftp://x"],
        "error: origin `a.example`: invalid server URL `ftp://x`: expected `http://`, a host and perhaps a \
         port, and no path\nhint: for example `http://127.0.0.1:4001`\n",
    ),
    (
        "ports that end too early",
        "",
        "",
        &["--port", "65534"],
        "error: port 65534 is too high: the edge locations, the Parameter Store and the load balancers need 3 ports \
         from there, up to 65535\nhint: choose another `--port`; 0 takes free ports\n",
    ),
    (
        "missing packages",
        "",
        "",
        &["--port", "0", "--packages", "gone"],
        "error: package `gone/viewer-request.zip` is missing: run `make package`\n",
    ),
    (
        "package without bootstrap",
        "",
        "",
        &["--port", "0", "--packages", "packages"],
        "error: package `packages/viewer-request.zip` has no `bootstrap`: run `make package`\n",
    ),
];

#[test]
fn what_cannot_run_is_refused_with_the_repair() {
    for (name, line, replaced, arguments, said) in ROWS {
        let folder = project();
        let text = PROJECT.replacen(line, replaced, 1);
        fs::write(folder.path().join("shop.toml"), text).unwrap();
        fs::write(folder.path().join("broken.json"), "{\"schema\": 1, \"releases\": {}}").unwrap();
        empty_package(&folder.path().join("packages"));
        let output = refused(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(output.stdout.is_empty(), "{name}: nothing was started");
        let error = stderr(&output);
        let is_it = if said.ends_with('\n') { error == *said } else { error.starts_with(said) };
        assert!(is_it, "{name}:\n{error}instead of\n{said}");
    }
}

fn empty_package(folder: &Path) {
    fs::create_dir(folder).unwrap();
    let mut zip = ZipWriter::new(File::create(folder.join("viewer-request.zip")).unwrap());
    zip.start_file("index.mjs", SimpleFileOptions::default()).unwrap();
    zip.write_all(b"export {};").unwrap();
    zip.finish().unwrap();
}

#[test]
fn options_of_a_project_say_how_to_name_it() {
    let folder = TempDir::new().unwrap();
    let rows: [(&str, &[&str]); 2] = [
        ("--bucket", &["--bucket", "bucket"]),
        ("--origin", &["--origin", "a.example=http://127.0.0.1:1"]),
    ];
    let hints = [
        "name its configuration: `--config FILE`; `edgeswitch init` writes one",
        "add `--config edgeswitch.toml`",
    ];
    for hint in hints {
        for (option, arguments) in rows {
            let output = refused(folder.path(), arguments);
            assert_eq!(output.status.code(), Some(2), "{option}");
            let error = format!(
                "error: `{option}` needs a project: the sample has its own bucket and back ends\n"
            );
            assert_eq!(stderr(&output), format!("{error}hint: {hint}\n"), "{option}");
        }
        fs::write(folder.path().join("edgeswitch.toml"), PROJECT).unwrap();
    }
}

#[test]
fn port_in_use_is_named() {
    let folder = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    // As beside another `edgeswitch dev`, whose Parameter Store listens two ports later.
    let _also_taken = TcpListener::bind(("127.0.0.1", port.saturating_add(2)));
    let output = refused(folder.path(), &["--port", &port.to_string()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert_eq!(
        stderr(&output),
        format!(
            "error: port {port} of `127.0.0.1` is in use: end what listens there, or choose another port \
             (0 takes a free one)\n"
        )
    );
}

#[test]
fn bad_usage_is_code_2() {
    let rows: [(&str, &[&str]); 5] = [
        ("port that is none", &["--port", "70000"]),
        (
            "packages and an Invoke API at once",
            &["--packages", "dist", "--functions", "http://[::1]:9000"],
        ),
        ("Invoke API with TLS", &["--functions", "https://127.0.0.1:9000"]),
        ("Invoke API that is no URL", &["--functions", "localhost"]),
        ("origin without an address", &["--config", "shop.toml", "--origin", "a.example"]),
    ];
    for (name, arguments) in rows {
        let output = refused(TempDir::new().unwrap().path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{name}: {}", stderr(&output));
    }
}
