use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The programs and packages that `make setup` installs because they are not Rust.
#[derive(Debug, Clone)]
pub struct Tools {
    folder: PathBuf,
}

/// The root of the repository.
pub fn repository() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// The control program, which `cargo test --workspace` builds before it runs any test.
///
/// # Errors
/// If it has not been built.
pub fn program() -> Result<PathBuf> {
    let test = env::current_exe()?;
    let folder = test.ancestors().nth(2).context("tests are in `target/debug/deps`")?;
    let program = folder.join("edgeswitch");
    let hint = "run `cargo test --workspace --no-run`";
    ensure!(program.exists(), "there is no `{}`: {hint}", program.display());
    Ok(program)
}

/// A folder below the root of the repository, or the one that an environment variable names.
pub(crate) fn folder(variable: &str, default: &str) -> PathBuf {
    env::var_os(variable).map_or_else(|| repository().join(default), PathBuf::from)
}

impl Tools {
    /// The tools in the folder that `EDGESWITCH_TOOLS` names, by default `target/tools`.
    ///
    /// # Errors
    /// If they are not installed.
    pub fn find() -> Result<Self> {
        let folder = folder("EDGESWITCH_TOOLS", "target/tools");
        let folder = folder.canonicalize().with_context(|| hint(&folder))?;
        ensure!(folder.join("node.stamp").exists(), hint(&folder));
        Ok(Self { folder })
    }

    /// A program of the Python environment.
    pub fn python(&self, program: &str) -> PathBuf {
        self.folder.join("venv/bin").join(program)
    }

    /// A file of a Node.js package.
    pub fn node_module(&self, path: &str) -> PathBuf {
        self.folder.join("node/node_modules").join(path)
    }
}

fn hint(folder: &Path) -> String {
    format!("no tools in `{}`: run `make setup`", folder.display())
}
