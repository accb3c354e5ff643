//! The steps that bring a live site to its second release, without a moment in which a page fails.

use distribution_edit::{Distribution, NotAttached, attach as edit};
use edge_config::Config;
use plan_change::Document;
use routing_core::ReleaseId;
use serde::Serialize;

use super::AttachArgs;
use super::error::AttachError;
use super::refused::{WordedRefusal, refusal_lines};
use crate::aws::{AwsError, AwsErrorKind};
use crate::commands::attachment::{Known, PartsError, RewriteError};
use crate::control::{Project, Session, Target};
use crate::exit::Exit;
use terminal_text::Lines;

/// The id for the site as it is now, while there is no plan.
const FIRST: &str = "first";
/// The id for the next one, in the commands.
const SECOND: &str = "second";

/// The steps, as `--output json` prints them.
#[derive(Serialize)]
struct Migration<'a> {
    schema: u8,
    distribution: &'a str,
    refusals: Vec<WordedRefusal<'a>>,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    what: String,
    commands: Vec<String>,
    /// `None`: it cannot be seen from here.
    done: Option<bool>,
}

/// What was read.
struct Seen {
    /// Whether the first release's index document is in the bucket.
    is_copied: Option<bool>,
    are_functions_deployed: bool,
    is_attached: bool,
    refused: Option<NotAttached>,
    plan: Option<Document>,
}

pub(super) async fn migration(
    args: &AttachArgs,
    session: &mut Session<'_>,
    config: &Config,
    id: &str,
    account: &str,
) -> Result<Exit, AttachError> {
    let target = Target { config: args.config.clone(), ..Target::default() };
    let project =
        Project::find(&target).map_err(crate::commands::attachment::NoDistribution::from)?;
    let plan = plan(session, &project).await?;
    let release = release(args, plan.as_ref());
    let prefix = project.prefix(&release);
    let known = match args.parts.known(session.cloud, &config.name).await {
        Ok(known) => Some(known),
        Err(PartsError::NoStack(_)) => None,
        Err(PartsError::Aws(error)) if error.kind == AwsErrorKind::Denied => None,
        Err(error) => return Err(error.into()),
    };
    let mut seen = Seen {
        is_copied: copied(session, config, &prefix).await,
        are_functions_deployed: known.is_some(),
        is_attached: false,
        refused: None,
        plan,
    };
    attached(args, session, config, id, account, known, &mut seen).await?;
    let steps = steps(config, id, &release, &prefix, &seen);
    let refusals = seen.refused.as_ref().map(WordedRefusal::all).unwrap_or_default();
    let text = lines(&seen, &steps);
    session.console.print(text, &Migration { schema: 1, distribution: id, refusals, steps })?;
    Ok(Exit::Done)
}

/// The release that the site as it is now becomes.
fn release(args: &AttachArgs, plan: Option<&Document>) -> ReleaseId {
    let active = || {
        let plan = plan?.plan();
        let stage = plan.stages().first()?;
        plan.releases().get(stage.active()).map(|release| release.id.clone())
    };
    let first = || ReleaseId::parse(FIRST).expect("`first` is an id");
    args.release.clone().or_else(active).unwrap_or_else(first)
}

async fn plan(session: &Session<'_>, project: &Project) -> Result<Option<Document>, AttachError> {
    let mut home = project.home(session.cloud);
    match home.read().await {
        Ok(()) => {}
        Err(AwsError { kind: AwsErrorKind::Denied, .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let stored = home.stored.as_ref();
    Ok(stored.map(|stored| project.document(stored, home.region())).transpose()?)
}

/// `None` if the bucket is not known or not readable.
async fn copied(session: &Session<'_>, config: &Config, prefix: &str) -> Option<bool> {
    let key = format!("{}/{}", prefix.trim_start_matches('/'), config.rules.index_document);
    let bucket = session.cloud.bucket(config.bucket.as_deref()?);
    bucket.has(&key).await.ok()
}

/// Whether the functions are attached, or what keeps them from it. Versions that do not exist yet stand in for those
/// that `deploy` will make.
async fn attached(
    args: &AttachArgs,
    session: &Session<'_>,
    config: &Config,
    id: &str,
    account: &str,
    known: Option<Known<'_>>,
    seen: &mut Seen,
) -> Result<(), AttachError> {
    let configured = session.cloud.configuration(id).read().await?;
    let read = Distribution::parse(&configured.xml)
        .map_err(|problem| RewriteError::Invalid { id: id.into(), problem })?;
    let known = known.unwrap_or_else(|| args.parts.expected(&config.name, account));
    let wiring = known.wiring(account, args.fallback_origin(), &args.keep_policies)?;
    match edit(&read, &wiring, config) {
        Ok(attached) => seen.is_attached = attached.changes.is_empty(),
        Err(refused) => seen.refused = Some(refused),
    }
    Ok(())
}

fn steps(config: &Config, id: &str, release: &ReleaseId, prefix: &str, seen: &Seen) -> Vec<Step> {
    let bucket = config.bucket.as_deref().unwrap_or("BUCKET");
    let second = ReleaseId::parse(SECOND).expect("`second` is an id");
    let second_prefix = config.release_defaults.prefix(&second);
    let folder = |prefix: &str| format!("s3://{bucket}/{}", prefix.trim_start_matches('/'));
    let copies = common_folder(prefix, &second_prefix);
    let not_the_copies = copies.unwrap_or_else(|| prefix.trim_start_matches('/'));
    let releases = seen.plan.as_ref().map(|document| document.plan().releases().len());
    let mut steps = vec![
        Step {
            what: format!(
                "Copy the files of the site under the prefix of its first release, `{release}`. The old objects stay."
            ),
            commands: vec![format!(
                "aws s3 sync s3://{bucket} {} --exclude \"{not_the_copies}/*\"",
                folder(prefix)
            )],
            done: seen.is_copied,
        },
        Step {
            what: "Deploy the functions without a fallback plan. While there is no plan, they pass every request through.".into(),
            commands: vec!["edgeswitch deploy --without-fallback".into()],
            done: Some(seen.are_functions_deployed),
        },
        Step {
            what: "Attach them. Viewers get the same objects as before. The cache key is new, so CloudFront fetches each of them once more.".into(),
            commands: vec![
                format!("edgeswitch attach {id} --accept plan --dry-run"),
                format!("edgeswitch attach {id} --accept plan"),
            ],
            done: Some(seen.is_attached),
        },
        Step {
            what: format!(
                "Write the first plan. Within {} s every edge location serves the copies. `edgeswitch detach` is the way back.",
                config.refresh.hard_ttl.as_secs()
            ),
            commands: vec![
                format!("edgeswitch init {release}"),
                "edgeswitch status --wait".into(),
            ],
            done: Some(seen.plan.is_some()),
        },
        Step {
            what: "Deploy the functions again, now with the plan in force as their fallback, and attach the new versions.".into(),
            commands: vec!["edgeswitch deploy".into(), format!("edgeswitch attach {id}")],
            done: None,
        },
        Step {
            what: "When no page from before is open any more, upload a second release, and give it a share of the viewers.".into(),
            commands: vec![
                format!("aws s3 sync build {}", folder(&second_prefix)),
                format!("edgeswitch release add {SECOND}"),
                format!("edgeswitch canary {SECOND} --weight 5"),
            ],
            done: Some(releases.is_some_and(|count| count > 1)),
        },
    ];
    if let Some(copies) = copies {
        steps.push(Step {
            what: format!(
                "Remove the objects outside of `{copies}/`. This lists them. Without them, `edgeswitch detach` is no way back any more."
            ),
            commands: vec![format!(
                "aws s3 rm s3://{bucket} --recursive --exclude \"{copies}/*\" --dryrun"
            )],
            done: None,
        });
    }
    steps
}

/// The folder that has the prefixes of all releases, if the bucket's top is not that folder.
fn common_folder<'a>(one: &'a str, other: &str) -> Option<&'a str> {
    let (folder, _) = one.trim_start_matches('/').rsplit_once('/')?;
    other.trim_start_matches('/').starts_with(&format!("{folder}/")).then_some(folder)
}

fn lines(seen: &Seen, steps: &[Step]) -> Lines {
    let mut lines = Vec::new();
    if let Some(refused) = &seen.refused {
        lines.push("Before anything else, the distribution must change:".to_owned());
        lines.extend(refusal_lines(refused));
        lines.push(String::new());
    }
    for (index, step) in steps.iter().enumerate() {
        let tick = match step.done {
            Some(true) => "x",
            Some(false) => " ",
            None => "?",
        };
        lines.push(format!("[{tick}] {}. {}", index + 1, step.what));
        lines.extend(step.commands.iter().map(|command| format!("       $ {command}")));
    }
    lines.push(String::new());
    lines.push("x: done. ?: cannot be seen from here.".into());
    Lines::new(lines)
}
