use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use edge_config::{Config, Dev, Follower};
use edge_time::Timestamp;
use override_token::{Keys, MAX_KEYS, SigningKey};
use routing_core::OverridePolicy;
use tempfile::{NamedTempFile, TempDir};

use crate::DevArgs;
use crate::error::DevError;
use crate::kept_plan::KeptPlan;
use crate::sample;

/// The file with the sample's configuration.
const SAMPLE_CONFIG: &str = "edgeswitch.toml";

/// The project to run: the user's own, or the sample.
pub(crate) struct Project {
    /// The functions' configuration. It has one key more than the file, for the page's preview links.
    pub(crate) config: Config,
    pub(crate) dev: Dev,
    pub(crate) followers: Vec<Follower>,
    /// Whether all followers that are load balancers run here.
    pub(crate) load_balancer: bool,
    pub(crate) previews: Previews,
    pub(crate) kind: ProjectKind,
    /// Where the plan is kept between two runs.
    pub(crate) kept: KeptPlan,
    /// Whether this run forgets the plan of the last one.
    pub(crate) fresh: bool,
    /// How many of the user's public keys had to make room for that key.
    pub(crate) left_out_keys: usize,
    /// Has the functions' configuration and the sample's bucket.
    folder: Arc<TempDir>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProjectKind {
    /// The user's project. The user runs its back ends.
    Own,
    /// The sample. Its back ends run in this process.
    Sample,
}

/// Whether preview links can be made.
#[derive(Clone)]
pub(crate) enum Previews {
    /// The functions have the public half of this key.
    Signed(SigningKey),
    /// The configuration allows no overrides.
    Off,
}

impl Project {
    /// Reads the configuration, or writes the sample.
    ///
    /// # Errors
    /// When a file is missing or invalid.
    pub(crate) fn open(args: &DevArgs) -> Result<Self, DevError> {
        Self::read(args, Arc::new(TempDir::new()?), &Previews::Off)
    }

    /// Reads the configuration again. The settings that only a new start applies stay as they are, and so does the key
    /// of preview links.
    ///
    /// # Errors
    /// When the file is missing or invalid.
    pub(crate) fn reopen(&self, args: &DevArgs) -> Result<Self, DevError> {
        let mut project = Self::read(args, Arc::clone(&self.folder), &self.previews)?;
        project.config.parameter.clone_from(&self.config.parameter);
        project.dev.port = self.dev.port;
        project.dev.edges.clone_from(&self.dev.edges);
        project.dev.plan.clone_from(&self.dev.plan);
        project.dev.state.clone_from(&self.dev.state);
        project.dev.targets.clone_from(&self.dev.targets);
        project.dev.logs.clone_from(&self.dev.logs);
        project.dev.guard = self.dev.guard;
        project.dev.alarms.clone_from(&self.dev.alarms);
        project.followers.clone_from(&self.followers);
        project.kept.clone_from(&self.kept);
        if args.tls {
            project.dev.hosts.clone_from(&self.dev.hosts);
        }
        Ok(project)
    }

    fn read(args: &DevArgs, folder: Arc<TempDir>, known: &Previews) -> Result<Self, DevError> {
        let (Parsed { config, mut dev, followers }, kind) = match &args.config {
            Some(path) => read_project(path)?,
            None => {
                refuse_for_the_sample(args)?;
                let text = sample::config(args.load_balancer);
                let parsed = parse(Path::new("of the sample"), &text)?;
                fs::write(folder.path().join(SAMPLE_CONFIG), text)?;
                let bucket = folder.path().join("bucket");
                sample::write(&bucket)?;
                (Parsed { dev: Dev { bucket, ..parsed.dev }, ..parsed }, ProjectKind::Sample)
            }
        };
        let kept = match (&dev.state, &dev.plan, &args.config) {
            (Some(path), _, _) => KeptPlan::Named(path.clone()),
            (None, None, Some(config)) => KeptPlan::usual(config),
            (None, Some(_), _) | (None, None, None) => KeptPlan::InMemory,
        };
        apply(args, &mut dev);
        if !dev.bucket.is_dir() {
            return Err(DevError::NotAFolder(dev.bucket));
        }
        let theirs = config.keys.as_slice().len();
        let (config, previews) = with_key(config, known)?;
        let left_out_keys = match previews {
            Previews::Signed(_) => (theirs + 1).saturating_sub(config.keys.as_slice().len()),
            Previews::Off => 0,
        };
        let (load_balancer, fresh) = (args.load_balancer, args.fresh);
        Ok(Self {
            config,
            dev,
            followers,
            load_balancer,
            previews,
            kind,
            kept,
            fresh,
            left_out_keys,
            folder,
        })
    }

    /// The names of the alarms. A project that names none gets one that it is likely to have on AWS.
    pub(crate) fn alarms(&self) -> Vec<String> {
        self.dev.alarms.clone().unwrap_or_else(|| vec![format!("{}-5xx", self.config.name)])
    }

    /// The sample's configuration, for the commands that follow it.
    pub(crate) fn sample_config(&self) -> PathBuf {
        self.folder.path().join(SAMPLE_CONFIG)
    }

    /// The path of the functions' configuration: the value of `EDGESWITCH_CONFIG`.
    pub(crate) fn functions_config(&self) -> PathBuf {
        self.folder.path().join("edgeswitch.json")
    }

    /// Writes the functions' configuration, in one step: a function may start at any time.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write_functions_config(&self) -> Result<(), DevError> {
        let file = NamedTempFile::new_in(self.folder.path())?;
        fs::write(file.path(), self.config.to_json())?;
        file.persist(self.functions_config()).map_err(|error| error.error)?;
        Ok(())
    }

    /// The plan to write into an empty parameter, if the project has one. The sample's plan begins at `now`.
    ///
    /// # Errors
    /// When the plan cannot be read or is invalid.
    pub(crate) fn first_plan(&self, now: Timestamp) -> Result<Option<String>, DevError> {
        let (text, place) = match (&self.dev.plan, self.kind, &self.config.fallback) {
            (Some(path), _, _) => (read_plan(path)?, format!("`{}`", path.display())),
            (None, ProjectKind::Sample, _) => (sample::plan(now), "of the sample".to_owned()),
            (None, ProjectKind::Own, Some(plan)) => {
                (plan_format::to_json(plan), "`fallback`".to_owned())
            }
            (None, ProjectKind::Own, None) => return Ok(None),
        };
        plan_format::parse(&text, &self.config.release_defaults)
            .map_err(|source| DevError::Plan { place, source })?;
        Ok(Some(text.trim().to_owned()))
    }
}

fn read(path: &Path) -> Result<String, DevError> {
    fs::read_to_string(path).map_err(|source| DevError::Read { path: path.into(), source })
}

fn read_plan(path: &Path) -> Result<String, DevError> {
    fs::read_to_string(path).map_err(|source| DevError::ReadPlan { path: path.into(), source })
}

/// Paths in `[dev]` are relative to the configuration's folder.
fn read_project(path: &Path) -> Result<(Parsed, ProjectKind), DevError> {
    let mut parsed = parse(path, &read(path)?)?;
    let dev = &mut parsed.dev;
    let folder = path.parent().unwrap_or(Path::new(""));
    let files = [&mut dev.plan, &mut dev.state, &mut dev.distribution, &mut dev.logs];
    let files = files.into_iter().flatten();
    for relative in files.chain([&mut dev.bucket]) {
        *relative = folder.join(&*relative);
    }
    Ok((parsed, ProjectKind::Own))
}

/// The parts of a configuration file.
struct Parsed {
    config: Config,
    dev: Dev,
    followers: Vec<Follower>,
}

fn parse(path: &Path, text: &str) -> Result<Parsed, DevError> {
    let broken = |source| DevError::Config { path: path.into(), source };
    Ok(Parsed {
        config: Config::from_toml(text).map_err(broken)?,
        dev: Dev::from_toml(text).map_err(broken)?,
        followers: Follower::all_from_toml(text).map_err(broken)?,
    })
}

/// The sample has its own bucket and back ends.
fn refuse_for_the_sample(args: &DevArgs) -> Result<(), DevError> {
    match (&args.bucket, &args.distribution, args.origin.as_slice()) {
        (Some(_), _, _) => Err(DevError::NoProject("--bucket")),
        (None, Some(_), _) => Err(DevError::NoProject("--distribution")),
        (None, None, [_, ..]) => Err(DevError::NoProject("--origin")),
        (None, None, []) => Ok(()),
    }
}

/// Options of the command line override the file.
fn apply(args: &DevArgs, dev: &mut Dev) {
    dev.port = args.port.unwrap_or(dev.port);
    dev.guard |= args.guard;
    if let Some(bucket) = &args.bucket {
        dev.bucket.clone_from(bucket);
    }
    if let Some(folder) = &args.distribution {
        dev.distribution = Some(folder.clone());
    }
    if let Some(folder) = &args.logs {
        dev.logs = Some(folder.clone());
    }
    for (domain, address) in &args.origin {
        dev.origins.retain(|(other, _)| other != domain);
        dev.origins.push((domain.clone(), address.clone()));
    }
}

/// Adds a key to the configuration: the known one, or else a new one. Only this process has its private half. Two keys
/// are allowed, so it replaces the user's second key.
fn with_key(mut config: Config, known: &Previews) -> Result<(Config, Previews), DevError> {
    match config.rules.override_policy {
        OverridePolicy::Off => Ok((config, Previews::Off)),
        OverridePolicy::KnownRelease | OverridePolicy::Signed => {
            let key = match known {
                Previews::Signed(key) => key.clone(),
                Previews::Off => SigningKey::generate()?,
            };
            let theirs = config.keys.as_slice().iter().take(MAX_KEYS - 1).cloned();
            let keys = theirs.chain([key.public()]).collect();
            config.keys = Keys::try_new(keys).expect("at most one key of theirs, and one of ours");
            Ok((config, Previews::Signed(key)))
        }
    }
}
