mod archive;
mod bootstrap;
mod cargo_lambda;
mod error;
mod fallback;
mod report;
mod staged;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use edge_config::Config;
use serde::Serialize;

use crate::aws::Cloud;
use crate::files::FileError;

use archive::archive;
pub use bootstrap::BinaryProblem;
use bootstrap::check;
pub use error::PackageError;
pub use fallback::Fallback;
pub use report::Packages;
use staged::Staged;

/// The largest zip that CloudFront takes for any trigger, in bytes (page `cloudfront-limits`).
pub(crate) const LIMIT: u64 = 50 * 1024 * 1024;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch package --config edgeswitch.toml --out dist
  $ edgeswitch package --fallback plan.json    # without reading the parameter";

/// What goes into the packages, and where they go.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct Packaging {
    /// The configuration of the project.
    #[arg(long, value_name = "FILE", default_value = "edgeswitch.toml")]
    pub config: PathBuf,
    /// The folder with the three function binaries. Cargo writes DIR/viewer-request, cargo-lambda writes
    /// DIR/viewer-request/bootstrap; both work. See docs/packages.md.
    #[arg(long, value_name = "DIR", default_value = "target/x86_64-unknown-linux-musl/release")]
    pub bin_dir: PathBuf,
    /// The folder for the zip packages.
    #[arg(long, value_name = "DIR", default_value = "dist")]
    pub out: PathBuf,
    /// A folder for second copies, which `cargo lambda deploy --lambda-dir DIR --binary-name viewer-request`
    /// uploads as they are. See docs/deploy.md.
    #[arg(long, value_name = "DIR")]
    pub cargo_lambda: Option<PathBuf>,
    /// The file with the plan that applies while the functions cannot read the parameter [default:
    /// `fallback` of the configuration, or else the plan in force, from the parameter].
    #[arg(long, value_name = "FILE", conflicts_with = "without_fallback")]
    pub fallback: Option<PathBuf>,
    /// Build packages without a fallback plan. While they cannot read the parameter, requests pass through
    /// unchanged, and the site has no pages.
    #[arg(long)]
    pub without_fallback: bool,
}

/// The three functions, one for each trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// Before CloudFront looks into its cache.
    ViewerRequest,
    /// Before CloudFront asks the origin.
    OriginRequest,
    /// Before CloudFront caches the response of the origin.
    OriginResponse,
}

impl Function {
    /// All of them, in the order in which CloudFront runs them.
    pub const ALL: [Self; 3] = [Self::ViewerRequest, Self::OriginRequest, Self::OriginResponse];

    /// The trigger's name in CloudFront's spelling. It is also the name of the binary and of the zip.
    pub fn name(self) -> &'static str {
        match self {
            Self::ViewerRequest => "viewer-request",
            Self::OriginRequest => "origin-request",
            Self::OriginResponse => "origin-response",
        }
    }
}

/// A package that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Built {
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes in hexadecimal.
    pub sha256: String,
}

/// Builds the three packages and writes them.
///
/// The same inputs, the fallback plan among them, give the same bytes. No zip is replaced before all three are on the disk under other
/// names, so a full disk leaves the old ones.
///
/// # Errors
/// When the configuration is not valid, there is no fallback plan, a binary is missing or cannot run at the edge, a zip is
/// above CloudFront's limit, or a file cannot be read or written.
pub async fn package(packaging: &Packaging, cloud: &dyn Cloud) -> Result<Packages, PackageError> {
    let mut config = configuration(&packaging.config)?;
    let fallback = Fallback::set(&mut config, packaging, cloud).await?;
    let config = edge_configuration(&packaging.config, &config)?;
    let mut packages = Vec::new();
    for function in Function::ALL {
        let bootstrap = read_bootstrap(&packaging.bin_dir, function)?;
        let path = packaging.out.join(format!("{}.zip", function.name()));
        let zip = archive(&bootstrap, &config)?;
        check_size(&path, zip.len() as u64)?;
        packages.push((path, zip));
    }
    let copies = match &packaging.cargo_lambda {
        Some(folder) => cargo_lambda::stage(folder, packages.iter().map(|(_, zip)| &**zip))?,
        None => Vec::new(),
    };
    fs::create_dir_all(&packaging.out).map_err(FileError::writing(&packaging.out))?;
    let staged = packages.into_iter().map(|(path, zip)| Staged::write(path, &zip));
    let staged = staged.collect::<Result<Vec<_>, _>>()?;
    let built = staged.into_iter().map(Staged::publish).collect::<Result<_, _>>()?;
    let copies = copies.into_iter().map(Staged::publish).collect::<Result<_, _>>()?;
    Ok(Packages::new(built, copies, fallback))
}

fn configuration(path: &Path) -> Result<Config, PackageError> {
    let text = fs::read_to_string(path).map_err(FileError::reading(path))?;
    Config::from_toml(&text).map_err(|source| PackageError::Config { path: path.into(), source })
}

/// The configuration as the functions read it.
fn edge_configuration(path: &Path, config: &Config) -> Result<String, PackageError> {
    let json = config.to_json();
    check_packaged(path, &json)?;
    Ok(json)
}

/// Parses the packaged configuration, as the functions will.
fn check_packaged(path: &Path, json: &str) -> Result<(), PackageError> {
    let refused = |source| PackageError::Packaged { path: path.into(), source };
    Config::from_json(json).map(|_| ()).map_err(refused)
}

fn read_bootstrap(folder: &Path, function: Function) -> Result<Vec<u8>, PackageError> {
    let mut path = folder.join(function.name());
    if path.is_dir() {
        path.push("bootstrap");
    }
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(PackageError::NoBinary { path, function });
        }
        Err(error) => return Err(FileError::reading(&path)(error).into()),
    };
    check(&bytes).map_err(|problem| PackageError::Binary { path, function, problem })?;
    Ok(bytes)
}

fn check_size(path: &Path, size: u64) -> Result<(), PackageError> {
    if size > LIMIT { Err(PackageError::TooLarge { path: path.into(), size }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, check_packaged, check_size};

    #[test]
    fn zip_up_to_the_limit_of_cloudfront_is_taken() {
        for (size, taken) in [(LIMIT - 1, true), (LIMIT, true), (LIMIT + 1, false)] {
            assert_eq!(check_size("a.zip".as_ref(), size).is_ok(), taken, "{size}");
        }
    }

    #[test]
    fn configuration_that_the_functions_would_refuse_is_not_packaged() {
        let error = check_packaged("edgeswitch.toml".as_ref(), "{}").unwrap_err();
        let reason = std::error::Error::source(&error).map(ToString::to_string);
        assert_eq!(error.to_string(), "configuration `edgeswitch.toml` as the functions read it");
        assert_eq!(reason.as_deref(), Some("the file: missing field `name`"));
    }
}
