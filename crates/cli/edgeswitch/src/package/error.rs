use std::io;
use std::path::PathBuf;

use edge_config::ConfigError;
use thiserror::Error;

use super::bootstrap::BinaryProblem;
use super::{Function, LIMIT};
use crate::aws::AwsError;
use crate::failure::{Advice, Failure};
use crate::files::FileError;

/// The packages were not built.
#[derive(Debug, Error)]
pub enum PackageError {
    /// The configuration breaks a rule.
    #[error("configuration `{}`", path.display())]
    Config { path: PathBuf, source: ConfigError },
    /// The configuration file is valid, but the functions would refuse the packaged form of it.
    #[error("configuration `{}` as the functions read it", path.display())]
    Packaged {
        /// The file that people wrote.
        path: PathBuf,
        /// The error that the functions would report.
        source: ConfigError,
    },
    /// The plan in force, which the packages fall back to, cannot be read.
    #[error("the packages would have no fallback plan: {0}")]
    NoFallback(#[from] AwsError),
    /// The parameter does not hold a plan that the functions would take.
    #[error("version {version} of `{name}` in `{region}` cannot be the fallback plan: {problem}")]
    PlanInForce { name: String, region: String, version: u64, problem: String },
    /// The file of `--fallback` does not hold a plan that the functions would take.
    #[error("`{}` cannot be the fallback plan: {problem}", path.display())]
    FallbackFile { path: PathBuf, problem: String },
    /// A function was not built.
    #[error("no binary of the {} function at `{}`", function.name(), path.display())]
    NoBinary {
        /// The path where the binary was expected.
        path: PathBuf,
        function: Function,
    },
    /// A binary cannot run on Lambda@Edge.
    #[error("binary `{}` {problem}", path.display())]
    Binary { path: PathBuf, function: Function, problem: BinaryProblem },
    /// cargo-lambda would upload this file in place of the package.
    #[error("`{}` is in the place of a package for `cargo lambda deploy`", path.display())]
    BinaryBeside { path: PathBuf },
    /// CloudFront would refuse the zip.
    #[error("package `{}` has {size} bytes, at most {LIMIT} are allowed", path.display())]
    TooLarge {
        /// The path of the zip, which was not written.
        path: PathBuf,
        /// Its size in bytes.
        size: u64,
    },
    /// The zip's format refused an entry.
    #[error("the package cannot be zipped")]
    Zip(#[from] zip::result::ZipError),
    /// A file could not be put into the zip.
    #[error("a file cannot be put into the package")]
    Entry(#[from] io::Error),
    #[error(transparent)]
    File(#[from] FileError),
}

impl Failure for PackageError {
    fn advice(&self) -> Advice {
        match self {
            Self::NoBinary { function, .. } | Self::Binary { function, .. } => {
                Advice::failed().hint(format!(
                    "build it with `cargo build --release --target x86_64-unknown-linux-musl -p {}`",
                    function.name()
                ))
            }
            Self::BinaryBeside { .. } => Advice::failed().hint(
                "name another folder: `cargo lambda deploy` would zip this file alone, over the package",
            ),
            Self::TooLarge { .. } => {
                Advice::failed().hint("build the functions with `--release`, which strips them")
            }
            Self::NoFallback(_) | Self::PlanInForce { .. } => Advice::failed().hint(
                "`--fallback FILE` names a plan; with `--without-fallback` an outage of the parameter can take the site down",
            ),
            Self::FallbackFile { .. } => Advice::failed().hint("docs/plan.md describes the plan"),
            Self::File(error) => error.advice(),
            Self::Config { .. } | Self::Packaged { .. } | Self::Zip(_) | Self::Entry(_) => {
                Advice::failed()
            }
        }
    }
}
