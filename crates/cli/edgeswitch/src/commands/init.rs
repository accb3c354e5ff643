use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use edge_config::{Config, Gate, Hooks};
use edge_time::Timestamp;
use plan_change::NewRelease;
use plan_format::to_json;
use routing_core::{Plan, PlanError, PlanParts, Release, ReleaseId, StageParts};
use terminal_text::json;
use thiserror::Error;

use crate::aws::{AwsError, AwsErrorKind};
use crate::commands::registration::{Registration, RegistrationError};
use crate::commands::release::release_id;
use crate::commands::report::Copied;
use crate::control::{
    AskError, Files, Input, Order, Place, Project, ProjectError, Session, Target, TerminalError,
    WritePlanError, Writing, question, write_everywhere,
};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};
use crate::files::FileError;

/// The example configuration, which explains every key.
const EXAMPLE: &str = include_str!("../../../../../edgeswitch.toml");
/// The example's values that belong to a fictional shop.
const EXAMPLE_ID: &str = "distribution_id = \"E2QWRUHAPOMQZL\"";
const EXAMPLE_BUCKET: &str = "# bucket = \"shop-releases\"";

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch init --region eu-central-1
  $ edgeswitch init --region eu-central-1 --bucket shop-releases
  $ edgeswitch init 41ab03d --slot blue --region eu-central-1";

/// What is made.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct InitArgs {
    /// The id of the release that gets all traffic. Without it, only the configuration is written.
    #[arg(value_name = "ID", value_parser = release_id)]
    pub id: Option<ReleaseId>,
    /// The name of the application, for a new configuration [default: the folder's name].
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// The bucket that holds the releases, for a new configuration. Without it, a terminal asks. With it, a
    /// release without its index document gets no traffic.
    #[arg(long, value_name = "NAME")]
    pub bucket: Option<String>,
    #[command(flatten)]
    pub registration: Registration,
    #[command(flatten)]
    pub writing: Writing,
    #[command(flatten)]
    pub target: Target,
}

/// The configuration or the first plan was not written.
#[derive(Debug, Error)]
pub(crate) enum InitError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Registration(#[from] RegistrationError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    Write(#[from] WritePlanError),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error("`{}` already exists: nothing is overwritten", .0.display())]
    FileExists(PathBuf),
    #[error("the folder has no name: name the application with `--name`")]
    NoName,
    #[error("`--region` is missing: name the Region of the parameter")]
    NoRegion,
    /// The release is not allowed in a plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error("parameter `{name}` already exists in `{region}`")]
    ParameterExists { name: String, region: String },
}

impl Failure for InitError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Registration(error) => error.advice(),
            Self::File(error) => error.advice(),
            Self::Aws(error) => error.advice(),
            Self::Write(error) => error.advice(),
            Self::Ask(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
            Self::FileExists(_) => Advice::failed().hint(
                "`edgeswitch init <id>` writes the first plan; `--config` names another file",
            ),
            Self::NoName | Self::NoRegion | Self::Plan(_) => Advice::usage(),
            Self::ParameterExists { .. } => {
                Advice::failed().hint("`edgeswitch status` shows its plan")
            }
        }
    }
}

/// Writes the configuration if it does not exist. If a release is named, also writes the first plan.
pub(crate) async fn init(args: &InitArgs, session: &mut Session<'_>) -> Result<Exit, InitError> {
    let path = args.target.config.clone().unwrap_or_else(|| PathBuf::from("edgeswitch.toml"));
    match (path.exists(), &args.id) {
        (true, None) => return Err(InitError::FileExists(path)),
        (true, Some(_)) => say_ignored(args, &path, session)?,
        (false, _) => write_configuration(args, &path, session)?,
    }
    match &args.id {
        Some(id) if path.exists() => write_plan(args, id, session).await?,
        Some(_) | None => {
            session.console.say("next, write the first plan: `edgeswitch init <id>`")?;
        }
    }
    Ok(Exit::Done)
}

/// Says that options for a new configuration do not change the one that is there.
fn say_ignored(
    args: &InitArgs,
    path: &Path,
    session: &mut Session<'_>,
) -> Result<(), TerminalError> {
    if args.name.is_none() && args.bucket.is_none() {
        return Ok(());
    }
    let path = path.display();
    session
        .console
        .say(&format!("`{path}` exists already: `--name` and `--bucket` do not change it"))
}

fn write_configuration(
    args: &InitArgs,
    path: &Path,
    session: &mut Session<'_>,
) -> Result<(), InitError> {
    let text = configuration(args, session)?;
    let config = Config::from_toml(&text)
        .map_err(|source| ProjectError::Config { path: path.into(), source })?;
    check_usage(args, config, session)?;
    if args.writing.dry_run {
        return Ok(write!(session.console.out, "{text}").map_err(TerminalError::from)?);
    }
    let written = File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(FileError::writing(path))?;
    Ok(session.console.say(&format!("`{}` is written: review it", path.display()))?)
}

/// Refuses bad usage of the second step before the first one writes the configuration.
fn check_usage(args: &InitArgs, config: Config, session: &Session<'_>) -> Result<(), InitError> {
    let Some(id) = &args.id else { return Ok(()) };
    let parameter = config.parameter.clone();
    let project = Project {
        config: Some(config),
        parameter,
        files: Files::Unnamed,
        followers: Vec::new(),
        hooks: Hooks::default(),
        gate: Gate::default(),
        fingerprint: None,
    };
    plan_text(args, id, &project, session)?;
    match session.console.input {
        Input::Nobody if !args.writing.yes && !args.writing.dry_run => {
            Err(AskError::NobodyToAsk.into())
        }
        Input::Nobody | Input::Person(_) => Ok(()),
    }
}

/// The example, with the known values of this project.
fn configuration(args: &InitArgs, session: &mut Session<'_>) -> Result<String, InitError> {
    let name = args.name.clone().or_else(folder_name).ok_or(InitError::NoName)?;
    let parameter = args.target.parameter.clone().unwrap_or_else(|| format!("/{name}/plan"));
    let region = args.target.region.clone().ok_or(InitError::NoRegion)?;
    let text = EXAMPLE.replacen("name = \"shop\"", &format!("name = {name:?}"), 1);
    let text = text.replacen("name = \"/shop/plan\"", &format!("name = {parameter:?}"), 1);
    let text = text.replacen("\"eu-central-1\"", &format!("{region:?}"), 1);
    let text = text.replacen(", here that of a fictional shop", "", 1);
    let text = text.replacen(EXAMPLE_ID, &format!("# {EXAMPLE_ID}"), 1);
    Ok(match bucket(args, session)? {
        Some(bucket) => text.replacen(EXAMPLE_BUCKET, &format!("bucket = {bucket:?}"), 1),
        None => text,
    })
}

/// The bucket of `--bucket`, or else the answer to a question. A pipeline is not asked.
fn bucket(args: &InitArgs, session: &mut Session<'_>) -> Result<Option<String>, InitError> {
    if args.bucket.is_some() {
        return Ok(args.bucket.clone());
    }
    let answer = match args.writing.yes {
        true => None,
        false => {
            session.console.ask_for("Which bucket holds the releases? (empty: not known yet)")?
        }
    };
    if answer.is_none() {
        session.console.say(
            "no bucket is named: set `bucket`, and a release without its index document gets no traffic",
        )?;
    }
    Ok(answer)
}

fn folder_name() -> Option<String> {
    let folder = std::env::current_dir().ok()?;
    Some(folder.file_name()?.to_str()?.to_owned())
}

async fn write_plan(
    args: &InitArgs,
    id: &ReleaseId,
    session: &mut Session<'_>,
) -> Result<(), InitError> {
    let project = Project::find(&args.target)?;
    let text = plan_text(args, id, &project, session)?;
    if args.writing.dry_run {
        return Ok(writeln!(session.console.out, "{}", json(&text)).map_err(TerminalError::from)?);
    }
    let mut known = project.home(session.cloud);
    known.read().await?;
    if known.stored.is_some() {
        return Err(exists(&known));
    }
    session.console.say(&format!("everybody will get {id}"))?;
    if !args.writing.yes {
        let question = question(session, &project).await;
        session.console.ask(&question)?;
    }
    let mut home = project.home(session.cloud);
    create(&home, &text).await?;
    let mut replicas = project.replicas(session.cloud);
    let mut places: Vec<&mut Place> = [&mut home].into_iter().chain(&mut replicas).collect();
    let written = write_everywhere(&mut places, &text, Order::HomeFirst, &project).await?;
    let copied = Copied::new(&written);
    Ok(session.console.print(&copied.to_string(), &copied)?)
}

/// The text of the first plan.
fn plan_text(
    args: &InitArgs,
    id: &ReleaseId,
    project: &Project,
    session: &Session<'_>,
) -> Result<String, InitError> {
    let slot = args.registration.slot.as_deref();
    let release = args.registration.release(id, slot, project)?;
    let context = project.context_now(session);
    let prefix = project.prefix(id);
    let plan = first_plan(release, &prefix, context.now)?;
    Ok(to_json(&plan))
}

fn first_plan(
    release: NewRelease,
    prefix: &str,
    Timestamp(now): Timestamp,
) -> Result<Plan, PlanError> {
    let NewRelease { id, prefix: own, origins, slot, needs_idle_slot: _, keep: _, needs: _ } =
        release;
    let weights = vec![(id.to_string(), 100)];
    Plan::try_new(PlanParts {
        revision: 1,
        releases: vec![Release {
            id,
            prefix: own.unwrap_or_else(|| prefix.into()),
            origins,
            slot,
            served_until: None,
        }],
        rollout: "r1".into(),
        stages: vec![StageParts { from: Timestamp(now - now.rem_euclid(1000)), weights }],
        lease: None,
        withdrawn: Vec::new(),
    })
}

fn exists(home: &Place) -> InitError {
    InitError::ParameterExists { name: home.parameter.name().into(), region: home.region().into() }
}

/// Never overwrites a plan. If an answer was lost, reads the parameter to find out whether it was written.
async fn create(home: &Place, text: &str) -> Result<(), InitError> {
    let Err(error) = home.parameter.create(text).await else { return Ok(()) };
    if error.kind != AwsErrorKind::Exists && !error.kind.is_passing() {
        return Err(error.into());
    }
    match home.parameter.read().await {
        Ok(stored) if stored.text == text => Ok(()),
        Ok(_) => Err(exists(home)),
        Err(_) => Err(error.into()),
    }
}
