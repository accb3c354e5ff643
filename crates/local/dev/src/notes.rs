use std::path::Path;
use std::time::Duration;

use routing_core::Plan;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::Url;

use crate::functions::Functions;
use crate::network::unanswered;
use crate::parameters::{NO_PLAN_YET, Parameters};
use crate::project::{Kind, Project};

/// The usual name of a project's configuration.
const CONFIGURATION: &str = "edgeswitch.toml";

/// A connection on this machine takes no longer.
const PATIENCE: Duration = Duration::from_millis(500);

/// What keeps nothing from running, but surprises whoever does not know it, a line each.
pub(crate) async fn notes(
    project: &Project,
    parameters: &Parameters,
    origins: &[(String, String)],
    functions: &Functions,
) -> Vec<String> {
    let mut notes = Vec::new();
    if project.kind == Kind::Sample && Path::new(CONFIGURATION).is_file() {
        notes.push(format!("{CONFIGURATION} is here: `--config {CONFIGURATION}` runs it"));
    }
    if parameters.current().is_none() {
        notes.push(NO_PLAN_YET.into());
    }
    if project.left_out_keys > 0 {
        notes.push(
            "the second of override.public_keys is left out: the page has a key of its own".into(),
        );
    }
    let plan = parameters.plan(&project.config.prefix_template);
    notes.extend(missing_releases(project, plan.as_ref()));
    for domain in unanswered(plan.as_ref(), origins) {
        notes.push(format!("{domain} has no local address: name one in [dev.origins]"));
    }
    notes.extend(silent(origins, functions).await);
    notes
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

/// The addresses where nothing listens yet.
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
    matches!(timeout(PATIENCE, TcpStream::connect(addresses.as_slice())).await, Ok(Ok(_)))
}
