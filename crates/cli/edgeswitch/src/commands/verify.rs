mod assets;
mod checks;
mod files;
mod manifest;
mod report;
mod viewer;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use futures_util::{StreamExt, stream};
use plan_change::Summary;
use reqwest::Url;
use routing_core::ReleaseId;
use thiserror::Error;

use crate::commands::moment::{At, duration};
use crate::commands::preview::{KeyError, Overriding, Site, SitePath};
use crate::commands::registered::{RegisteredError, check_registered};
use crate::commands::release::release_id;
use crate::completion::{Means, releases};
use crate::control::{Project, ProjectError, Session, Target, TerminalError};
use crate::exit::Exit;
use crate::failure::{Advice, Failure};

use assets::assets;
use checks::{Expected, check_api, check_asset, check_document, check_file, check_others};
use files::{FileArgs, FilesError, local_files, site_files};
use report::{Check, Verified};
use viewer::{NoClient, Viewer};

/// How many files are requested at the same time: a build can have hundreds.
const AT_ONCE: usize = 6;
/// The lifetime of the token, which only this command uses.
const LASTS: Duration = Duration::from_secs(15 * 60);

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch verify 9f2c1e7 --host shop.example.com --path / --path /cart
  $ edgeswitch verify 9f2c1e7 --host shop.example.com --api /api/health
  $ edgeswitch verify 9f2c1e7 --host shop.example.com --asset-list assets.txt

Exit codes:
  0  a check passed, and none failed
  1  a check failed, or none passed";

/// Which release is looked at, and where.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct VerifyArgs {
    /// The id of the release. It needs no traffic.
    #[arg(value_name = "ID", value_parser = release_id, add = releases(Means::Servable))]
    pub id: ReleaseId,
    /// A host of the distribution, for example shop.example.com.
    #[arg(long, value_name = "HOST", value_parser = Site::parse)]
    pub host: Site,
    /// The path of a document. May be repeated.
    #[arg(long, value_name = "PATH", value_parser = SitePath::parse, default_value = "/")]
    pub path: Vec<SitePath>,
    /// The file with the private key of `preview keygen` [default: the text in EDGESWITCH_PREVIEW_KEY, or
    /// the file edgeswitch-preview.key].
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The time limit of each request.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "10s")]
    pub timeout: Duration,
    #[command(flatten)]
    pub files: FileArgs,
    #[command(flatten)]
    pub target: Target,
}

/// The checks could not be made.
#[derive(Debug, Error)]
pub(crate) enum VerifyError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Registered(#[from] RegisteredError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Client(#[from] NoClient),
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    #[error("invalid address `{address}`: {problem}")]
    Address { address: String, problem: url::ParseError },
}

impl Failure for VerifyError {
    fn advice(&self) -> Advice {
        match self {
            Self::Project(error) => error.advice(),
            Self::Registered(error) => error.advice(),
            Self::Key(error) => error.advice(),
            Self::Files(error) => error.advice(),
            Self::Client(error) => error.advice(),
            Self::Terminal(error) => error.advice(),
            Self::Address { .. } => Advice::usage(),
        }
    }
}

/// Requests the release with an override, and checks that viewers without one do not get it.
pub(crate) async fn verify(
    args: &VerifyArgs,
    session: &mut Session<'_>,
) -> Result<Exit, VerifyError> {
    let now = session.clock.now();
    let mut files = local_files(args)?;
    let project = Project::find(&args.target)?;
    let overriding = Overriding::find(project.config.as_ref(), args.key.as_deref(), now)?;
    let document = check_registered(session, &project, &args.id).await?;
    let summary = Summary::of(&document, &project.context_now(session));
    let token = overriding.token(&args.id, At::Later(LASTS).from(now), Some(args.host.host()));
    let expected = Expected::new(&args.id, project.config.as_ref(), &summary);
    let cookie = &expected.override_cookie;
    let viewer = Viewer::new(cookie, &token.text, expected.pin(), args.timeout)?;
    let mut checks = Vec::new();
    for path in &args.path {
        visit(&viewer, &address(&args.host, path)?, &expected, &mut checks).await;
    }
    files.extend(site_files(args, &viewer, &expected, &mut checks).await?);
    checks.extend(request_files(&viewer, files, &expected).await);
    for path in &args.files.api {
        let url = address(&args.host, path)?;
        checks.push(check_api(&url, &viewer.pinned(&url).await, &expected));
    }
    let verified = Verified::new(&args.id, checks);
    session.console.print_columns(verified.lines(), &verified)?;
    Ok(if verified.passed { Exit::Done } else { Exit::Failed })
}

fn address(host: &Site, path: &SitePath) -> Result<Url, VerifyError> {
    let address = host.at(path);
    Url::parse(&address).map_err(|problem| VerifyError::Address { address, problem })
}

/// Checks one page: the document, its assets, and the same document without the override.
async fn visit(viewer: &Viewer, url: &Url, expected: &Expected, checks: &mut Vec<Check>) {
    let page = viewer.document(url).await;
    checks.extend(check_document(url, &page, expected));
    let html = page.ok().and_then(|page| page.body).unwrap_or_default();
    for asset in assets(&html, url) {
        let answer = viewer.subresource(&asset).await;
        checks.push(check_asset(&asset, &answer, expected));
    }
    let others = viewer.without_override(url).await;
    checks.push(check_others(url, &others, expected));
}

/// Checks each file once, in the order of the addresses.
async fn request_files(viewer: &Viewer, mut files: Vec<Url>, expected: &Expected) -> Vec<Check> {
    files.sort();
    files.dedup();
    let check = async |url: Url| check_file(&url, &viewer.pinned(&url).await, expected);
    stream::iter(files).map(check).buffered(AT_ONCE).collect().await
}
