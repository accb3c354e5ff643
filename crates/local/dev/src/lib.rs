//! The local CloudFront: a distribution with its origins, a Parameter Store, load balancers, and a page that shows them.
//!
//! It connects the simulators with the functions. It never decides a release itself.
//!
//! Start reading at [`LocalCloudFront::start`].

mod balancing;
mod distribution;
mod error;
mod functions;
mod guarding;
mod kept_plan;
mod local;
mod log;
mod network;
mod notes;
mod page;
mod plan_parameter;
mod ports;
mod project;
mod report;
mod running;
mod sample;
mod saved;
mod watched_config;

use std::future::pending;
use std::io::Write;
use std::path::PathBuf;
use std::pin::pin;

use clap::Args;
use terminal_text::Lines;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::unbounded_channel;
use url::Url;

pub use error::DevError;
pub use guarding::{Guard, GuardRun, GuardSite};
pub use local::LocalCloudFront;
pub use ssm_sim::OpenError;
use watched_config::WatchedConfig;

const EXAMPLES: &str = "\
Examples:
  $ edgeswitch dev                           # a sample shop in two releases
  $ edgeswitch dev --config edgeswitch.toml  # your project
  $ edgeswitch dev --packages dist           # the packages as they are
  $ edgeswitch dev --config edgeswitch.toml --distribution saved
  $ edgeswitch dev --load-balancer           # the sample, with a load balancer
  $ edgeswitch dev --logs logs               # the sample, with access logs
  $ edgeswitch dev --guard                   # the sample, with the guard";

/// What the local CloudFront runs. Without a configuration: a small shop in two releases.
#[derive(Debug, Clone, Default, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct DevArgs {
    /// The project's configuration; its `[dev]` table has the settings of this command.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The port of the first edge location, 0 for any that are free; the other edge locations and the
    /// Parameter Store follow [default: the configuration's, or 8080].
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    /// Speak HTTPS with a generated certificate: some browsers keep `Secure` cookies only there.
    #[arg(long)]
    pub tls: bool,
    /// Run the packages in this folder, as `make package` makes them, each function in processes of its own.
    #[arg(long, value_name = "DIR", conflicts_with = "functions")]
    pub packages: Option<PathBuf>,
    /// Call the functions through a Lambda Invoke API, such as that of `cargo lambda watch`.
    #[arg(long, value_name = "URL", value_parser = invoke_api)]
    pub functions: Option<Url>,
    /// The folder with the files of the project's bucket; goes with `--config`.
    #[arg(long, value_name = "DIR")]
    pub bucket: Option<PathBuf>,
    /// The local address that answers for an origin: blue-alb.example.com=http://127.0.0.1:4001. Goes with
    /// `--config`; may be repeated.
    #[arg(long, value_name = "DOMAIN=URL", value_parser = origin)]
    pub origin: Vec<(String, String)>,
    /// Run the distribution that `edgeswitch doctor --save` saved in this folder; goes with `--config`. Without it,
    /// the distribution is made from the configuration.
    #[arg(long, value_name = "DIR")]
    pub distribution: Option<PathBuf>,
    /// Write access logs into this folder, as CloudFront does: `edgeswitch observe --logs DIR` reads them.
    #[arg(long, value_name = "DIR")]
    pub logs: Option<PathBuf>,
    /// Put a local load balancer in front of the back ends: the listeners of the project's followers, or the
    /// sample's. Each takes a port after the Parameter Store's.
    #[arg(long)]
    pub load_balancer: bool,
    /// Run the guard too: each minute, after each change of the plan, and when an alarm is switched on the page. It
    /// is off by default because it changes plans by itself. `guard = true` in `[dev]` does the same.
    #[arg(long)]
    pub guard: bool,
    /// Forget the plan that is kept from the last run, and begin with the project's first plan.
    #[arg(long)]
    pub fresh: bool,
    /// Write the functions' log lines to standard error; twice for everything that is logged.
    #[arg(long, short, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// Runs the local CloudFront until Ctrl-C or SIGTERM. Prints its addresses on `out`, and what happens. `guard` makes the
/// project's guard, which runs beside it if the project wants that.
///
/// # Errors
/// When it cannot start. Then nothing is left running.
pub fn run(
    args: &DevArgs,
    out: &mut impl Write,
    guard: impl FnOnce(GuardSite<'_>) -> Box<dyn Guard>,
) -> Result<(), DevError> {
    let began = std::time::Instant::now();
    log::log(args.verbose);
    Runtime::new()?.block_on(async {
        let (mut interrupt, mut terminate) =
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let mut config = WatchedConfig::new(args);
        let mut local = LocalCloudFront::start(args).await?;
        print(out, &local.report(began.elapsed()))?;
        let guarding = local.guarding(guard);
        let (console, mut lines) = unbounded_channel();
        let mut guarding = pin!(async {
            match guarding {
                Some(guarding) => guarding.run(console).await,
                None => pending().await,
            }
        });
        loop {
            tokio::select! {
                _ = interrupt.recv() => break,
                _ = terminate.recv() => break,
                () = config.changed() => print(out, &config.apply(&mut local).await)?,
                Some(lines) = lines.recv() => print(out, &lines)?,
                never = &mut guarding => match never {},
            }
        }
        local.stop().await;
        Ok(())
    })
}

/// Prints all lines in one write: a reader that stops after the line it needs ends nothing.
fn print(out: &mut impl Write, lines: &Lines) -> Result<(), DevError> {
    let text = format!("{lines}\n");
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(DevError::Report)
}

fn invoke_api(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let is_http = url.scheme() == "http" && url.has_host();
    is_http.then_some(url).ok_or_else(|| "expected `http://`, a host and a port".to_owned())
}

fn origin(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(domain, _)| !domain.is_empty());
    let (domain, address) =
        parts.ok_or("expected DOMAIN=URL, such as blue-alb.example.com=http://127.0.0.1:4001")?;
    Ok((domain.into(), address.into()))
}
