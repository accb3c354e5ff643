use std::fs;

use lambda_sim::{Options, Packages};
use tempfile::TempDir;

use crate::packages::world::{binary, zip};

/// The offset of the machine field in an ELF header.
const MACHINE: usize = 18;
const AARCH64: u8 = 183;

fn arm64() -> Vec<u8> {
    let mut binary = binary();
    binary[MACHINE] = AARCH64;
    binary
}

#[test]
fn package_that_cannot_run_is_refused_with_a_repair() {
    /// Name, mode and content of the only file.
    type Content = (&'static str, u32, Vec<u8>);
    let rows: [(&str, Option<Content>, &str); 5] = [
        ("no such file", None, "is missing"),
        ("no binary", Some(("index.mjs", 0o755, Vec::new())), "has no `bootstrap`"),
        (
            "lost mode bits",
            Some(("bootstrap", 0o644, binary())),
            "has a `bootstrap` of mode 644, not 755",
        ),
        (
            "a script",
            Some(("bootstrap", 0o755, b"#!/bin/sh\nexit\n".to_vec())),
            "has a `bootstrap` that is not a 64-bit ELF file",
        ),
        (
            "another processor",
            Some(("bootstrap", 0o755, arm64())),
            "has a `bootstrap` for ELF machine 183, not 62 (x86_64)",
        ),
    ];
    for (name, content, fault) in rows {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("viewer-request.zip");
        if let Some((file, mode, content)) = content {
            zip(&path, file, mode, &content);
        }
        let error = Packages::open(folder.path(), Options::default()).unwrap_err();
        let expected = format!("package `{}` {fault}: run `make package`", path.display());
        assert_eq!(error.to_string(), expected, "{name}");
    }
}

#[test]
fn half_a_zip_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("viewer-request.zip");
    zip(&path, "bootstrap", 0o755, &binary());
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = Packages::open(folder.path(), Options::default()).unwrap_err().to_string();
    assert!(error.starts_with(&format!("package `{}` cannot be", path.display())), "{error}");
}
