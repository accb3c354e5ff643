mod error;
mod key_error;
mod key_file;
mod link;
mod token;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};
use override_token::SigningKey;
use plan_change::Moment;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use routing_core::ReleaseId;
use serde::Serialize;
use terminal_text::Lines;

use crate::commands::moment::{At, duration};
use crate::commands::registered::check_registered;
use crate::commands::release::release_id;
use crate::completion::{Means, releases};
use crate::control::{Project, Session, Target};
use crate::exit::Exit;

pub(crate) use error::PreviewError;
pub(crate) use key_error::KeyError;
pub(crate) use link::{Site, SitePath};
pub(crate) use token::Overriding;

use key_file::{KeyFile, default_path};
use link::link;

/// The value of the query parameter that ends an override.
const OFF: &str = "off";

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch preview keygen  # once
  $ edgeswitch preview 9f2c1e7 --host shop.example.com --path /cart --ttl 2h
  $ edgeswitch preview off --host shop.example.com";

/// Which release is shown, and where.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
#[command(after_long_help = EXAMPLES)]
pub struct PreviewArgs {
    #[command(subcommand)]
    pub command: Option<PreviewCommand>,
    /// The id of the release. It needs no traffic.
    #[arg(value_name = "ID", value_parser = release_id, add = releases(Means::Servable), required = true)]
    pub id: Option<ReleaseId>,
    /// How long the links are valid.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "8h")]
    pub ttl: Duration,
    /// The file with the private key of `preview keygen` [default: the text in EDGESWITCH_PREVIEW_KEY, or
    /// the file edgeswitch-preview.key].
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    #[command(flatten)]
    pub places: Places,
    /// Print a QR code for each link, too.
    #[arg(long)]
    pub qr: bool,
    #[command(flatten)]
    pub target: Target,
}

/// Where links lead to.
#[derive(Debug, Args)]
pub struct Places {
    /// A host of the distribution, for example shop.example.com. The link is valid only for this host. May
    /// be repeated. Without a host, links start at the path and are valid for every host.
    #[arg(long, value_name = "HOST", value_parser = Site::parse)]
    pub host: Vec<Site>,
    /// The path that the link opens. May be repeated.
    #[arg(long, value_name = "PATH", value_parser = SitePath::parse, default_value = "/")]
    pub path: Vec<SitePath>,
}

/// What else is done with previews.
#[derive(Debug, Subcommand)]
pub enum PreviewCommand {
    /// Print the link that ends a preview.
    #[command(after_long_help = "Examples:\n  $ edgeswitch preview off --host shop.example.com")]
    Off(Places),
    /// Create a key pair for preview links.
    ///
    /// The private key signs links. It is written to a file. The public key verifies links at the edge. It is
    /// printed. Add the public key to `public_keys` in `[override]`, and rebuild the packages. See
    /// docs/preview-links.md.
    #[command(
        after_long_help = "Examples:\n  $ edgeswitch preview keygen\n  $ edgeswitch preview keygen --key ci.key --lasts 90d"
    )]
    Keygen(KeygenArgs),
}

/// Where a key goes.
#[derive(Debug, Args)]
pub struct KeygenArgs {
    /// The new file for the private key. Only its owner can read it.
    #[arg(long, value_name = "FILE", default_value_os_t = default_path())]
    pub key: PathBuf,
    /// How long the key can sign links.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "365d")]
    pub lasts: Duration,
}

/// The links, as `--output json` prints them.
#[derive(Serialize)]
struct Links<'a> {
    schema: u8,
    release: Option<&'a str>,
    /// `None` for links that do not expire.
    expires: Option<Moment>,
    links: Vec<String>,
}

#[derive(Serialize)]
struct Pair {
    schema: u8,
    public_key: String,
    private_key_file: PathBuf,
    expires: Moment,
}

/// Prints links, or creates a key pair.
pub(crate) async fn preview(
    args: &PreviewArgs,
    session: &mut Session<'_>,
) -> Result<Exit, PreviewError> {
    match (&args.command, &args.id) {
        (Some(PreviewCommand::Keygen(args)), _) => keygen(args, session)?,
        (Some(PreviewCommand::Off(places)), _) => off(places, session)?,
        (None, Some(id)) => show(args, id, session).await?,
        (None, None) => return Err(PreviewError::NoRelease),
    }
    Ok(Exit::Done)
}

async fn show(
    args: &PreviewArgs,
    id: &ReleaseId,
    session: &mut Session<'_>,
) -> Result<(), PreviewError> {
    let now = session.clock.now();
    let project = Project::find(&args.target)?;
    let overriding = Overriding::find(project.config.as_ref(), args.key.as_deref(), now)?;
    check_registered(session, &project, id).await?;
    let at = At::Later(args.ttl).from(now);
    let token = |site: Option<&Site>| overriding.token(id, at, site.map(Site::host));
    let expires = token(None).expires.map(|at| Moment { at, now });
    if let Some(config) = project.config.as_ref().filter(|_| expires.is_some())
        && args.ttl > config.keys.max_lifetime()
    {
        let days = config.keys.max_lifetime().as_secs() / 86_400;
        return Err(PreviewError::TooLong { days });
    }
    let links = links(&args.places, |site| token(site).text);
    let shown = Links { schema: 1, release: Some(id.as_str()), expires, links };
    session.console.say(&match expires {
        Some(expires) => format!("the links show {id} until {expires}"),
        None => format!("the links show {id}"),
    })?;
    print(session, args, &shown)
}

fn print(
    session: &mut Session<'_>,
    args: &PreviewArgs,
    shown: &Links<'_>,
) -> Result<(), PreviewError> {
    let mut lines = Lines::default();
    for link in &shown.links {
        lines.push(link);
        if args.qr {
            lines.append(Lines::split(&qr(link)?));
        }
    }
    Ok(session.console.print(lines, shown)?)
}

/// Draws a QR code dark on light, whatever the colours of the terminal.
fn qr(link: &str) -> Result<String, PreviewError> {
    let code = QrCode::new(link).map_err(|_| PreviewError::TooLongForQr(link.len()))?;
    let (blank, block) = (Dense1x2::Dark, Dense1x2::Light);
    Ok(code.render::<Dense1x2>().dark_color(block).light_color(blank).build())
}

fn off(places: &Places, session: &mut Session<'_>) -> Result<(), PreviewError> {
    let links = links(places, |_| OFF.into());
    let shown = Links { schema: 1, release: None, expires: None, links };
    Ok(session.console.print(Lines::new(&shown.links), &shown)?)
}

/// A link for each host and path.
fn links(places: &Places, token: impl Fn(Option<&Site>) -> String) -> Vec<String> {
    let sites: Vec<Option<&Site>> = match places.host.as_slice() {
        [] => vec![None],
        hosts => hosts.iter().map(Some).collect(),
    };
    let of = |site: &Option<&Site>| {
        let (site, token) = (*site, token(*site));
        places.path.iter().map(move |path| link(site, path, &token)).collect::<Vec<_>>()
    };
    sites.iter().flat_map(of).collect()
}

fn keygen(args: &KeygenArgs, session: &mut Session<'_>) -> Result<(), PreviewError> {
    let now = session.clock.now();
    let key = SigningKey::generate().map_err(KeyError::from)?;
    let (public_key, expires) = (key.public().to_string(), At::Later(args.lasts).from(now));
    KeyFile { key, expires }.write(&args.key)?;
    let path = args.key.display();
    session
        .console
        .say(&format!("the private key is in `{path}`: keep it out of the repository"))?;
    session
        .console
        .say("add the public key to [override] public_keys, and rebuild the packages")?;
    let pair = Pair {
        schema: 1,
        public_key: public_key.clone(),
        private_key_file: args.key.clone(),
        expires: Moment { at: expires, now },
    };
    Ok(session.console.print(&public_key, &pair)?)
}
