use std::path::PathBuf;

use edge_config::{Athena, Config, Follower, Gate, HookAction, Hooks, Resource};
use edge_time::Timestamp;
use plan_change::{Context, Document, Summary};
use plan_format::{Parameter, ReleaseDefaults, Slot};
use routing_core::ReleaseId;

use crate::aws::{Cloud, Stored};
use crate::control::config_file::ConfigFile;
use crate::control::{Place, ProjectError, ReadPlanError, Session, Target};

/// The parameter with the plan, and the configuration, if there is one.
pub(crate) struct Project {
    pub(crate) config: Option<Config>,
    pub(crate) parameter: Parameter,
    /// Where the files of the releases are.
    pub(crate) files: Files,
    /// The load balancers and DNS records that follow the plan.
    pub(crate) followers: Vec<Follower>,
    /// What validates a release while its traffic changes.
    pub(crate) hooks: Hooks,
    /// How candidates are compared with the active release.
    pub(crate) gate: Gate,
    /// The fingerprint of the configuration.
    pub(crate) fingerprint: Option<String>,
}

/// The place with the files of the releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Files {
    /// The bucket of the configuration.
    Bucket(String),
    /// The folder of `edgeswitch dev`.
    Folder(PathBuf),
    /// The configuration names no bucket.
    Unnamed,
    /// The folder of `edgeswitch dev` that the configuration names does not exist: `dev` runs with another one.
    NoFolder(PathBuf),
}

impl Files {
    fn of(
        target: &Target,
        file: &ConfigFile,
        config: Option<&Config>,
    ) -> Result<Self, ProjectError> {
        if target.local.is_some() {
            let folder = file.dev()?.bucket;
            let is_there = folder.is_dir();
            return Ok(if is_there { Self::Folder(folder) } else { Self::NoFolder(folder) });
        }
        let bucket = config.and_then(|config| config.bucket.clone());
        Ok(bucket.map_or(Self::Unnamed, Self::Bucket))
    }
}

impl Project {
    /// Reads the configuration and applies the options that override it.
    pub(crate) fn find(target: &Target) -> Result<Self, ProjectError> {
        let file = ConfigFile::read(target)?;
        let mut config = file.config(target)?;
        let files = Files::of(target, &file, config.as_ref())?;
        let mut followers = file.parse(Follower::all_from_toml)?.unwrap_or_default();
        let mut hooks = file.parse(Hooks::from_toml)?.unwrap_or_default();
        let gate = file.parse(Gate::from_toml)?.unwrap_or_default();
        if target.local.is_some() {
            hooks = without_functions(hooks);
        }
        if let Some(config) = config.as_mut().filter(|_| target.local.is_some()) {
            // It belongs to the AWS account. `edgeswitch dev` runs the distribution under the configured id, and the
            // load balancers of [dev.targets] under their ARNs.
            config.bucket = None;
            let here = file.dev()?.targets;
            followers.retain(|one| is_balancer(one) && here.contains_key(&one.name));
        }
        let parameter = place(target, config.as_ref().map(|config| &config.parameter))?;
        let fingerprint = file.fingerprint();
        Ok(Self { config, parameter, files, followers, hooks, gate, fingerprint })
    }

    /// The slots of the configuration.
    pub(crate) fn slots(&self) -> &[Slot] {
        self.config.as_ref().map(|config| &*config.release_defaults.slots).unwrap_or_default()
    }

    /// The prefix of a release that names none.
    pub(crate) fn prefix(&self, id: &ReleaseId) -> String {
        match &self.config {
            Some(config) => config.release_defaults.prefix(id),
            None => ReleaseDefaults::default().prefix(id),
        }
    }

    /// The context of a change at `now`. Without a configuration, it has the documented defaults.
    pub(crate) fn context(&self, now: Timestamp, writer: Option<&str>) -> Context {
        let mut context = Context::new(now);
        context.writer = writer.map(ToOwned::to_owned);
        if let Some(config) = &self.config {
            context.hard_ttl = config.refresh.hard_ttl;
            context.cookie_max_age = std::time::Duration::from_secs(config.cookie_max_age.into());
            context.release_defaults = Some(config.release_defaults.clone());
            context.decide_at = config.rules.decide_at;
        }
        context
    }

    /// The context of a change at the current time, by the current user.
    pub(crate) fn context_now(&self, session: &Session<'_>) -> Context {
        self.context(session.clock.now(), session.writer.as_deref())
    }

    /// Reads the plan from the home Region.
    pub(crate) async fn current(&self, cloud: &dyn Cloud) -> Result<Document, ReadPlanError> {
        let mut home = self.home(cloud);
        home.read().await?;
        let stored = home.stored.as_ref().ok_or_else(|| self.missing(&home))?;
        self.document(stored, home.region())
    }

    /// Parses the text of a version.
    pub(crate) fn document(
        &self,
        stored: &Stored,
        region: &str,
    ) -> Result<Document, ReadPlanError> {
        let documented = ReleaseDefaults::default();
        let known = self.config.as_ref().map(|config| &config.release_defaults);
        Document::parse(&stored.text, known.unwrap_or(&documented)).map_err(|problem| {
            ReadPlanError::Invalid {
                name: self.parameter.name.clone(),
                region: region.into(),
                version: stored.version,
                problem,
            }
        })
    }

    pub(crate) fn missing(&self, place: &Place) -> ReadPlanError {
        ReadPlanError::NoParameter {
            name: self.parameter.name.clone(),
            region: place.region().into(),
        }
    }

    /// Names the author of a version and the change, if they are known:
    /// `alice wrote version 23 (canary 9f2c1e7 10 %)`.
    pub(crate) fn who_wrote(&self, stored: &Stored) -> String {
        let who = stored.user.as_deref().map_or("somebody", user_name);
        let mut words = format!("{who} wrote version {}", stored.version);
        let document = self.document(stored, "").ok();
        let last = document.and_then(|document| {
            Summary::of(&document, &self.context(stored.modified, None)).last_change
        });
        if let Some(last) = last {
            words.push_str(&format!(" ({})", last.what));
        }
        words
    }

    /// Like [`Self::who_wrote`], for the newest version in the history: only the history names the user.
    pub(crate) async fn who_wrote_last(&self, place: &Place) -> String {
        let last = place.parameter.history().await.ok().and_then(|mut versions| versions.pop());
        let known = last.as_ref().or(place.stored.as_ref());
        known.map_or_else(|| "somebody wrote".into(), |stored| self.who_wrote(stored))
    }

    pub(crate) fn home(&self, cloud: &dyn Cloud) -> Place {
        Place::new(cloud, &self.parameter.name, &self.parameter.home_region)
    }

    pub(crate) fn replicas(&self, cloud: &dyn Cloud) -> Vec<Place> {
        let regions = self.parameter.replica_regions.iter();
        regions.map(|region| Place::new(cloud, &self.parameter.name, region)).collect()
    }
}

/// Reads the configuration that `--config` names, or else the one in this folder, if there is one.
pub(crate) fn configuration(target: &Target) -> Result<Option<Config>, ProjectError> {
    ConfigFile::read(target)?.config(target)
}

/// The table `[gate]` of that configuration.
pub(crate) fn gate_settings(target: &Target) -> Result<Gate, ProjectError> {
    Ok(ConfigFile::read(target)?.parse(Gate::from_toml)?.unwrap_or_default())
}

/// Where `observe --engine athena` runs, by that file.
pub(crate) fn athena_settings(target: &Target) -> Result<Athena, ProjectError> {
    Ok(ConfigFile::read(target)?.parse(Athena::from_toml)?.unwrap_or_default())
}

/// The configuration, and the followers of the plan.
#[derive(Default)]
pub(crate) struct Configured {
    pub(crate) config: Option<Config>,
    pub(crate) followers: Vec<Follower>,
    pub(crate) gate: Gate,
    /// The fingerprint of the file, for the check of the guard. Without it, the guard is not looked at.
    pub(crate) fingerprint: Option<String>,
}

impl Configured {
    /// Reads the file that `--config` names.
    pub(crate) fn read(path: PathBuf) -> Result<Self, ProjectError> {
        let target = Target { config: Some(path), ..Target::default() };
        let file = ConfigFile::read(&target)?;
        let config = file.config(&target)?;
        let followers = file.parse(Follower::all_from_toml)?.unwrap_or_default();
        let gate = file.parse(Gate::from_toml)?.unwrap_or_default();
        Ok(Self { config, followers, gate, fingerprint: file.fingerprint() })
    }
}

fn is_balancer(follower: &Follower) -> bool {
    match follower.resource {
        Resource::LoadBalancer(_) => true,
        Resource::Records(_) => false,
    }
}

fn place(target: &Target, known: Option<&Parameter>) -> Result<Parameter, ProjectError> {
    let configured = known.map(|parameter| parameter.name.clone());
    let name = target.parameter.clone().or(configured).ok_or(ProjectError::NoConfiguration)?;
    match (&target.region, known) {
        (Some(region), _) => {
            Ok(Parameter { name, home_region: region.clone(), replica_regions: Vec::new() })
        }
        (None, Some(known)) => Ok(Parameter { name, ..known.clone() }),
        (None, None) => Err(ProjectError::NoRegion),
    }
}

/// The last part of an ARN: `alice` of `arn:aws:iam::123456789012:user/alice`.
pub(crate) fn user_name(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}

/// Functions belong to the AWS account. Without it, only programs run.
fn without_functions(hooks: Hooks) -> Hooks {
    let is_program = |hook: &edge_config::Hook| matches!(hook.action, HookAction::Command(_));
    Hooks {
        before_traffic: hooks.before_traffic.filter(is_program),
        after_step: hooks.after_step.filter(is_program),
        after_traffic: hooks.after_traffic.filter(is_program),
        on_rollback: hooks.on_rollback.filter(is_program),
    }
}
