//! The floors of the repository: which crate may use which.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use testkit::repository;

/// The floors from the bottom up, with the folders of their crates. A crate may use crates of its own floor
/// and of the floors before it.
const FLOORS: [(&str, &[&str]); 6] = [
    ("core", &["crates/core/"]),
    ("edge", &["crates/edge/"]),
    (
        "handlers",
        &[
            "handlers/host",
            "handlers/viewer-request",
            "handlers/origin-request",
            "handlers/origin-response",
        ],
    ),
    ("local", &["crates/local/"]),
    ("cli", &["crates/cli/", "handlers/guard"]),
    ("tests", &["testkit", "tests", "benches"]),
];

/// Crates that must not use another crate, not even indirectly, and why.
const APART: &[(&str, &str, &str)] = &[
    ("cloudfront-sim", "routing-core", "the simulator decides no release"),
    ("lambda-sim", "routing-core", "the simulator decides no release"),
    ("ssm-sim", "routing-core", "the simulator decides no release"),
    ("alb-sim", "routing-core", "the simulator decides no release"),
    ("cloudwatch-sim", "routing-core", "the simulator decides no release"),
    ("cloudfront-sim", "plan-format", "the simulator reads no plan"),
    ("lambda-sim", "plan-format", "the simulator reads no plan"),
    ("ssm-sim", "plan-format", "the simulator reads no plan"),
    ("alb-sim", "plan-format", "the simulator reads no plan"),
    ("cloudwatch-sim", "plan-format", "the simulator reads no plan"),
    ("plan-change", "tokio", "changes are values"),
    ("distribution-edit", "tokio", "edits are values"),
    ("doctor", "tokio", "checks are values"),
    ("aws-json", "tokio", "answers are values"),
    ("followers", "tokio", "actions are values"),
    ("guard-rules", "tokio", "actions are values"),
    ("routing-core", "serde", "the decision reads no format"),
    ("edge-event", "edge-time", "the event contract is useful without the rest"),
    ("access-log", "edge-time", "the reader of logs is useful without the rest"),
    ("access-log", "tokio", "the reader takes any input"),
    ("release-verdict", "tokio", "verdicts are values"),
    ("observation", "tokio", "counts are values"),
    ("observation-sql", "tokio", "queries and answers are values"),
    ("release-trial", "tokio", "trials are values"),
    ("origin-response", "aws-sdk-ssm", "it never reads the plan"),
    ("plan-store", "aws-sdk-ssm", "only plan-store-ssm names the SDK"),
    ("edge-routing", "tokio", "the decision is pure"),
];

fn metadata() -> Metadata {
    let manifest = repository().join("Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).exec().unwrap()
}

/// The names of the crates that `name` is built with. Crates that only its tests use do not count.
fn built_with(metadata: &Metadata, name: &str) -> Vec<String> {
    let nodes: BTreeMap<_, _> =
        metadata.resolve.as_ref().unwrap().nodes.iter().map(|node| (&node.id, node)).collect();
    let package = metadata.workspace_packages().into_iter().find(|one| *one.name == name).unwrap();
    let (mut seen, mut open) = (Vec::new(), vec![&package.id]);
    while let Some(id) = open.pop() {
        for dep in &nodes[id].deps {
            let is_built = dep.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
            if is_built && !seen.contains(&&dep.pkg) {
                seen.push(&dep.pkg);
                open.push(&dep.pkg);
            }
        }
    }
    let names = metadata.packages.iter().filter(|one| seen.contains(&&one.id));
    names.map(|one| one.name.to_string()).collect()
}

#[test]
fn arrows_point_downward() {
    let metadata = metadata();
    let root = metadata.workspace_root.clone();
    let floor = |manifest: &cargo_metadata::camino::Utf8Path| {
        let path = manifest.strip_prefix(&root).unwrap().as_str();
        let is_here =
            |(_, starts): &(&str, &[&str])| starts.iter().any(|start| path.starts_with(start));
        FLOORS.iter().position(is_here).unwrap_or_else(|| panic!("`{path}` is on no floor"))
    };
    let packages = metadata.workspace_packages();
    let floors: BTreeMap<String, usize> = packages
        .iter()
        .map(|package| (package.name.to_string(), floor(&package.manifest_path)))
        .collect();
    let mut arrows = 0;
    for package in &packages {
        let above = floors[&package.name.to_string()];
        for dependency in &package.dependencies {
            let Some(below) = floors.get(&dependency.name) else { continue };
            if dependency.kind == DependencyKind::Development {
                continue;
            }
            arrows += 1;
            let (from, to) = (FLOORS[above].0, FLOORS[*below].0);
            assert!(
                *below <= above,
                "`{}` ({from}) uses `{}` ({to})",
                package.name,
                dependency.name
            );
        }
    }
    assert!(arrows > 50, "only {arrows} arrows were found");
}

#[test]
fn crates_that_are_apart_stay_apart() {
    let metadata = metadata();
    for (name, other, why) in APART {
        let built_with = built_with(&metadata, name);
        assert!(!built_with.is_empty(), "`{name}` has dependencies");
        assert!(!built_with.iter().any(|one| one == other), "`{name}` uses `{other}`: {why}");
    }
}

/// All other crates are for this repository only.
#[test]
fn two_crates_are_published() {
    let metadata = metadata();
    let mut published: Vec<_> = metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| package.publish.as_ref().is_none_or(|registries| !registries.is_empty()))
        .map(|package| package.name.to_string())
        .collect();
    published.sort();
    assert_eq!(published, ["access-log", "edge-event"]);
}

/// The crates that `arguments` build, each with its features: `tokio v1.54.1|rt,sync,time`.
fn built_by(arguments: &[&str]) -> Vec<String> {
    let mut cargo = Command::new(env!("CARGO"));
    let format =
        ["--prefix", "none", "--format", "{p}|{f}", "--target", "x86_64-unknown-linux-gnu"];
    cargo.arg("tree").args(arguments).args(format).current_dir(repository());
    let output = cargo.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

/// With other features cargo would compile AWS's SDK again: once for the program, once for the tests.
#[test]
fn the_sdk_is_compiled_once() {
    let sdk = ["aws-sdk-s3", "aws-sdk-ssm", "aws-sdk-cloudfront", "aws-sdk-cloudwatch"];
    let below = sdk.map(|name| built_by(&["-p", name, "-e", "normal"])).concat();
    let name = |line: &str| line.split('|').next().unwrap_or_default().to_owned();
    let below: Vec<String> = below.iter().map(|line| name(line)).collect();
    let of_the_sdk = |lines: Vec<String>| -> BTreeSet<String> {
        lines.into_iter().filter(|line| below.contains(&name(line))).collect()
    };
    let program = of_the_sdk(built_by(&["-p", "edgeswitch", "-e", "normal"]));
    let tests = of_the_sdk(built_by(&["--workspace", "-e", "normal,dev"]));
    let only = program.difference(&tests).collect::<Vec<_>>();
    assert!(program.len() > 50, "only {} crates were found", program.len());
    assert!(only.is_empty(), "the tests build these with other features: {only:#?}");
}
