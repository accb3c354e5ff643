use std::fs;
use std::path::{Path, PathBuf};

use edge_config::{Config, Dev};
use edge_time::Timestamp;
use override_token::{Keys, MAX_KEYS, SigningKey};
use routing_core::OverridePolicy;
use tempfile::TempDir;

use crate::DevArgs;
use crate::error::DevError;
use crate::page::Previews;
use crate::sample;

/// What runs here: a project of somebody's, or the sample.
pub(crate) struct Project {
    /// As the functions have it: with one more key, for the preview links of the page.
    pub(crate) config: Config,
    pub(crate) dev: Dev,
    pub(crate) previews: Previews,
    pub(crate) kind: Kind,
    /// How many of the configuration's public keys had to make room for ours.
    pub(crate) left_out_keys: usize,
    /// Holds the functions' configuration, and the sample's bucket.
    folder: TempDir,
}

/// Whose project it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Somebody's, with back ends of its own.
    Own,
    /// The sample, whose back ends run here as well.
    Sample,
}

impl Project {
    /// Reads the configuration, or writes the sample.
    ///
    /// # Errors
    /// When something of it is missing or broken.
    pub(crate) fn open(args: &DevArgs) -> Result<Self, DevError> {
        let folder = TempDir::new()?;
        let (config, mut dev, kind) = match &args.config {
            Some(path) => read_project(path)?,
            None => {
                refuse_for_the_sample(args)?;
                let (config, dev) = parse(Path::new("of the sample"), sample::CONFIG)?;
                let bucket = folder.path().join("bucket");
                sample::write(&bucket)?;
                (config, Dev { bucket, ..dev }, Kind::Sample)
            }
        };
        apply(args, &mut dev);
        if !dev.bucket.is_dir() {
            return Err(DevError::NotAFolder(dev.bucket));
        }
        let known = config.keys.as_slice().len();
        let (config, previews) = with_key(config)?;
        let left_out_keys = match previews {
            Previews::Signed(_) => (known + 1).saturating_sub(config.keys.as_slice().len()),
            Previews::Off => 0,
        };
        fs::write(functions_config(&folder), config.to_json())?;
        Ok(Self { config, dev, previews, kind, left_out_keys, folder })
    }

    /// The file with the functions' configuration: the value of `EDGESWITCH_CONFIG`.
    pub(crate) fn functions_config(&self) -> PathBuf {
        functions_config(&self.folder)
    }

    /// The text of the plan for a parameter that has none yet, if the project says one; the sample's begins
    /// at `now`.
    ///
    /// # Errors
    /// When it cannot be read, or breaks a rule.
    pub(crate) fn first_plan(&self, now: Timestamp) -> Result<Option<String>, DevError> {
        let (text, place) = match (&self.dev.plan, self.kind, &self.config.fallback) {
            (Some(path), _, _) => (read_plan(path)?, format!("`{}`", path.display())),
            (None, Kind::Sample, _) => (sample::plan(now), "of the sample".to_owned()),
            (None, Kind::Own, Some(plan)) => (plan_format::to_json(plan), "`fallback`".to_owned()),
            (None, Kind::Own, None) => return Ok(None),
        };
        plan_format::parse(&text, &self.config.prefix_template)
            .map_err(|source| DevError::Plan { place, source })?;
        Ok(Some(text.trim().to_owned()))
    }
}

fn functions_config(folder: &TempDir) -> PathBuf {
    folder.path().join("edgeswitch.json")
}

fn read(path: &Path) -> Result<String, DevError> {
    fs::read_to_string(path).map_err(|source| DevError::Read { path: path.into(), source })
}

fn read_plan(path: &Path) -> Result<String, DevError> {
    fs::read_to_string(path).map_err(|source| DevError::ReadPlan { path: path.into(), source })
}

/// The paths in `[dev]` begin at the configuration's folder.
fn read_project(path: &Path) -> Result<(Config, Dev, Kind), DevError> {
    let (config, mut dev) = parse(path, &read(path)?)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let files = [&mut dev.plan, &mut dev.state].into_iter().flatten();
    for relative in files.chain([&mut dev.bucket]) {
        *relative = folder.join(&*relative);
    }
    Ok((config, dev, Kind::Own))
}

fn parse(path: &Path, text: &str) -> Result<(Config, Dev), DevError> {
    let broken = |source| DevError::Config { path: path.into(), source };
    Ok((Config::from_toml(text).map_err(broken)?, Dev::from_toml(text).map_err(broken)?))
}

/// The sample brings its own bucket and back ends.
fn refuse_for_the_sample(args: &DevArgs) -> Result<(), DevError> {
    match (&args.bucket, args.origin.as_slice()) {
        (Some(_), _) => Err(DevError::NoProject("--bucket")),
        (None, [_, ..]) => Err(DevError::NoProject("--origin")),
        (None, []) => Ok(()),
    }
}

/// What the command line says wins.
fn apply(args: &DevArgs, dev: &mut Dev) {
    dev.port = args.port.unwrap_or(dev.port);
    if let Some(bucket) = &args.bucket {
        dev.bucket.clone_from(bucket);
    }
    for (domain, address) in &args.origin {
        dev.origins.retain(|(other, _)| other != domain);
        dev.origins.push((domain.clone(), address.clone()));
    }
}

/// The configuration with a key of ours, which only this process has the private half of. It takes the place
/// of the second one: there are two at most.
fn with_key(mut config: Config) -> Result<(Config, Previews), DevError> {
    match config.rules.override_policy {
        OverridePolicy::Off => Ok((config, Previews::Off)),
        OverridePolicy::KnownRelease | OverridePolicy::Signed => {
            let key = SigningKey::generate()?;
            let theirs = config.keys.as_slice().iter().take(MAX_KEYS - 1).cloned();
            let keys = theirs.chain([key.public()]).collect();
            config.keys = Keys::try_new(keys).expect("one less than the most, and ours");
            Ok((config, Previews::Signed(key)))
        }
    }
}
