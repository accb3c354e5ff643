use std::path::Path;
use std::time::Duration;

use cloudfront_sim::Distribution;
use routing_core::Plan;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

use crate::functions::Functions;
use crate::network::unanswered;
use crate::plan_parameter::NO_PLAN_YET;
use crate::project::{Project, ProjectKind};
use crate::running::Surroundings;

/// The usual name of a project's configuration.
const CONFIGURATION: &str = "edgeswitch.toml";

/// Explains a configuration without `fallback`. `edgeswitch package` reads the parameter then.
const NO_FALLBACK: &str = "no `fallback` is configured: while no plan can be read, requests pass through \
     unchanged here; `edgeswitch package` takes the plan in force, or `--fallback FILE`";

/// Explains why a saved distribution shows no releases.
const NO_FUNCTION: &str =
    "the saved distribution has no function: no request is routed to a release";

/// Long enough for a connection on this machine.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(500);

/// Things that may surprise people, one line each. None of them prevents the start.
pub(crate) async fn notes(
    project: &Project,
    Surroundings { functions, parameter, .. }: &Surroundings,
    distribution: &Distribution,
    origins: &[(String, String)],
) -> Vec<String> {
    let mut notes = Vec::new();
    if project.kind == ProjectKind::Sample && Path::new(CONFIGURATION).is_file() {
        notes.push(format!("{CONFIGURATION} is here: `--config {CONFIGURATION}` runs it"));
    }
    if parameter.current().is_none() {
        notes.push(NO_PLAN_YET.into());
    }
    if let Some(error) = parameter.not_kept() {
        notes.push(format!("the plan ends with this run: {error}"));
    }
    if let (Some(plan), Some((_, Some(_)))) = (&project.dev.plan, parameter.kept()) {
        let plan = plan.display();
        notes.push(format!("{plan} is not read, because a plan is kept: --fresh starts with it"));
    }
    if project.kind == ProjectKind::Own && project.config.fallback.is_none() {
        notes.push(NO_FALLBACK.into());
    }
    if project.dev.distribution.is_some() && has_no_function(distribution) {
        notes.push(NO_FUNCTION.into());
    }
    if project.left_out_keys > 0 {
        notes.push(
            "the second key of override.public_keys is ignored: the page needs a key of its own"
                .into(),
        );
    }
    let plan = parameter.plan(&project.config.release_defaults);
    notes.extend(missing_releases(project, plan.as_ref()));
    let slots = &project.config.release_defaults.slots;
    for domain in unanswered(distribution, slots, plan.as_ref(), origins) {
        notes.push(format!("{domain} has no local address: name one in [dev.origins]"));
    }
    notes.extend(silent(origins, functions).await);
    notes
}

fn has_no_function(distribution: &Distribution) -> bool {
    let behaviors = distribution.behaviors.iter().map(|(_, behavior)| behavior);
    let mut all = behaviors.chain([&distribution.default_behavior]);
    all.all(|behavior| behavior.triggers.is_empty())
}

/// The releases whose index document is not in the bucket.
fn missing_releases(project: &Project, plan: Option<&Plan>) -> Vec<String> {
    let releases = plan.into_iter().flat_map(Plan::releases);
    let indexes = releases.map(|release| {
        let index = format!("{}/{}", release.prefix, project.config.rules.index_document);
        (&release.id, index)
    });
    let missing = indexes
        .filter(|(_, index)| !project.dev.bucket.join(index.trim_start_matches('/')).is_file());
    missing.map(|(id, index)| format!("release {id} has no {index} in the bucket")).collect()
}

/// A note for each address where nothing listens yet.
async fn silent(origins: &[(String, String)], functions: &Functions) -> Vec<String> {
    let api = match functions {
        Functions::InvokeApi(url) => Some(url.to_string()),
        Functions::InProcess | Functions::Packages(_) => None,
    };
    let mut silent = Vec::new();
    for address in origins.iter().map(|(_, address)| address).chain(&api) {
        if !listens(address).await {
            silent.push(format!("nothing listens at {address} yet"));
        }
    }
    silent
}

async fn listens(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let Ok(addresses) = url.socket_addrs(|| None) else { return false };
    matches!(timeout(CONNECT_TIMEOUT, TcpStream::connect(addresses.as_slice())).await, Ok(Ok(_)))
}
