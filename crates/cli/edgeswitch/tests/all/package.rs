//! What `edgeswitch package` builds, and what it refuses.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use clap::Parser;
use edge_config::Config;
use edgeswitch::{Built, Cli, Failure, Fallback, PackageError, Packages, Packaging, package, run};
use serde_json::Value;
use tempfile::TempDir;
use zip::ZipArchive;

use crate::control::world::{HOME, NAME, NOW, PLAN, World, account};

const X86_64: u16 = 62;
const AARCH64: u16 = 183;
const LOAD: u32 = 1;
const INTERPRETER: u32 = 3;
const FUNCTIONS: [&str; 3] = ["viewer-request", "origin-request", "origin-response"];

/// The smallest ELF file: a header and one segment of the given type.
fn elf(machine: u16, segment: u32) -> Vec<u8> {
    let mut file = vec![0; 120];
    file[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    file[16] = 2; // an executable
    file[18..20].copy_from_slice(&machine.to_le_bytes());
    file[20] = 1; // the format's version
    file[32] = 64; // where the segments start
    file[52] = 64; // the size of the header
    file[54] = 56; // the size of one segment
    file[56] = 1; // the number of segments
    file[64..68].copy_from_slice(&segment.to_le_bytes());
    file
}

/// A project with its configuration and three binaries that may run at the edge.
fn project() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("edgeswitch.toml"), CONFIG).unwrap();
    for function in FUNCTIONS {
        fs::write(folder.path().join(function), elf(X86_64, LOAD)).unwrap();
    }
    folder
}

const CONFIG: &str = include_str!("../../../../../edgeswitch.toml");

fn packaging(folder: &Path, out: &str) -> Packaging {
    Packaging {
        config: folder.join("edgeswitch.toml"),
        bin_dir: folder.into(),
        out: folder.join(out),
        cargo_lambda: None,
        fallback: None,
        without_fallback: true,
    }
}

/// Builds packages in an account that does not answer.
fn offline(packaging: &Packaging) -> Result<Packages, PackageError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let nobody = account("http://127.0.0.1:1", "alice").await;
        package(packaging, &nobody).await
    })
}

fn packaged(folder: &Path, out: &str) -> Vec<Built> {
    offline(&packaging(folder, out)).unwrap().packages
}

fn refused(folder: &Path) -> PackageError {
    offline(&packaging(folder, "dist")).unwrap_err()
}

/// The reason and the hint as a person reads them, with paths relative to the project.
fn message(folder: &Path, error: &PackageError) -> String {
    let text = format!("{error} | {}", error.hint().unwrap_or_default());
    text.replace(&format!("{}/", folder.display()), "")
}

#[test]
fn each_zip_holds_what_lambda_needs_with_its_mode() {
    let folder = project();
    for built in packaged(folder.path(), "dist") {
        let mut zip = ZipArchive::new(Cursor::new(fs::read(built.path).unwrap())).unwrap();
        let entries: Vec<_> = (0..zip.len())
            .map(|index| {
                let entry = zip.by_index(index).unwrap();
                (entry.name().unwrap().into_owned(), entry.unix_mode().unwrap())
            })
            .collect();
        let expected = [
            ("bootstrap", 0o100_755),
            ("edgeswitch.json", 0o100_644),
            ("index.mjs", 0o100_644),
            ("lambda_function.py", 0o100_644),
        ];
        assert_eq!(entries, expected.map(|(name, mode)| (name.to_owned(), mode)));
    }
}

#[test]
fn bootstrap_is_the_binary_of_its_trigger() {
    let folder = project();
    for function in FUNCTIONS {
        let mut binary = elf(X86_64, LOAD);
        binary.extend(function.as_bytes());
        fs::write(folder.path().join(function), binary).unwrap();
    }
    for (function, built) in FUNCTIONS.iter().zip(packaged(folder.path(), "dist")) {
        assert_eq!(built.path, folder.path().join("dist").join(format!("{function}.zip")));
        let mut zip = ZipArchive::new(Cursor::new(fs::read(built.path).unwrap())).unwrap();
        let mut bootstrap = Vec::new();
        zip.by_name("bootstrap").unwrap().read_to_end(&mut bootstrap).unwrap();
        assert!(bootstrap.ends_with(function.as_bytes()));
    }
}

#[test]
fn copies_for_cargo_lambda_are_the_packages() {
    let folder = project();
    let copies = Some(folder.path().join("lambda"));
    let told = Packaging { cargo_lambda: copies, ..packaging(folder.path(), "dist") };
    let built = offline(&told).unwrap();
    for ((function, package), copy) in
        FUNCTIONS.iter().zip(&built.packages).zip(&built.cargo_lambda)
    {
        assert_eq!(copy.path, folder.path().join("lambda").join(function).join("bootstrap.zip"));
        assert_eq!(fs::read(&copy.path).unwrap(), fs::read(&package.path).unwrap());
    }
    assert_eq!(built.cargo_lambda.len(), FUNCTIONS.len());
}

/// `cargo lambda build` writes its binaries there, and `cargo lambda deploy` would take them.
#[test]
fn binary_in_the_place_of_a_copy_is_refused_and_no_package_is_written() {
    let folder = project();
    fs::create_dir_all(folder.path().join("lambda/origin-request")).unwrap();
    fs::write(folder.path().join("lambda/origin-request/bootstrap"), elf(X86_64, LOAD)).unwrap();
    let copies = Some(folder.path().join("lambda"));
    let told = Packaging { cargo_lambda: copies, ..packaging(folder.path(), "dist") };
    let expected = "`lambda/origin-request/bootstrap` is in the place of a package for `cargo lambda deploy` | \
                    name another folder: `cargo lambda deploy` would zip this file alone, over the package";
    assert_eq!(message(folder.path(), &offline(&told).unwrap_err()), expected);
    assert!(!folder.path().join("dist").exists());
    assert!(!folder.path().join("lambda/viewer-request/bootstrap.zip").exists());
}

#[test]
fn same_inputs_give_the_same_bytes() {
    let folder = project();
    let first = packaged(folder.path(), "first");
    let second = packaged(folder.path(), "second");
    for (first, second) in first.iter().zip(&second) {
        assert_eq!(first.sha256, second.sha256);
        assert_eq!(fs::read(&first.path).unwrap(), fs::read(&second.path).unwrap());
    }
}

#[test]
fn folder_of_cargo_lambda_is_understood() {
    let folder = project();
    let plain = packaged(folder.path(), "plain");
    for function in FUNCTIONS {
        fs::remove_file(folder.path().join(function)).unwrap();
        fs::create_dir(folder.path().join(function)).unwrap();
        let bootstrap = folder.path().join(function).join("bootstrap");
        fs::write(bootstrap, elf(X86_64, LOAD)).unwrap();
    }
    let nested = packaged(folder.path(), "nested");
    let hashes = |built: &[Built]| built.iter().map(|one| one.sha256.clone()).collect::<Vec<_>>();
    assert_eq!(hashes(&plain), hashes(&nested));
}

#[test]
fn binary_that_cannot_run_at_the_edge_is_refused_with_the_repair() {
    let hint = "build it with `cargo build --release --target x86_64-unknown-linux-musl -p origin-request`";
    let rows = [
        ("a script", b"#!/bin/sh\n".to_vec(), "is not a 64-bit ELF file"),
        ("half a file", elf(X86_64, LOAD)[..70].to_vec(), "is not a 64-bit ELF file"),
        ("arm64", elf(AARCH64, LOAD), "is built for ELF machine 183, not 62 (x86_64)"),
        ("dynamic", elf(X86_64, INTERPRETER), "is linked dynamically, not statically"),
    ];
    for (name, binary, fault) in rows {
        let folder = project();
        fs::write(folder.path().join("origin-request"), binary).unwrap();
        let error = refused(folder.path());
        let expected = format!("binary `origin-request` {fault} | {hint}");
        assert_eq!(message(folder.path(), &error), expected, "{name}");
        assert!(!folder.path().join("dist").exists(), "{name}: nothing is written");
    }
}

#[test]
fn missing_binary_is_named_with_the_command_that_builds_it() {
    let folder = project();
    fs::remove_file(folder.path().join("origin-response")).unwrap();
    assert_eq!(
        message(folder.path(), &refused(folder.path())),
        "no binary of the origin-response function at `origin-response` | \
         build it with `cargo build --release --target x86_64-unknown-linux-musl -p origin-response`"
    );
}

#[test]
fn missing_configuration_is_named() {
    let folder = project();
    fs::remove_file(folder.path().join("edgeswitch.toml")).unwrap();
    assert_eq!(
        message(folder.path(), &refused(folder.path())),
        "read `edgeswitch.toml` | check that it exists and that you may read it"
    );
}

#[test]
fn configuration_with_a_mistake_is_refused_with_the_reason() {
    let folder = project();
    let mistaken = CONFIG.replacen("name =", "nmae =", 1);
    fs::write(folder.path().join("edgeswitch.toml"), mistaken).unwrap();
    let error = refused(folder.path());
    assert_eq!(message(folder.path(), &error), "configuration `edgeswitch.toml` | ");
    let reason = std::error::Error::source(&error).unwrap().to_string();
    assert!(reason.contains("`nmae`") && reason.contains("`name`"), "{reason}");
}

#[test]
fn packaged_configuration_is_the_checked_one_that_the_functions_read() {
    let folder = project();
    let built = packaged(folder.path(), "dist");
    let mut zip = ZipArchive::new(Cursor::new(fs::read(&built[0].path).unwrap())).unwrap();
    let mut json = String::new();
    zip.by_name("edgeswitch.json").unwrap().read_to_string(&mut json).unwrap();
    assert_eq!(json, Config::from_json(&json).unwrap().to_json());
    assert_eq!(json, Config::from_toml(CONFIG).unwrap().to_json());
}

/// The names and bytes of what is in a folder, folders aside.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut files: Vec<_> = entries
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn all_old_zips_stay_when_the_last_new_one_cannot_be_written() {
    let folder = project();
    let dist = folder.path().join("dist");
    packaged(folder.path(), "dist");
    let old = files(&dist);
    let changed = CONFIG.replacen("name =", "crawlers = [\"ourbot\"]\nname =", 1);
    fs::write(folder.path().join("edgeswitch.toml"), changed).unwrap();
    let in_the_way = dist.join("origin-response.zip.part");
    fs::create_dir(&in_the_way).unwrap();
    let error = refused(folder.path());
    assert_eq!(
        message(folder.path(), &error),
        "write `dist/origin-response.zip` | check that its folder exists and that you may write to it"
    );
    assert_eq!(files(&dist), old);
    fs::remove_dir(in_the_way).unwrap();
    packaged(folder.path(), "dist");
    let new = files(&dist);
    assert_eq!(new.len(), FUNCTIONS.len(), "nothing else is left");
    assert!(new.iter().zip(&old).all(|(new, old)| new != old));
}

/// As `docs/output.md` has it.
#[test]
fn the_packages_can_be_printed_as_json() {
    let project = project();
    let line = format!(
        "edgeswitch package --output json --config {0}/edgeswitch.toml --bin-dir {0} --out {0}/dist --without-fallback",
        project.path().display()
    );
    let mut out = Vec::new();
    run(&Cli::try_parse_from(line.split(' ')).unwrap(), &mut out).unwrap();
    let printed: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!((&printed["schema"], &printed["fallback"]["from"]), (&1.into(), &"none".into()));
    for package in printed["packages"].as_array().unwrap() {
        let fields: Vec<&String> = package.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["path", "sha256", "size"]);
    }
}

/// The active release of the fallback plan in a package.
fn falls_back_to(built: &Built) -> Option<String> {
    let mut zip = ZipArchive::new(Cursor::new(fs::read(&built.path).unwrap())).unwrap();
    let mut json = String::new();
    zip.by_name("edgeswitch.json").unwrap().read_to_string(&mut json).unwrap();
    let plan = Config::from_json(&json).unwrap().fallback?;
    let (_, stage) = plan.stage_at(NOW);
    Some(plan.releases()[stage.active()].id.to_string())
}

#[tokio::test]
async fn packages_fall_back_to_the_plan_in_force() {
    let (folder, world) = (project(), World::with_plan().await);
    let told = Packaging { without_fallback: false, ..packaging(folder.path(), "dist") };
    let built = package(&told, &world.account().await).await.unwrap();
    let version = Fallback::Parameter { name: NAME.into(), region: HOME.into(), version: 1 };
    assert_eq!(built.fallback, version);
    for zip in &built.packages {
        assert_eq!(falls_back_to(zip).as_deref(), Some("41ab03d"));
    }
    let text = built.lines().to_string();
    let last = text.lines().last().unwrap();
    assert_eq!(last, "they fall back to version 1 of `/shop/plan` in `eu-central-1`");
}

#[tokio::test]
async fn plan_that_people_name_is_the_fallback_whatever_the_parameter_holds() {
    let (folder, world) = (project(), World::with_plan().await);
    let file = folder.path().join("plan.json");
    fs::write(&file, PLAN.replace("41ab03d", "c0ffee1")).unwrap();
    let configured = format!("fallback = \"0badc0d\"\n{CONFIG}");
    let (named, in_file) =
        (Some(file.clone()), Fallback::File { path: file.display().to_string() });
    let table = [
        ("a file", CONFIG, named.clone(), "c0ffee1", in_file.clone()),
        ("the configuration", &configured, None, "0badc0d", Fallback::Configuration),
        ("both", &configured, named, "c0ffee1", in_file),
    ];
    for (name, config, fallback, release, from) in table {
        fs::write(folder.path().join("edgeswitch.toml"), config).unwrap();
        let told =
            Packaging { fallback, without_fallback: false, ..packaging(folder.path(), "dist") };
        let built = package(&told, &world.account().await).await.unwrap();
        assert_eq!(falls_back_to(&built.packages[0]).as_deref(), Some(release), "{name}");
        assert_eq!(built.fallback, from, "{name}");
        let none = Packaging { fallback: None, without_fallback: true, ..told };
        let built = package(&none, &world.account().await).await.unwrap();
        assert_eq!((falls_back_to(&built.packages[0]), built.fallback), (None, Fallback::None));
    }
}

#[tokio::test]
async fn packages_without_a_fallback_plan_are_refused() {
    let hint = "`--fallback FILE` names a plan; with `--without-fallback` an outage of the parameter \
                can take the site down";
    let outside = PLAN.replace("/releases/41ab03d", "/elsewhere");
    let table = [
        ("no plan yet", None, "the packages would have no fallback plan: read `/shop/plan`"),
        (
            "not a plan",
            Some("{}"),
            "version 1 of `/shop/plan` in `eu-central-1` cannot be the fallback",
        ),
        (
            "outside [allow]",
            Some(&*outside),
            "version 1 of `/shop/plan` in `eu-central-1` cannot be",
        ),
    ];
    for (name, plan, reason) in table {
        let (folder, world) = (project(), World::new().await);
        if let Some(plan) = plan {
            world.put(plan).await;
        }
        let told = Packaging { without_fallback: false, ..packaging(folder.path(), "dist") };
        let error = package(&told, &world.account().await).await.unwrap_err();
        assert!(error.to_string().starts_with(reason), "{name}: {error}");
        assert_eq!(error.hint().as_deref(), Some(hint), "{name}");
        assert!(!folder.path().join("dist").exists(), "{name}: nothing is written");
    }
}

#[test]
fn account_that_does_not_answer_is_a_reason_to_refuse() {
    let folder = project();
    let offline =
        offline(&Packaging { without_fallback: false, ..packaging(folder.path(), "dist") });
    let error = offline.unwrap_err().to_string();
    assert!(error.starts_with("the packages would have no fallback plan: "), "{error}");
}

#[test]
fn file_that_is_not_a_plan_is_not_a_fallback() {
    let folder = project();
    let file = folder.path().join("plan.json");
    fs::write(&file, "").unwrap();
    let named = Some(file);
    let told =
        Packaging { fallback: named, without_fallback: false, ..packaging(folder.path(), "dist") };
    let error = offline(&told).unwrap_err();
    let expected = "`plan.json` cannot be the fallback plan: the plan is empty: allowed are JSON, or \
                    release ids separated by white space | docs/plan.md describes the plan";
    assert_eq!(message(folder.path(), &error), expected);
}
